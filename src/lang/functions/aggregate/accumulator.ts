import type { Value } from '../../values/value.js';

/**
 * The state of one aggregate for all groups. Groups are numbered and their states are elements of arrays: a table may have as
 * many groups as entries, and an object for each group would cost more than the rest of the query.
 */
export interface Accumulator {
  /** Adds a group, with the next number. */
  grow(): void;
  add(group: number, value: Value): void;
  /** @param seconds length of the window, for rates */
  result(group: number, seconds: number): Value;
  /** The results of all groups, if the accumulator holds them as plain numbers. */
  readonly counts?: readonly number[];
}
