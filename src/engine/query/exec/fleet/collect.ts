/** What arrives from one member: checked before a part of it counts. */

import type { Aggregate, Typed } from '../../../../lang/checked/ast.js';
import { fromPlain, InvalidData, toPlain } from '../../../../lang/conversion/plain.js';
import type { Accumulator } from '../../../../lang/functions/aggregate/accumulator.js';
import { accumulatorOf } from '../../../../lang/functions/registry.js';
import type { Type } from '../../../../lang/schema/type.js';
import type { Getter, Value } from '../../../../lang/values/value.js';
import { malformedAnswer } from '../../../sources/fleet/protocol/protocol.js';
import { LineReader } from '../../../sources/fleet/protocol/result-parts.js';
import type { Steps } from '../steps.js';
import { namesGateways } from './gateway.js';

/** Bytes of an answer that is held until it is complete. */
const MAX_BYTES = 128 << 20;

/** The parts of an answer that counts only as a whole. */
export class WholeAnswer {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** @throws CtqError if it is endless */
  add(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > MAX_BYTES) throw malformedAnswer();
    this.#parts.push(part);
  }

  /** All parts; they are not kept. */
  take(): readonly Uint8Array[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }
}

/** Reads rows of columns. */
export class RowReader {
  readonly #types: readonly Type[];
  readonly #own: readonly (Getter<string> | undefined)[];
  readonly #lines = new LineReader();

  /** @param own the columns that depend on the gateway only */
  constructor(types: readonly Type[], own: readonly (Getter<string> | undefined)[]) {
    this.#types = types;
    this.#own = own;
  }

  /** The rows that are complete with a part. @throws CtqError for what is not a row of these columns */
  *push(part: Uint8Array, gateway: string): Generator<readonly Value[]> {
    for (const items of this.#lines.push(part)) {
      for (const item of items) yield this.#row(item, gateway);
    }
  }

  #row(item: unknown, gateway: string): readonly Value[] {
    try {
      return readValues(item, this.#types, this.#own, gateway);
    } catch (error) {
      throw error instanceof InvalidData ? malformedAnswer() : error;
    }
  }

  /** @throws CtqError if a row is not complete */
  end(): void {
    this.#lines.end();
  }
}

/** Takes a group of a member. */
export type TakeGroup = (keys: readonly Value[], states: readonly unknown[]) => void;

/** Reads groups. */
export class GroupReader {
  readonly #keys: readonly Type[];
  readonly #own: readonly (Getter<string> | undefined)[];
  readonly #aggregates: readonly Aggregate[];
  /** For aggregates of the gateway's name: that name, as an argument. */
  readonly #names: readonly (Getter<string> | undefined)[];

  constructor(
    keys: readonly Typed[],
    aggregates: readonly Aggregate[],
    own: readonly (Getter<string> | undefined)[],
    names: readonly (Getter<string> | undefined)[],
  ) {
    this.#keys = keys.map(({ type }) => type);
    this.#own = own;
    this.#aggregates = aggregates;
    this.#names = names;
  }

  /**
   * The groups of a whole answer. All are checked before the first one is taken.
   * @throws CtqError for what is not a group of these keys and aggregates
   */
  *read(parts: readonly Uint8Array[], gateway: string, take: TakeGroup): Steps {
    const groups: Group[] = [];
    let trial: readonly Accumulator[] = [];
    for (const items of linesOf(parts)) {
      for (const item of items) {
        // Fresh ones from time to time: they grow with what is merged.
        if (groups.length % TURN === 0) {
          trial = this.#aggregates.map(accumulatorOf);
          for (const accumulator of trial) accumulator.grow();
          yield;
        }
        groups.push(this.#groupOf(item, gateway, trial));
      }
    }
    for (const [i, [keys, states]] of groups.entries()) {
      take(keys, states);
      if (i % TURN === 0) yield;
    }
  }

  /**
   * The item itself, its keys as values: an answer may have a hundred thousand.
   * @param trial merges the states, so that each is known to be one
   */
  #groupOf(item: unknown, gateway: string, trial: readonly Accumulator[]): Group {
    if (!Array.isArray(item) || item.length !== 2) throw malformedAnswer();
    const group = item as [unknown, unknown];
    const states = group[1];
    if (!Array.isArray(states) || states.length !== this.#aggregates.length) throw malformedAnswer();
    for (let i = 0; i < states.length; i++) {
      const name = this.#names[i];
      if (name !== undefined) checkName(states[i], toPlain(name(gateway)));
    }
    try {
      for (let i = 0; i < trial.length; i++) trial[i].merge(0, states[i]);
      group[0] = readValues(group[0], this.#keys, this.#own, gateway);
    } catch (error) {
      throw error instanceof InvalidData ? malformedAnswer() : error;
    }
    return group as Group;
  }
}

/** The keys and states of a group that is checked. */
type Group = [readonly Value[], readonly unknown[]];

/** The items of all lines of an answer. @throws CtqError for a line that is not complete */
function* linesOf(parts: readonly Uint8Array[]): Generator<readonly unknown[]> {
  const lines = new LineReader();
  for (const part of parts) yield* lines.push(part);
  lines.end();
}

/** Groups between two turns of the event loop. The counts of as many can be added without a loss. */
const TURN = 256;

/** The name of another gateway is not this one's to give. */
function checkName(state: unknown, name: unknown): void {
  const isEmpty = state === null || (Array.isArray(state) && state.length === 0);
  const isOwn = state === name || (Array.isArray(state) && state.length === 1 && state[0] === name);
  if (!isEmpty && !isOwn) throw malformedAnswer();
}

/** Plain values become values of their types, in their place. @throws InvalidData, and CtqError for another number of them */
function readValues(
  item: unknown,
  types: readonly Type[],
  own: readonly (Getter<string> | undefined)[],
  gateway: string,
): Value[] {
  if (!Array.isArray(item) || item.length !== types.length) throw malformedAnswer();
  for (let i = 0; i < types.length; i++) {
    const value = fromPlain(item[i], types[i]);
    const ownValue = own[i];
    item[i] = ownValue === undefined ? value : ownValue(gateway);
  }
  return item as Value[];
}

/** For each aggregate that gives names of gateways, its argument. */
export const argsOfNames = (aggregates: readonly Aggregate[]): readonly (Typed | undefined)[] =>
  aggregates.map(aggregate => (namesGateways(aggregate) ? aggregate.arg : undefined));
