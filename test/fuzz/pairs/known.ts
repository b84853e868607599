/** Defects that are known and being mended elsewhere: what meets them is not tried. Each goes with its cause. */
import type { Choice } from './choice.js';

interface Known {
  readonly what: string;
  readonly meets: (choice: Choice) => boolean;
}

const IN_FILE = /^file |file$|^standard input$/;

export const KNOWN: readonly Known[] = [
  {
    what: 'joins of tables other than files',
    meets: ({ join }) => ['stats', 'sysctl', 'expect', 'same', 'left same'].includes(join),
  },
  {
    what: 'a snapshot in place of a table that it cannot have',
    meets: ({ table, place }) => !['conntrack', 'expect'].includes(table) && IN_FILE.test(place),
  },
  {
    what: 'settings have no joins',
    meets: ({ table, join }) => table === 'sysctl' && join !== 'none',
  },
];

export const isKnown = (choice: Choice): boolean => KNOWN.some(({ meets }) => meets(choice));
