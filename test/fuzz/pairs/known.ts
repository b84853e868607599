/** Defects that are known and being mended elsewhere: what meets them is not tried. Each goes with its cause. */
import type { Choice } from './choice.js';

interface Known {
  readonly what: string;
  readonly meets: (choice: Choice) => boolean;
}

export const KNOWN: readonly Known[] = [];

export const isKnown = (choice: Choice): boolean => KNOWN.some(({ meets }) => meets(choice));
