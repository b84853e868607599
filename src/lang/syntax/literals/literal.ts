import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../diagnostics/span.js';
import type { LiteralExpr, LiteralKind } from '../ast.js';
import { readAddress } from './address.js';
import { readNumber } from './number.js';
import type { LiteralValue } from './value.js';

/** The token type of a literal. */
export type LiteralForm = 'address' | 'number' | 'text' | 'word';

/** The literal of a token. An invalid one is reported, and has the value null in the AST. */
export function readLiteral(form: LiteralForm, text: string, span: Span, diagnostics: Diagnostics): LiteralExpr {
  const { type, value } = read(form, text, span, diagnostics) ?? { type: FALLBACK[form], value: null };
  const written = form === 'word' ? text.toLowerCase() : text;
  return { kind: 'literal', type, value, text: written, start: span.start, end: span.end };
}

const FALLBACK = {
  address: 'address',
  number: 'integer',
  text: 'text',
  word: 'null',
} as const satisfies Record<LiteralForm, LiteralKind>;

function read(form: LiteralForm, text: string, span: Span, diagnostics: Diagnostics): LiteralValue | undefined {
  switch (form) {
    case 'address':
      return readAddress(text, span, diagnostics);
    case 'number':
      return readNumber(text, span, diagnostics);
    case 'text':
      // One without its closing quote was reported by the lexer.
      return text.length > 1 && text.endsWith(text[0]) ? { type: 'text', value: unquote(text) } : undefined;
    case 'word': {
      const word = text.toLowerCase();
      return word === 'null' ? { type: 'null', value: null } : { type: 'boolean', value: word === 'true' };
    }
  }
}

/** A quoted text without its quotes; doubled quotes become one. */
export function unquote(text: string): string {
  const quote = text[0];
  const body = text.length > 1 && text.endsWith(quote) ? text.slice(1, -1) : text.slice(1);
  return body.replaceAll(quote + quote, quote);
}

/** Quotes a text; the inverse of `unquote`. */
export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
