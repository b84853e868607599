import { type HighlightClass, tokenize } from '../../../../lang/services/highlight.js';
import { type Style, sgrCodes } from '../../../display/style.js';
import type { Piece } from '../frame.js';

const STYLES = {
  keyword: 'keyword',
  name: 'plain',
  number: 'good',
  string: 'good',
  address: 'address',
  operator: 'plain',
  comment: 'dim',
  variable: 'name',
  error: 'bad',
} as const satisfies Record<HighlightClass, Style>;

/** A statement or command in colours. Together the pieces have its text. */
export function paintStatement(text: string): readonly Piece[] {
  if (/^\s*\./.test(text)) return [{ text, codes: sgrCodes('name') }];
  const pieces: Piece[] = [];
  let at = 0;
  const add = (end: number, codes: string): void => {
    if (end > at) pieces.push({ text: text.slice(at, end), codes });
    at = Math.max(at, end);
  };
  for (const { start, end, class: as } of tokenize(text)) {
    add(start, '');
    add(end, sgrCodes(STYLES[as]));
  }
  add(text.length, '');
  return pieces;
}
