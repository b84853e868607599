import type { TypeName } from '../values/value.js';
import type { Field, FlagSet, Vocabulary } from './fields/field.js';

/** The type of an expression; of enums and flags with the list that names the values. */
export interface Type {
  readonly name: TypeName;
  readonly vocabulary?: Vocabulary;
  readonly flags?: FlagSet;
  /** What numbers count, to be shown with units. */
  readonly unit?: 'bytes';
  /**
   * A text of a file of columns: texts that are numbers are ordered by value, before all others. Of another type: what such a text is
   * where it is compared with that type; an integer may be a fraction then, an address a network.
   */
  readonly isCell?: true;
  /** Of a cell that is a part of a row: an address is none of a network. */
  readonly isPart?: true;
  /** Per second. */
  readonly isRate?: true;
}

export const INTEGER: Type = { name: 'integer' };
export const DECIMAL: Type = { name: 'decimal' };
export const BOOLEAN: Type = { name: 'boolean' };
export const ADDRESS: Type = { name: 'address' };
export const NETWORK: Type = { name: 'network' };
export const PORT: Type = { name: 'port' };
export const PROTO: Type = { name: 'proto' };
export const DURATION: Type = { name: 'duration' };
export const TIME: Type = { name: 'time' };
export const TEXT: Type = { name: 'text' };
/** The columns of a file are texts. */
export const CELL: Type = { name: 'text', isCell: true };
export const NULL: Type = { name: 'null' };

/** The type of a field's values. */
export function typeOfField(field: Field): Type {
  return {
    name: field.type,
    ...(field.vocabulary ? { vocabulary: field.vocabulary } : {}),
    ...(field.flags ? { flags: field.flags } : {}),
    ...(field.unit ? { unit: field.unit } : {}),
    ...(field.isCell ? { isCell: true } : {}),
  };
}

/** A number in the unit of another one: the sum of bytes is bytes. */
export const inUnitOf = (type: Type, of: Type): Type => (of.unit === undefined ? type : { ...type, unit: of.unit });

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

/** A type as messages write it: 'an address'. */
export const phrase = (type: Type): string => PHRASES[type.name];

/** Whether the values are cells of a file as they are there. */
export const isCell = (type: Type): boolean => type.isCell === true && type.name === 'text';

/** Whether the values are plain integers, which can be compared and computed with. */
export const isIntegral = (type: Type): boolean =>
  type.name === 'integer' || type.name === 'port' || type.name === 'proto';
export const isNumber = (type: Type): boolean => isIntegral(type) || type.name === 'decimal';
export const isSummable = (type: Type): boolean => isNumber(type) || type.name === 'duration';
/** Whether arithmetic and bit operators apply. Flags are numbers of bits. */
export const isArithmetic = (type: Type): boolean => isSummable(type) || type.name === 'time' || type.name === 'flags';
export const isText = (type: Type): boolean => type.name === 'text' || type.name === 'enum';

/** Whether two types have the same values and the same names for them. */
export function sameType(a: Type, b: Type): boolean {
  return a.name === b.name && a.vocabulary === b.vocabulary && a.flags === b.flags;
}

/** The type that values of several types have in common, as in the branches of a `case`; undefined if there is none. */
export function commonType(types: readonly Type[]): Type | undefined {
  const known = types.filter(type => type.name !== 'null');
  if (known.length === 0) return NULL;
  const [first] = known;
  if (known.every(type => sameType(type, first))) return known.find(type => type.isCell) ?? first;
  if (known.every(isNumber)) return known.every(isIntegral) ? INTEGER : DECIMAL;
  return known.every(isText) ? TEXT : undefined;
}
