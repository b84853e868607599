import { lineEnd, lineStart } from '../lines.js';

/** A part of the text, from a motion or a text object. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character);
const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}_]/u.test(character);

/** The kind of a character for `w`: of `W` there are only spaces and others. */
const kindOf = (character: string | undefined, isBig: boolean): number =>
  isSpace(character) ? 0 : isBig || isWordCharacter(character) ? 1 : 2;

export const swapCase = (keys: string): string => {
  const [kind = '', ...rest] = keys;
  return (kind === kind.toLowerCase() ? kind.toUpperCase() : kind.toLowerCase()) + rest.join('');
};

/** Applies a motion a number of times. */
export function repeated(count: number, from: number, step: (place: number) => number): number {
  let place = from;
  for (let i = 0; i < count; i++) place = step(place);
  return place;
}

/** `^`: the first character of the line that is not a blank. */
export function firstNonBlank(text: string, cursor: number): number {
  let at = lineStart(text, cursor);
  while (at < lineEnd(text, cursor) && isSpace(text[at])) at++;
  return at;
}

/** `w`, `W`: the beginning of the next word. @param isBig words are separated by blanks only */
export function nextWord(text: string, from: number, isBig: boolean): number {
  let at = from;
  const kind = kindOf(text[at], isBig);
  while (at < text.length && kind !== 0 && kindOf(text[at], isBig) === kind) at++;
  while (at < text.length && isSpace(text[at])) at++;
  return at;
}

/** `e`, `E`: the end of the word. */
export function wordEnd(text: string, from: number, isBig: boolean): number {
  let at = from + 1;
  while (at < text.length && isSpace(text[at])) at++;
  const kind = kindOf(text[at], isBig);
  while (at + 1 < text.length && kindOf(text[at + 1], isBig) === kind) at++;
  return Math.min(at, Math.max(text.length - 1, 0));
}

/** `b`, `B`: the beginning of the word before. */
export function wordBefore(text: string, from: number, isBig: boolean): number {
  let at = from - 1;
  while (at > 0 && isSpace(text[at])) at--;
  const kind = kindOf(text[at], isBig);
  while (at > 0 && kindOf(text[at - 1], isBig) === kind) at--;
  return Math.max(at, 0);
}

const PAIRS: Readonly<Record<string, string>> = { '(': ')', ')': '(', '[': ']', ']': '[' };

/** `%`: the parenthesis that belongs to the one at or after the cursor; undefined if there is none. */
export function matchingParenthesis(text: string, cursor: number): number | undefined {
  const offset = text.slice(cursor).search(/[()[\]]/);
  if (offset < 0) return undefined;
  const start = cursor + offset;
  const open = text[start];
  const step = open === '(' || open === '[' ? 1 : -1;
  let depth = 0;
  for (let at = start; at >= 0 && at < text.length; at += step) {
    if (text[at] === open) depth++;
    else if (text[at] === PAIRS[open] && --depth === 0) return at;
  }
  return undefined;
}

/** `iw`, `aw`, and what is in quotes or parentheses: `i'`, `a(`. */
export function textObject(keys: string, text: string, cursor: number): Range | undefined {
  const [kind, object] = keys;
  const isAround = kind === 'a';
  if (object === 'w' || object === 'W') {
    const type = kindOf(text[cursor], object === 'W');
    let start = cursor;
    let end = cursor;
    while (start > 0 && kindOf(text[start - 1], object === 'W') === type) start--;
    while (end < text.length && kindOf(text[end], object === 'W') === type) end++;
    if (isAround) while (end < text.length && text[end] === ' ') end++;
    return { start, end };
  }
  const open = object === ')' || object === 'b' ? '(' : object;
  const close = open === '(' ? ')' : open;
  if (open !== '(' && open !== "'" && open !== '"') return undefined;
  const start = text.lastIndexOf(open, cursor);
  const end = text.indexOf(close, Math.max(cursor, start + 1));
  if (start < 0 || end < 0) return undefined;
  return isAround ? { start, end: end + 1 } : { start: start + 1, end };
}
