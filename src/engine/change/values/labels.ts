import type { AssignedValue } from './set-values.js';

/** Sets of labels: strings of eight 16-bit units, a bit for each label. */

export const NO_LABELS = '\0'.repeat(8);

function combine(a: string, b: string, of: (x: number, y: number) => number): string {
  const units: number[] = [];
  for (let i = 0; i < 8; i++) units.push(of(a.charCodeAt(i), b.charCodeAt(i)) & 0xffff);
  return String.fromCharCode(...units);
}

/** The labels of an entry after `set`. */
export function assignedLabels(set: AssignedValue | undefined, before: string | undefined): string | undefined {
  if (set === undefined) return before;
  const labels = set.value as string;
  switch (set.op) {
    case '=':
      return labels;
    case '+=':
      return combine(before ?? NO_LABELS, labels, (x, y) => x | y);
    case '-=':
      return combine(before ?? NO_LABELS, labels, (x, y) => x & ~y);
  }
}
