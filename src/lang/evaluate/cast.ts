import { exactText } from '../conversion/exact-text.js';
import { addressIn, booleanIn, durationIn, networkIn, numberIn, scaled, timeIn } from '../conversion/text-value.js';
import type { Environment } from '../schema/environment.js';
import { protocolNumber } from '../schema/flags.js';
import type { Type } from '../schema/type.js';
import { networkOf, networkValue, width } from '../values/address.js';
import { type Address, finite, type Integer, rounded, type Value } from '../values/value.js';

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
        : value => addressIn(String(value)) ?? null;
    case 'network':
      return value => networkFrom(value, from);
    case 'port':
      return value => inRange(numberOf(value) ?? names.servicePort(String(value).trim()) ?? null, 0xffff);
    case 'proto':
      return value => inRange(numberOf(value) ?? protocolNumber(String(value).trim()) ?? null, 0xff);
    case 'duration':
      return value => (typeof value === 'string' ? durationIn(value) : scaled(value as Integer)) ?? null;
    case 'time':
      return value => (typeof value === 'string' ? timeIn(value) : scaled(value as Integer)) ?? null;
    case 'boolean':
      return value => (typeof value === 'string' ? (booleanIn(value) ?? null) : value !== 0);
    default:
      return () => null;
  }
}

/** A number, or the number in a text. */
const numberOf = (value: Present): Integer | undefined =>
  typeof value === 'number' || typeof value === 'bigint' ? value : numberIn(String(value));

function integerOf(value: Present, from: Type): Value {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = numberOf(value);
  if (number === undefined) return null;
  if (from.name === 'duration' || from.name === 'time') return rounded(Number(number) / NS);
  return typeof number === 'number' ? rounded(number) : number;
}

function decimalOf(value: Present, from: Type): Value {
  const number = numberOf(value);
  if (number === undefined) return null;
  return finite(Number(number) / (from.name === 'duration' || from.name === 'time' ? NS : 1));
}

const inRange = (value: Integer | null, most: number): Value =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : null;

function networkFrom(value: Present, from: Type): Value {
  if (from.name === 'address') {
    const address = value as Address;
    return networkValue({ address, prefix: width(address) });
  }
  return networkIn(String(value)) ?? null;
}
