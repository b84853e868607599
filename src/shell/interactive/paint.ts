import { type HighlightClass, tokenize } from '../../lang/services/highlight.js';
import type { Painter, Style } from '../display/style.js';

const STYLES = {
  keyword: 'bar',
  name: 'plain',
  number: 'good',
  string: 'good',
  address: 'address',
  operator: 'plain',
  comment: 'dim',
  variable: 'name',
  error: 'bad',
} as const satisfies Record<HighlightClass, Style>;

/** The part of a text from `from` on, coloured by what the whole text makes of it. */
export function paintStatement(text: string, from: number, paint: Painter): string {
  if (/^\s*\./.test(text)) return paint(text.slice(from), 'name');
  let painted = '';
  let at = from;
  for (const { start, end, class: as } of tokenize(text)) {
    if (end <= at) continue;
    const begin = Math.max(start, at);
    painted += text.slice(at, begin) + paintLines(text.slice(begin, end), STYLES[as], paint);
    at = end;
  }
  return painted + text.slice(at);
}

/** Colours end with the line. */
const paintLines = (text: string, style: Style, paint: Painter): string =>
  text
    .split('\n')
    .map(line => paint(line, style))
    .join('\n');
