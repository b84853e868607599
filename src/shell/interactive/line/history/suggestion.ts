import { isPrintable } from '../../../../lang/diagnostics/printable.js';

/** The rest of the newest entry of the history that begins with a text. */
export function suggestion(line: string, history: readonly string[]): string {
  if (line.trim().length < 2) return '';
  const entry = history.find(each => each.length > line.length && each.startsWith(line) && isPrintable(each));
  return entry === undefined ? '' : entry.slice(line.length);
}

/** The next word of a suggestion, with the space before it and the punctuation after it. */
export const firstWord = (rest: string): string =>
  /^\s*(?:[\p{L}\p{N}_.:/]+|[^\s\p{L}\p{N}_]+)/u.exec(rest)?.[0] ?? rest;
