/** The objects of a JSON array, or one after another as in JSON lines, each parsed by itself, so that only one at a time is in memory besides the text. */

import { withExactIntegers } from '../../formats/reading/text/json-value.js';

type Fail = (message: string) => Error;

/** A part of a text. Without an end: up to that of the text. */
interface Part {
  readonly begin: number;
  readonly end?: number;
}

/** Characters between two yields of `undefined`, with which the caller can do other work. */
const STRIDE = 1 << 20;

/**
 * @param shape `array`: where the objects are the elements of one; `isCut`: the end may be missing
 * @param fail makes the error that is thrown
 * @returns the objects, and undefined at intervals
 */
export function* jsonObjects(
  text: string,
  { array, isCut }: { readonly array: Part | undefined; readonly isCut: boolean },
  fail: Fail,
): Generator<Readonly<Record<string, unknown>> | undefined> {
  if (array !== undefined) yield* elements(text, array, isCut, fail);
  else yield* lines(text, isCut, fail);
}

/** The objects of JSON lines, or of one object after another, which may have lines of their own. */
function* lines(text: string, isCut: boolean, fail: Fail): Generator<Readonly<Record<string, unknown>> | undefined> {
  let number = 1;
  let isOneALine = true;
  for (let at = 0; at < text.length; ) {
    const lineEnd = text.indexOf('\n', at);
    const line = text.slice(at, lineEnd < 0 ? text.length : lineEnd);
    const begin = number;
    const failed = (message: string): Error => fail(`line ${begin}: ${message}`);
    if (line.trim() === '') {
      at = lineEnd < 0 ? text.length : lineEnd + 1;
      number++;
      yield undefined;
      continue;
    }
    let object: Readonly<Record<string, unknown>> | undefined;
    let fault: Error | undefined;
    if (isOneALine) {
      try {
        object = objectOf(line, failed);
        at += line.length;
      } catch (error) {
        fault = error as Error;
      }
    }
    if (object === undefined) {
      const end = endOfObject(text, at);
      if (end === undefined) {
        if (isCut) return;
        throw (/[{[,:]\s*$/.test(line) ? undefined : fault) ?? failed('the object has no end');
      }
      const part = text.slice(at, end);
      const linesOfIt = part.split('\n').length - 1;
      if (fault !== undefined && linesOfIt === 0 && end === at + line.length) throw fault;
      object = objectOf(part, failed);
      isOneALine &&= linesOfIt === 0;
      number += linesOfIt;
      at = end;
    }
    yield object;
  }
}

/** The offset after an object that begins at an offset, or after white space there; undefined where it has no end. */
export function endOfObject(text: string, begin: number): number | undefined {
  const special = /["{}]/g;
  special.lastIndex = begin;
  let depth = 0;
  for (let found = special.exec(text); found !== null; found = special.exec(text)) {
    if (found[0] === '"') special.lastIndex = endOfString(text, found.index);
    else if (found[0] === '{') depth++;
    else if (--depth <= 0) return special.lastIndex;
  }
  return undefined;
}

/** The elements of the outer array, split at commas; JSON.parse validates each. */
function* elements(
  text: string,
  array: Part,
  isCut: boolean,
  fail: Fail,
): Generator<Readonly<Record<string, unknown>> | undefined> {
  const special = /["[\]{},]/g;
  special.lastIndex = array.begin + 1;
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
        if (found[0] !== ']' || (array.end === undefined && /\S/.test(text.slice(index + 1))))
          throw fail('text after the end of the array');
        return;
    }
  }
  if (!isCut) throw fail(`the array has no end`);
}

/** The offset after a string that begins at an offset; the end of the text where it is not closed. */
export function endOfString(text: string, begin: number): number {
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
    value = JSON.parse(withExactIntegers(part, EXACT));
  } catch (cause) {
    throw fail((cause as Error).message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail('not a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

/** A cell as text, and what it is in the file. */
type Cell = readonly [name: string, text: string | null, value: unknown];

/** Whether a value is a list that has objects, or lists, in it. */
export const hasObjects = (value: unknown): boolean =>
  Array.isArray(value) && value.some(each => typeof each === 'object' && each !== null);

/**
 * The cells of an object, as text: of the objects in it too, by names with dots, as the columns are called of which they were written. The
 * words of a list are one text; a list of objects, and an empty one, is its JSON.
 */
export function cellsOfObject(object: Readonly<Record<string, unknown>>, prefix = ''): Cell[] {
  const cells: Cell[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'string') {
      const integer = exactInteger(value);
      cells.push(integer === undefined ? [prefix + name, value, value] : [prefix + name, integer, Number(integer)]);
    } else if (typeof value !== 'object' || value === null) {
      cells.push([prefix + name, value === null ? null : String(value), value]);
    } else if (Array.isArray(value)) {
      const isWords = value.length > 0 && !hasObjects(value);
      const text = isWords ? value.map(each => exactInteger(each) ?? each).join(',') : jsonOfList(value);
      cells.push([prefix + name, text, value]);
    } else {
      for (const cell of cellsOfObject(value as Readonly<Record<string, unknown>>, `${prefix}${name}.`))
        cells.push(cell);
    }
  }
  return cells;
}

/** Begins the digits of an integer that JavaScript would round, to tell it from a string of digits. */
const EXACT = '\\u0000';

/** The digits of such an integer. */
const exactInteger = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\0-?\d+$/.test(value) ? value.slice(1) : undefined;

/** The JSON of a list in an object. */
export const jsonOfList = (list: readonly unknown[]): string => JSON.stringify(list).replace(/"\\u0000(-?\d+)"/g, '$1');
