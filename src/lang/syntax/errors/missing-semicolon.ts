import type { IToken } from 'chevrotain';
import { endOf } from '../../../../grammar/lexer.js';
import { Dot, isA, Text, Word } from '../../../../grammar/tokens.js';
import { tableOf } from '../../schema/catalogue.js';
import { SETTINGS } from '../../schema/settings.js';
import { parsedWithinStack } from '../split-statements.js';
import type { ErrorDetail } from './expected-message.js';

/** Words that begin a statement, and seldom mean anything else. */
const BEGINNINGS = new Set([
  'select',
  'watch',
  'insert',
  'update',
  'delete',
  'flush',
  'explain',
  'let',
  'use',
  'show',
  'describe',
  'help',
  'echo',
  'assert',
  'include',
]);

/** The text of a statement, and what follows it without a semicolon. */
interface Joined {
  /** The index of the token before which the semicolon is missing. */
  readonly at: number;
  readonly detail: ErrorDetail;
}

/** Two statements without a semicolon between them. @param failed the index of the token with the error */
export function missingSemicolon(tokens: readonly IToken[], failed: number): Joined | undefined {
  // A word that is not reserved was read as an alias: the error is after it.
  for (const at of [failed, failed - 1]) {
    const token: IToken | undefined = tokens[at];
    // `help delete from`: a topic, and more.
    if (at < 1 || token === undefined || (at === 1 && /^help$/i.test(tokens[0].image))) continue;
    const isCommand =
      token.tokenType === Dot &&
      at === failed &&
      token.startOffset > endOf(tokens[at - 1]) &&
      isA(tokens[at + 1]?.tokenType ?? Dot, Word);
    if (!isCommand && !beginsStatement(tokens, at)) continue;
    // A set operator of SQL that was read as another name of the table.
    if (tokens.slice(Math.max(0, at - 2), at).some(({ image }) => /^minus$/i.test(image))) continue;
    if (parsedWithinStack('statement', tokens.slice(0, at)) === undefined) continue;
    const word = isCommand ? `.${tokens[at + 1].image}` : token.image;
    const hint = isCommand
      ? 'a command of the shell has a line of its own, after the statement has run'
      : 'the statement before it has no end';
    return { at, detail: { message: `expected ';' before '${word}'`, hint } };
  }
  return undefined;
}

function beginsStatement(tokens: readonly IToken[], at: number): boolean {
  const word = tokens[at].image.toLowerCase();
  const next: IToken | undefined = tokens[at + 1];
  if (word === 'count' || word === 'get')
    return next !== undefined && (next.tokenType === Text || tableOf(next.image) !== undefined);
  if (word === 'set') return next !== undefined && Object.hasOwn(SETTINGS, next.image.toLowerCase());
  return BEGINNINGS.has(word);
}
