/** The exact text of a value, and the parts that it is made of. */
import type { Environment } from '../schema/environment.js';
import { namesOfFlags, protocolName } from '../schema/flags.js';
import type { Type } from '../schema/type.js';
import { formatAddress, formatNetwork } from '../values/address.js';
import { isoTime } from '../values/iso-time.js';
import type { Integer, Value } from '../values/value.js';

type Present = Exclude<Value, null>;
export type Labels = Pick<Environment, 'labelName'>;

const NS = 1_000_000_000n;

/** Seconds with as many decimals as it takes: `300`, `0.25`. */
export function seconds(ns: Integer): string {
  if (typeof ns === 'number' && ns % 1e9 === 0) return String(ns / 1e9);
  const big = BigInt(ns);
  const absolute = big < 0n ? -big : big;
  const fraction = (absolute % NS).toString().padStart(9, '0').replace(/0+$/, '');
  return `${big < 0n ? '-' : ''}${absolute / NS}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The numbers of the bits that are set, from a labels value. */
export function labelBits(value: string): number[] {
  const bits: number[] = [];
  for (let unit = 0; unit < value.length; unit++) {
    const word = value.charCodeAt(unit);
    for (let bit = 0; word >>> bit !== 0; bit++) if ((word >>> bit) & 1) bits.push(16 * unit + bit);
  }
  return bits;
}

/** The names of the labels that are set; a bit without a name as its number. */
export const labelNames = (value: string, labels: Labels): (string | number)[] =>
  labelBits(value).map(bit => labels.labelName(bit) ?? bit);

export const decimalText = (value: number): string => (Number.isFinite(value) ? String(value) : '');

/** The exact text, as csv and tsv hold it: durations in seconds, times in ISO 8601. */
export function exactText(value: Present, type: Type, labels: Labels): string {
  switch (type.name) {
    case 'address':
      return formatAddress(value as number | string);
    case 'network':
      return formatNetwork(value as string);
    case 'proto':
      return protocolName(value as number) ?? String(value);
    case 'flags':
      return type.flags === undefined ? String(value) : namesOfFlags(type.flags, value as number).join(',');
    case 'labels':
      return labelNames(value as string, labels).join(',');
    case 'duration':
      return seconds(value as Integer);
    case 'time':
      return isoTime(value as Integer);
    case 'decimal':
      return typeof value === 'number' ? decimalText(value) : String(value);
    case 'integer':
    case 'boolean':
    case 'port':
    case 'enum':
    case 'text':
    case 'null':
      return String(value);
  }
}
