import type { AssignedValue } from './set-values.js';

/** Sets of labels in the representation of values.ts. */

const NONE = '\0'.repeat(8);

function combine(a: string, b: string, of: (x: number, y: number) => number): string {
  const units: number[] = [];
  for (let i = 0; i < 8; i++) units.push(of(a.charCodeAt(i), b.charCodeAt(i)) & 0xffff);
  return String.fromCharCode(...units);
}

export const noLabels = (): string => NONE;

/** The mask of a set: its own bits. */
export const labelBits = (labels: string): string => labels;

/** What an entry's labels become. */
export function combinedLabels(set: AssignedValue | undefined, before: string | undefined): string | undefined {
  if (set === undefined) return before;
  const labels = set.value as string;
  switch (set.op) {
    case '=':
      return labels;
    case '+=':
      return combine(before ?? NONE, labels, (x, y) => x | y);
    case '-=':
      return combine(before ?? NONE, labels, (x, y) => x & ~y);
  }
}
