import type { InNode } from '../checked/ast.js';
import { compareCells } from '../conversion/cell-order.js';
import { isCell } from '../schema/type.js';
import { holds, isNetwork, mask, networkOf, sameAddress } from '../values/address.js';
import { type Address, compare, type Getter, type Value } from '../values/value.js';

/** The values of a subquery, or of a list in a variable. */
export interface QueryResult {
  readonly values: readonly Value[];
  /** Rows of a list that have no value, and are left out. */
  readonly blank?: number;
}

type Present = Exclude<Value, null>;

/** Networks by prefix length: a test costs one lookup per length that occurs, not per network. */
function prefixTable(networks: readonly string[]): (address: Address) => boolean {
  const four = new Map<number, Set<Address>>();
  const six = new Map<number, Set<Address>>();
  for (const network of networks) {
    const { address, prefix } = networkOf(network);
    const table = typeof address === 'number' ? four : six;
    let set = table.get(prefix);
    if (!set) {
      set = new Set();
      table.set(prefix, set);
    }
    set.add(mask(address, prefix));
  }
  const lengths4 = [...four];
  const lengths6 = [...six];
  return address => {
    const lengths = typeof address === 'number' ? lengths4 : lengths6;
    for (let i = 0; i < lengths.length; i++) {
      if (lengths[i][1].has(mask(address, lengths[i][0]))) return true;
    }
    return false;
  };
}

/** Sorted and merged ranges, for binary search. */
function rangeTable(ranges: readonly (readonly [Value, Value])[]): (value: Present) => boolean {
  const sorted = [...ranges].sort((a, b) => compare(a[0] as Present, b[0] as Present));
  const lows: Present[] = [];
  const highs: Present[] = [];
  for (const [low, high] of sorted as [Present, Present][]) {
    const last = highs.length - 1;
    // Ranges of IPv4 and IPv6 sort apart and cannot overlap.
    if (last >= 0 && typeof highs[last] === typeof low && compare(low, highs[last]) <= 0) {
      if (compare(high, highs[last]) > 0) highs[last] = high;
    } else {
      lows.push(low);
      highs.push(high);
    }
  }
  return value => {
    let from = 0;
    let to = lows.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (compare(lows[middle], value) <= 0) from = middle + 1;
      else to = middle;
    }
    if (from === 0) return false;
    const high = highs[from - 1];
    return (typeof high === 'string') === (typeof value === 'string') && compare(value, high) <= 0;
  };
}

/** The same for ranges of cells, of which people write few. */
const cellRanges =
  (ranges: InNode['ranges']): ((value: Present) => boolean) =>
  value =>
    ranges.some(
      ([low, high]) =>
        compareCells(low as string, value as string) <= 0 && compareCells(value as string, high as string) <= 0,
    );

const never = (): boolean => false;

/** Whether a network is inside one of others, or contains one of the addresses. */
function matchesSome(network: string, networks: readonly string[], addresses: ReadonlySet<Value>): boolean {
  if (networks.some(each => holds(each, network))) return true;
  for (const each of addresses) if (holds(network, each as Address)) return true;
  return false;
}

/** `operand in (…)`, three-valued as in SQL: a miss is null if the list contains null. */
export function compileIn<Row>(
  node: InNode,
  operand: Getter<Row>,
  others: readonly Getter<Row>[],
  more: QueryResult | undefined,
): Getter<Row> {
  const ofAddresses = node.operand.type.name === 'address';
  /** Among addresses: networks are longer or shorter than any address' text. */
  const isNetworkHere = (each: Value): each is string => ofAddresses && isNetwork(each);
  const networks = [...node.networks];
  const set = new Set<Value>();
  for (const value of [node.values, more?.values ?? []]) {
    for (const each of value) {
      // A subquery or variable may hold networks as well as addresses.
      if (isNetworkHere(each)) networks.push(each);
      else set.add(each);
    }
  }
  const hasNull = set.delete(null);
  const inNetworks = networks.length > 0 ? prefixTable(networks) : never;
  const { type } = node.operand;
  const { ranges } = node;
  const inRanges = ranges.length === 0 ? never : isCell(type) ? cellRanges(ranges) : rangeTable(ranges);
  const rest = others.length;
  // Nothing is in an empty list, not even what is unknown.
  if (set.size + networks.length + ranges.length + rest === 0 && !hasNull) return () => false;
  return row => {
    const value = operand(row);
    if (value === null) return null;
    // A column of a data file may hold a network.
    if (isNetworkHere(value) && matchesSome(value, networks, set)) return true;
    if (set.has(value) || inRanges(value) || (!isNetworkHere(value) && inNetworks(value as Address))) return true;
    let unknown = hasNull;
    for (let i = 0; i < rest; i++) {
      const other = others[i](row);
      if (other === null) unknown = true;
      else if (ofAddresses ? sameAddress(value as Address, other as Address) : compare(other, value) === 0) return true;
    }
    return unknown ? null : false;
  };
}
