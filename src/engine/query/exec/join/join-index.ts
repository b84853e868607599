import { isNetwork, mask, networkOf } from '../../../../lang/values/address.js';
import type { Address, Getter, Value } from '../../../../lang/values/value.js';
import { STEP_SIZE, type Steps } from '../steps.js';

/** An equality by which rows of a joined table are found. */
export interface IndexKey<Row, Joined> {
  /** The value of a row of the joined table. */
  readonly of: Getter<Joined>;
  /** The value that it must have for a row of the tables before. */
  readonly wanted: Getter<Row>;
  /** The values are addresses or networks. */
  readonly ofAddresses: boolean;
}

/** As many rows of equal values are tested one by one. */
const FEW = 8;

/** Candidates for a row, or what is to be done before they can be found. */
export type Found<Joined> = readonly Joined[] | (() => Steps);

/**
 * An index of the rows of a joined table by the first of its keys. Many rows of one value are indexed by the next key when one of them is
 * looked for. A network is found by every address in it.
 */
export class JoinIndex<Row, Joined> {
  readonly #key: IndexKey<Row, Joined>;
  readonly #further: readonly IndexKey<Row, Joined>[];
  readonly #all: Joined[] = [];
  readonly #byValue = new Map<Value, Joined[]>();
  /** Networks by prefix length and address. */
  readonly #byNetwork = new Map<number, Map<Address, Joined[]>>();
  /** Rows of one value, by the next key. */
  readonly #inner = new Map<readonly Joined[], JoinIndex<Row, Joined>>();

  constructor([key, ...further]: readonly IndexKey<Row, Joined>[]) {
    this.#key = key;
    this.#further = further;
  }

  *fill(rows: readonly Joined[]): Steps {
    for (const [i, row] of rows.entries()) {
      if (i % STEP_SIZE === STEP_SIZE - 1) yield;
      this.#add(this.#key.of(row), row);
    }
  }

  #add(value: Value, row: Joined): void {
    if (value === null) return;
    if (!this.#key.ofAddresses) {
      put(this.#byValue, keyOf(value), row);
      return;
    }
    this.#all.push(row);
    if (!isNetwork(value)) {
      put(this.#byValue, value, row);
      return;
    }
    const { address, prefix } = networkOf(value);
    let map = this.#byNetwork.get(prefix);
    if (map === undefined) {
      map = new Map();
      this.#byNetwork.set(prefix, map);
    }
    put(map, address, row);
  }

  /** Candidates: all rows whose values may equal those wanted for a row. */
  get(row: Row): Found<Joined> {
    const value = this.#key.wanted(row);
    if (value === null) return [];
    // Lookups by network are not indexed.
    if (this.#key.ofAddresses && isNetwork(value)) return this.#among(this.#all, row);
    const same = this.#among(this.#byValue.get(keyOf(value)) ?? [], row);
    if (this.#byNetwork.size === 0 || typeof same === 'function') return same;
    const address = value as Address;
    const found = [...same];
    for (const [prefix, map] of this.#byNetwork) {
      if (prefix > (typeof address === 'number' ? 32 : 128)) continue;
      const more = this.#among(map.get(mask(address, prefix)) ?? [], row);
      if (typeof more === 'function') return more;
      for (const each of more) found.push(each);
    }
    return found;
  }

  /** Candidates among rows of one value. */
  #among(rows: readonly Joined[], row: Row): Found<Joined> {
    if (rows.length <= FEW || this.#further.length === 0) return rows;
    return this.#inner.get(rows)?.get(row) ?? (() => this.#divide(rows));
  }

  *#divide(rows: readonly Joined[]): Steps {
    const index = new JoinIndex(this.#further);
    yield* index.fill(rows);
    this.#inner.set(rows, index);
  }
}

/** Equal numbers have equal keys: a decimal beyond 2^53 may equal an integer, which is a bigint there. */
const keyOf = (value: Value): Value =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;

function put<Key, Row>(map: Map<Key, Row[]>, key: Key, row: Row): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, [row]);
  else rows.push(row);
}
