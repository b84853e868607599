import type { PlainValue } from '../../conversion/plain.js';
import type { Value } from '../../values/value.js';

/** The state of an aggregate as plain data, which JSON carries without loss. */
export type State = PlainValue | readonly State[] | { readonly [name: string]: State };

/**
 * The state of one aggregate for all groups. Groups are numbered and their states are elements of arrays: a table may have as
 * many groups as entries, and an object for each group would cost more than the rest of the query.
 *
 * States can be merged: where rows are divided in any way, the merged states of the parts are the state of all rows.
 */
export interface Accumulator {
  /** Adds a group, with the next number. */
  grow(): void;
  add(group: number, value: Value): void;
  state(group: number): State;
  /**
   * Adds the rows of another state.
   * @param state of an accumulator of the same aggregate, maybe from another machine
   * @throws InvalidData if it is not one
   */
  merge(group: number, state: unknown): void;
  /** @param seconds length of the window, for rates */
  result(group: number, seconds: number): Value;
  /** The results of all groups, if the accumulator holds them as plain numbers. */
  readonly counts?: readonly number[];
}
