import type { Field } from './catalogue.js';
import type { TypeName } from '../values/value.js';
import type { Type } from '../check/checked-ast.js';

export const INTEGER: Type = { name: 'integer' };
export const DECIMAL: Type = { name: 'decimal' };
export const BOOLEAN: Type = { name: 'boolean' };
export const ADDRESS: Type = { name: 'address' };
export const NETWORK: Type = { name: 'network' };
export const DURATION: Type = { name: 'duration' };
export const TIME: Type = { name: 'time' };
export const TEXT: Type = { name: 'text' };
export const NULL: Type = { name: 'null' };

export function typeOfField(field: Field): Type {
  return {
    name: field.type,
    ...(field.vocabulary ? { vocabulary: field.vocabulary } : {}),
    ...(field.flags ? { flags: field.flags } : {}),
  };
}

const PHRASES = {
  integer: 'an integer',
  decimal: 'a number',
  boolean: 'a condition',
  address: 'an address',
  network: 'a network',
  port: 'a port',
  proto: 'a protocol',
  enum: 'a name',
  flags: 'flags',
  labels: 'labels',
  duration: 'a duration',
  time: 'a time',
  text: 'text',
  null: 'null',
} as const satisfies Record<TypeName, string>;

/** How messages call a type: 'an address'. */
export const phrase = (type: Type): string => PHRASES[type.name];

/** Types whose values are plain whole numbers, so that they may be compared and reckoned with. */
export const isWhole = (type: Type): boolean =>
  type.name === 'integer' || type.name === 'port' || type.name === 'proto';
export const isNumber = (type: Type): boolean => isWhole(type) || type.name === 'decimal';
/** Types that arithmetic and bits know. Flags are numbers of bits. */
export const isReckonable = (type: Type): boolean =>
  isNumber(type) || type.name === 'duration' || type.name === 'time' || type.name === 'flags';

export function sameType(a: Type, b: Type): boolean {
  return a.name === b.name && a.vocabulary === b.vocabulary && a.flags === b.flags;
}
