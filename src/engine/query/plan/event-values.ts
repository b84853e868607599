/** The values of conditions as the numbers that are in messages. */
import { DCCP_STATES, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import { enumNames } from '../../../lang/schema/flags.js';
import type { CompareOp } from '../../../lang/syntax/ast.js';
import { isNetwork, type Network, networkOf } from '../../../lang/values/address.js';
import type { Address, Value } from '../../../lang/values/value.js';
import { AF_INET, AF_INET6 } from '../../ctnetlink/constants.js';
import { complement, highest, type Range, type Ranges, union } from '../../ctnetlink/event-filter/ranges.js';

/** More than any number in a message. */
const MAX = highest(16);

/** The whole numbers next to a value: the same twice if it is one. */
interface Bounds {
  readonly floor: bigint;
  readonly ceiling: bigint;
}

/** @param scale units of the value in one unit of the message */
function boundsOf(value: Value, scale: bigint): Bounds | undefined {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    if (!Number.isFinite(value) || scale !== 1n) return undefined;
    return { floor: BigInt(Math.floor(value)), ceiling: BigInt(Math.ceil(value)) };
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const whole = BigInt(value);
  const rest = ((whole % scale) + scale) % scale;
  const floor = (whole - rest) / scale;
  return { floor, ceiling: rest === 0n ? floor : floor + 1n };
}

/** The numbers that compare so with a value; undefined if it is not a number. */
export function numberRanges(op: CompareOp, value: Value, scale = 1n): readonly Range[] | undefined {
  const bounds = boundsOf(value, scale);
  if (bounds === undefined) return undefined;
  const { floor, ceiling } = bounds;
  switch (op) {
    case '=':
      return floor === ceiling ? [[floor, floor]] : [];
    case '!=':
      return floor === ceiling
        ? [
            [0n, floor - 1n],
            [floor + 1n, MAX],
          ]
        : [[0n, MAX]];
    case '<':
      return [[0n, ceiling - 1n]];
    case '<=':
      return [[0n, floor]];
    case '>':
      return [[floor + 1n, MAX]];
    case '>=':
      return [[ceiling, MAX]];
  }
}

/** The numbers from one value to another; undefined if one is not a number. */
export function numberRange(low: Value, high: Value, scale = 1n): Range | undefined {
  const [from, to] = [boundsOf(low, scale), boundsOf(high, scale)];
  return from && to && [from.ceiling, to.floor];
}

/** 4 or 16: the bytes of an address' family. */
const bytesOf = (address: Address): number => (typeof address === 'number' ? 4 : 16);

function addressNumber(address: Address): bigint {
  if (typeof address === 'number') return BigInt(address);
  let number = 0n;
  for (let i = 0; i < 8; i++) number = (number << 16n) | BigInt(address.charCodeAt(i));
  return number;
}

const isAddress = (value: Value): value is Address =>
  typeof value === 'number' || (typeof value === 'string' && (value.length === 8 || isNetwork(value)));

function rangeOfNetwork({ address, prefix }: Network): Range {
  const low = addressNumber(address);
  return [low, low | ((1n << BigInt(bytesOf(address) * 8 - prefix)) - 1n)];
}

/** Sets of addresses of both families. */
export type AddressRanges = (bytes: number) => Ranges;

/** The addresses in networks. */
export function networkRanges(networks: readonly Network[]): AddressRanges {
  return bytes => union(networks.filter(({ address }) => bytesOf(address) === bytes).map(rangeOfNetwork), bytes);
}

export const exceptAddresses =
  (ranges: AddressRanges): AddressRanges =>
  bytes =>
    complement(ranges(bytes), bytes);

/** The addresses that compare so with an address or a network; IPv4 sorts before IPv6. */
export function addressRanges(op: CompareOp, value: Value): AddressRanges | undefined {
  if (!isAddress(value)) return undefined;
  if (isNetwork(value)) {
    const inside = networkRanges([networkOf(value)]);
    return op === '=' ? inside : op === '!=' ? exceptAddresses(inside) : undefined;
  }
  const own = bytesOf(value);
  const same = numberRanges(op, addressNumber(value)) as readonly Range[];
  const others: readonly CompareOp[] = own === 4 ? ['!=', '>', '>='] : ['!=', '<', '<='];
  const isOther = others.includes(op);
  return bytes => (bytes === own ? union(same, bytes) : isOther ? [[0n, highest(bytes)]] : []);
}

/** The addresses in a list; undefined if one of its items is none. */
export function addressList(
  values: readonly Value[],
  ranges: readonly (readonly [Value, Value])[],
  networks: readonly string[],
): AddressRanges | undefined {
  const byFamily: Record<number, Range[]> = { 4: [], 16: [] };
  for (const value of values) {
    if (!isAddress(value)) return undefined;
    const network = isNetwork(value) ? networkOf(value) : { address: value, prefix: bytesOf(value) * 8 };
    byFamily[bytesOf(network.address)].push(rangeOfNetwork(network));
  }
  for (const value of networks) {
    const network = networkOf(value);
    byFamily[bytesOf(network.address)].push(rangeOfNetwork(network));
  }
  for (const [low, high] of ranges) {
    if (!isAddress(low) || !isAddress(high) || bytesOf(low) !== bytesOf(high)) return undefined;
    if (isNetwork(low) || isNetwork(high)) return undefined;
    byFamily[bytesOf(low)].push([addressNumber(low), addressNumber(high)]);
  }
  return bytes => union(byFamily[bytes], bytes);
}

/** The names of a field's values, by their numbers, for each of its places; and the bits that hold the number. */
interface Names {
  readonly names: readonly Readonly<Record<number, string | undefined>>[];
  readonly mask?: number;
}

const { SRC_NAT, DST_NAT } = STATUS_FLAGS;

const NAMES: Readonly<Record<string, Names>> = {
  family: { names: [{ [AF_INET]: 'ipv4', [AF_INET6]: 'ipv6' }] },
  state: { names: [TCP_STATES, SCTP_STATES, DCCP_STATES] },
  'tcp.state': { names: [TCP_STATES] },
  'sctp.state': { names: [SCTP_STATES] },
  'dccp.state': { names: [DCCP_STATES] },
  'nat.dir': { names: [enumNames('direction')] },
  nat: {
    names: [{ 0: 'none', [SRC_NAT]: 'src', [DST_NAT]: 'dst', [SRC_NAT | DST_NAT]: 'both' }],
    mask: SRC_NAT | DST_NAT,
  },
};

/** The numbers of names, for each place of a field; and the mask of its bits. Undefined for a field without names. */
export function namedRanges(
  field: string,
  values: readonly Value[],
): { readonly ranges: (place: number) => readonly Range[]; readonly mask?: number } | undefined {
  if (!Object.hasOwn(NAMES, field)) return undefined;
  const { names, mask } = NAMES[field];
  const ranges = (place: number): Range[] =>
    Object.entries(names[place])
      .filter(([, name]) => values.includes(name as string))
      .map(([code]): Range => [BigInt(code), BigInt(code)]);
  return mask === undefined ? { ranges } : { ranges, mask };
}
