/** The order of the texts of a file of columns: those that are numbers by value, before all others. */

import type { Type } from '../schema/type.js';
import { type Getter, integer, type Value } from './value.js';

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** Longer integers may be rounded as a number. */
const EXACT_DIGITS = 15;

/** What `compare` orders in place of a cell: the number that it is, or its text. */
function orderOfCell(cell: Value): Value {
  if (typeof cell !== 'string' || !NUMBER.test(cell)) return cell;
  return cell.length > EXACT_DIGITS && INTEGER.test(cell) ? integer(BigInt(cell)) : Number(cell);
}

/** What `compare` orders in place of a value of a type. */
export const orderOf = (value: Value, type: Type | undefined): Value => (type?.isCell ? orderOfCell(value) : value);

/** The same of each row. */
export const inOrder = <Row>(get: Getter<Row>, type: Type): Getter<Row> =>
  type.isCell ? row => orderOfCell(get(row)) : get;
