import { isNetwork, mask, networkOf } from '../../../../lang/values/address.js';
import type { Address, Value } from '../../../../lang/values/value.js';

/** The rows of a joined table by a value of theirs. Networks are found by every address inside of them. */
export class JoinIndex<Row> {
  readonly #ofAddresses: boolean;
  readonly #all: Row[] = [];
  readonly #byValue = new Map<Value, Row[]>();
  /** Networks by prefix length, and then by their address. */
  readonly #byNetwork = new Map<number, Map<Address, Row[]>>();

  /** @param ofAddresses the values are addresses, of which some may be networks */
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

  /** The rows whose value may be equal to this one, and perhaps others. */
  get(value: Value): readonly Row[] {
    if (value === null) return [];
    // Which addresses and networks lie in a network is not indexed.
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

/** Equal numbers have one key: a decimal beyond 2^53 may be equal to an integer there, which is a bigint. */
const keyOf = (value: Value): Value =>
  typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;

function put<Key, Row>(map: Map<Key, Row[]>, key: Key, row: Row): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, [row]);
  else rows.push(row);
}
