import { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Environment } from '../schema/environment.js';
import { protocolNumber } from '../schema/flags.js';
import type { Type } from '../schema/type.js';
import { readNumber } from '../syntax/literals/number.js';
import { mask, networkOf, networkValue, parseAddress, width } from '../values/address.js';
import { exactText } from '../values/exact-text.js';
import { parseTime } from '../values/iso-time.js';
import { type Address, finite, type Integer, integer, rounded, type Value } from '../values/value.js';

type Present = Exclude<Value, null>;
type Names = Pick<Environment, 'labelName' | 'servicePort'>;

const NS = 1e9;

/**
 * Makes values of one type from values of another; null if there is none, as for a text that is not a number. Durations and times are
 * seconds as numbers.
 */
export function castFunction(from: Type, to: Type, names: Names): (value: Present) => Value {
  switch (to.name) {
    case 'text':
      return value => exactText(value, from, names);
    case 'integer':
      return value => integerOf(value, from);
    case 'decimal':
      return value => decimalOf(value, from);
    case 'address':
      return from.name === 'network'
        ? value => networkOf(value as string).address
        : value => parseAddress(String(value).trim()) ?? null;
    case 'network':
      return value => networkFrom(value, from);
    case 'port':
      return value => inRange(numberOf(value) ?? names.servicePort(String(value).trim()) ?? null, 0xffff);
    case 'proto':
      return value => inRange(numberOf(value) ?? protocolNumber(String(value).trim()) ?? null, 0xff);
    case 'duration':
      return value => scaled(value) ?? measured(value, 'duration');
    case 'time':
      return from.name === 'text' ? value => parseTime(String(value)) ?? scaled(value) : scaled;
    case 'boolean':
      return value => booleanOf(value);
    default:
      return () => null;
  }
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?$/;

/** A number, or the number in a text. */
function numberOf(value: Present): Integer | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  const text = String(value).trim();
  if (/^[-+]?\d{1,40}$/.test(text)) return integer(BigInt(text));
  if (/^0x[\da-f]{1,16}$/i.test(text)) return integer(BigInt(text));
  return NUMBER.test(text) ? (finite(Number(text)) ?? undefined) : undefined;
}

function integerOf(value: Present, from: Type): Value {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = numberOf(value);
  if (number === undefined) return measured(value, 'integer');
  if (from.name === 'duration' || from.name === 'time') return rounded(Number(number) / NS);
  return typeof number === 'number' ? rounded(number) : number;
}

function decimalOf(value: Present, from: Type): Value {
  const number = numberOf(value);
  if (number === undefined) return null;
  return finite(Number(number) / (from.name === 'duration' || from.name === 'time' ? NS : 1));
}

/** Seconds as nanoseconds. */
function scaled(value: Present): Value {
  const number = numberOf(value);
  if (number === undefined) return null;
  if (typeof number === 'bigint' || Number.isInteger(number)) return integer(BigInt(number) * BigInt(NS));
  return rounded(number * NS);
}

/** A text with units, as the language writes it: `10MiB`, `1h30m`. */
export function measured(value: Present, type: 'integer' | 'duration'): Value {
  const text = String(value).trim();
  if (!/^\d/.test(text)) return null;
  const read = readNumber(text, { start: 0, end: text.length }, new Diagnostics());
  return read?.type === type ? read.value : null;
}

const inRange = (value: Integer | null, most: number): Value =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : null;

function networkFrom(value: Present, from: Type): Value {
  if (from.name === 'address') {
    const address = value as Address;
    return networkValue({ address, prefix: width(address) });
  }
  const [base, prefix] = String(value).trim().split('/');
  const address = parseAddress(base);
  if (address === undefined) return null;
  const bits = prefix === undefined ? width(address) : Number(prefix);
  return /^\d*$/.test(prefix ?? '') && bits <= width(address)
    ? networkValue({ address: mask(address, bits), prefix: bits })
    : null;
}

function booleanOf(value: Present): Value {
  if (typeof value !== 'string') return value !== 0;
  if (/^(true|yes|on|t|1)$/i.test(value.trim())) return true;
  return /^(false|no|off|f|0)$/i.test(value.trim()) ? false : null;
}
