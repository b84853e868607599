/** Reads the parts of a state that another machine sent. */
import { InvalidData } from '../../conversion/plain.js';

/** The most rows of one state. The sum of 512 of them is still exact. */
const MAX_ROWS = 2 ** 44;

/** A number of rows. @throws InvalidData */
export function countOf(state: unknown): number {
  if (typeof state === 'number' && Number.isInteger(state) && state >= 0 && state < MAX_ROWS) return state;
  throw new InvalidData('invalid count');
}

/** The sum of two numbers of rows. @throws InvalidData if it is not exact */
export function addCounts(a: number, b: number): number {
  if (Number.isSafeInteger(a + b)) return a + b;
  throw new InvalidData('invalid count');
}

/** @param length the number of elements, if it is fixed @throws InvalidData */
export function listOf(state: unknown, length?: number): readonly unknown[] {
  if (Array.isArray(state) && (length === undefined || state.length === length)) return state;
  throw new InvalidData('invalid list');
}
