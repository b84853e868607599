import type { Integer } from '../../../values/value.js';
import type { State } from '../accumulator.js';

/** Counts values by ranges of values. The counts do not depend on the order of the values. */
export interface Buckets {
  add(value: Integer): void;
  /** @param rank from 1 @returns about the value at that position of the sorted values */
  at(rank: number): Integer | null;
  state(): State;
  /** @returns the number of values that were added @throws InvalidData */
  merge(state: unknown): number;
}
