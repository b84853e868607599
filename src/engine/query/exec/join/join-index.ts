import { isNetwork, mask, networkOf } from '../../../../lang/values/address.js';
import type { Address, Value } from '../../../../lang/values/value.js';

/** An index of the rows of a joined table by a value. A network is found by every address in it. */
export class JoinIndex<Row> {
  readonly #ofAddresses: boolean;
  readonly #all: Row[] = [];
  readonly #byValue = new Map<Value, Row[]>();
  /** Networks by prefix length and address. */
  readonly #byNetwork = new Map<number, Map<Address, Row[]>>();

  /** @param ofAddresses the values are addresses or networks */
  constructor(ofAddresses: boolean) {
    this.#ofAddresses = ofAddresses;
  }

  add(value: Value, row: Row): void {
    if (value === null) return;
    this.#all.push(row);
    if (!this.#ofAddresses || !isNetwork(value)) {
      put(this.#byValue, keyOf(value), row);
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

  /** Candidates: all rows whose value may equal this one. */
  get(value: Value): readonly Row[] {
    if (value === null) return [];
    // Lookups by network are not indexed.
    if (this.#ofAddresses && isNetwork(value)) return this.#all;
    const same = this.#byValue.get(keyOf(value)) ?? [];
    if (this.#byNetwork.size === 0) return same;
    const address = value as Address;
    const found = [...same];
    for (const [prefix, map] of this.#byNetwork)
      if (prefix <= (typeof address === 'number' ? 32 : 128))
        for (const row of map.get(mask(address, prefix)) ?? []) found.push(row);
    return found;
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
