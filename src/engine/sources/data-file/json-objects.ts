/** The objects of a JSON array, or of JSON lines, each parsed by itself, so that only one at a time is in memory besides the text. */

import { withExactIntegers } from '../../formats/json/value-reader.js';

type Fail = (message: string) => Error;

/** Characters between two yields of `undefined`, with which the caller can do other work. */
const STRIDE = 1 << 20;

/**
 * @param shape `isCut`: the end of an array may be missing
 * @param fail makes the error that is thrown
 * @returns the objects, and undefined at intervals
 */
export function* jsonObjects(
  text: string,
  { isArray, isCut }: { readonly isArray: boolean; readonly isCut: boolean },
  fail: Fail,
): Generator<Readonly<Record<string, unknown>> | undefined> {
  if (isArray) yield* elements(text, isCut, fail);
  else yield* lines(text, fail);
}

function* lines(text: string, fail: Fail): Generator<Readonly<Record<string, unknown>> | undefined> {
  let number = 1;
  for (let at = 0; at < text.length; number++) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
    if (line.trim() === '') yield undefined;
    else yield objectOf(line, message => fail(`line ${number}: ${message}`));
  }
}

/** The elements of the outer array, split at commas; JSON.parse validates each. */
function* elements(text: string, isCut: boolean, fail: Fail): Generator<Readonly<Record<string, unknown>> | undefined> {
  const special = /["[\]{},]/g;
  special.lastIndex = text.indexOf('[') + 1;
  let begin = special.lastIndex;
  let count = 0;
  let depth = 1;
  let seen = begin;
  const element = (end: number): Readonly<Record<string, unknown>> | undefined => {
    const part = text.slice(begin, end);
    begin = end + 1;
    const isEmpty = text[end] === ']' && count === 0 && part.trim() === '';
    count++;
    return isEmpty ? undefined : objectOf(part, message => fail(`object ${count}: ${message}`));
  };
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    const { index } = found;
    if (index - seen > STRIDE) {
      seen = index;
      yield undefined;
    }
    switch (found[0]) {
      case '"':
        special.lastIndex = endOfString(text, index);
        break;
      case '[':
      case '{':
        depth++;
        break;
      case ',':
        if (depth === 1) yield element(index);
        break;
      default:
        if (--depth > 0) break;
        yield element(index);
        if (found[0] !== ']' || text.slice(index + 1).trim() !== '') throw fail('text after the end of the array');
        return;
    }
  }
  if (!isCut) throw fail(`the array has no end`);
}

/** The offset after a string that begins at an offset; the end of the text where it is not closed. */
function endOfString(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function objectOf(part: string, fail: Fail): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(withExactIntegers(part));
  } catch (cause) {
    throw fail((cause as Error).message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail('not a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

type Cell = readonly [name: string, value: string | null];

/** Whether a value is a list that has objects, or lists, in it. */
export const hasObjects = (value: unknown): boolean =>
  Array.isArray(value) && value.some(each => typeof each === 'object' && each !== null);

/**
 * The cells of an object, as text: of the objects in it too, by names with dots, as the columns are called of which they were written. The
 * words of a list are one text; a list of objects is its JSON.
 */
export function cellsOfObject(object: Readonly<Record<string, unknown>>, prefix = ''): Cell[] {
  const cells: Cell[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (typeof value !== 'object' || value === null) {
      cells.push([prefix + name, value === null ? null : String(value)]);
    } else if (Array.isArray(value)) {
      cells.push([prefix + name, hasObjects(value) ? JSON.stringify(value) : value.join(',')]);
    } else {
      for (const cell of cellsOfObject(value as Readonly<Record<string, unknown>>, `${prefix}${name}.`))
        cells.push(cell);
    }
  }
  return cells;
}
