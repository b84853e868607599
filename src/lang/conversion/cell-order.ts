/**
 * The order of the texts of a file of columns, in which they are what they read as: numbers (also with units, and durations as seconds),
 * then addresses and networks, then times, then all other texts. Texts of one value are ordered as texts where cells are compared.
 */

import type { Type } from '../schema/type.js';
import { isNetwork, networkOf } from '../values/address.js';
import { parseTime } from '../values/iso-time.js';
import { compare, type Getter, type Integer, type Value } from '../values/value.js';
import { addressOrNetworkIn, durationIn, numberIn } from './text-value.js';

/** What may be more than a text begins with a digit, a sign, or with a letter or colon of an IPv6 address. */
const MAY_BE_VALUE = /^\s*[-+.:\da-f]/i;

/** `compare` orders texts after numbers. The first character of a text that takes the place of a cell orders its kind. */
const KINDS = { address: '\u0001', time: '\u0002', text: '\u0003' } as const;

/** What `compare` orders in place of a cell. */
function orderOfCell(cell: Value): Value {
  if (typeof cell !== 'string') return cell;
  if (!MAY_BE_VALUE.test(cell)) return KINDS.text + cell;
  const number = numberIn(cell);
  if (number !== undefined) return number;
  const duration = durationIn(cell);
  if (duration !== undefined) return Number(duration) / 1e9;
  const address = addressOrNetworkIn(cell);
  if (address !== undefined) return KINDS.address + orderOfAddress(address);
  const time = parseTime(cell);
  return time === undefined ? KINDS.text + cell : KINDS.time + orderOfTime(time);
}

/** A text that is ordered as the address is: IPv4 before IPv6, a network after its first address. */
function orderOfAddress(value: number | string): string {
  const { address, prefix } = isNetwork(value) ? networkOf(value) : { address: value, prefix: undefined };
  const key = typeof address === 'number' ? `4${String.fromCharCode(address >>> 16, address & 0xffff)}` : `6${address}`;
  return prefix === undefined ? key : key + String.fromCharCode(prefix + 1);
}

/** No time is further from the epoch, in nanoseconds: years have four digits. */
const FAR = 10n ** 21n;

const orderOfTime = (ns: Integer): string => (BigInt(ns) + FAR).toString().padStart(22, '0');

/** Orders two cells; different texts of one value by text, so that only equal texts are equal. */
export function compareCells(a: string, b: string): number {
  if (a === b) return 0;
  return compare(orderOfCell(a)!, orderOfCell(b)!) || compare(a, b);
}

/** What `compare` orders in place of a value of a type. */
export const orderOf = (value: Value, type: Type | undefined): Value =>
  type?.isCell && type.name === 'text' ? orderOfCell(value) : value;

/** The same of each row. */
export const inOrder = <Row>(get: Getter<Row>, type: Type): Getter<Row> =>
  type.isCell && type.name === 'text' ? row => orderOfCell(get(row)) : get;
