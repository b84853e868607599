/** The cells of a file of columns as values: what they are beside a value of a type, and what a column of them can be read as. */

import { addressIn, addressOrNetworkIn, numberIn } from '../conversion/text-value.js';
import type { Environment } from '../schema/environment.js';
import { enumNames, flagsIn } from '../schema/flags.js';
import { TEXT, type Type } from '../schema/type.js';
import type { TypeName, Value } from '../values/value.js';
import { castFunction } from './cast.js';

/** What a cell is where a type is expected of it; null for one that is blank, or cannot be read as that type. */
export function cellReader(type: Type, names: Pick<Environment, 'servicePort'>): (cell: string) => Value {
  const read = readerOf(type, names);
  return type.name === 'text' ? read : cell => (isBlank(cell) ? null : read(cell));
}

/** Blank are cells without a character, and the empty list of JSON. */
export const isBlank = (cell: string | null | undefined): boolean =>
  cell === null || cell === undefined || !/\S/.test(cell) || cell === '[]';

function readerOf(type: Type, { servicePort }: Pick<Environment, 'servicePort'>): (cell: string) => Value {
  const cast = castFunction(TEXT, type, { servicePort, labelName: () => undefined });
  switch (type.name) {
    case 'text':
      return cell => (cell === '' ? null : cell);
    case 'address':
      return type.isPart ? cell => addressIn(cell) ?? null : cell => addressOrNetworkIn(cell) ?? null;
    case 'integer':
      return type.isCell ? cell => numberIn(cell) ?? null : cast;
    case 'enum': {
      const words = new Map(enumNames(type.vocabulary!).map(word => [word.toLowerCase(), word]));
      return cell => words.get(cell.trim().toLowerCase()) ?? null;
    }
    case 'flags':
      return cell => flagsIn(type.flags!, cell.trim()) ?? null;
    default:
      return cast;
  }
}

/** Types that the cells of a column may be read as, the narrowest first: a number is also a duration and a time. */
const READ_AS = ['integer', 'decimal', 'boolean', 'duration', 'address', 'time'] as const;

/** The type that all cells of a column can be read as. */
export function typeOfCells(cells: readonly string[], names: Pick<Environment, 'servicePort'>): TypeName {
  const full = cells.filter(cell => !isBlank(cell));
  const canBe = (name: (typeof READ_AS)[number]): boolean => {
    const read = cellReader({ name, isCell: true }, names);
    return full.every(cell => {
      const value = read(cell);
      return value !== null && (name !== 'integer' || typeof value === 'bigint' || Number.isInteger(value));
    });
  };
  return full.length === 0 ? 'text' : (READ_AS.find(canBe) ?? 'text');
}
