import { lex } from '../../../grammar/lexer.js';
import { followers, keywordsAmong } from '../syntax/follow-set.js';
import { parsedWithinStack, statementSlices } from '../syntax/split-statements.js';

/** Statements of several clauses, which are often written one clause a line. A count is a line of its own. */
const CLAUSED = new Set(['select', 'watch', 'get', 'insert', 'update', 'delete', 'explain', 'with', 'from']);

/** Words that begin a clause, or continue a condition. */
const CONTINUATIONS = new Set(['where', 'and', 'group', 'having', 'order', 'limit', 'set']);

/** Whether the last statement of a complete text is likely to get a further clause. */
export function mayContinue(text: string): boolean {
  const { tokens } = lex(text);
  const last = [...statementSlices(tokens, text.length)].at(-1);
  if (!last || last.isClosed || last.tokens.length === 0) return false;
  if (!CLAUSED.has(last.tokens[0].image.toLowerCase())) return false;
  if (parsedWithinStack('statement', last.tokens) === undefined) return false;
  return keywordsAmong(followers('statement', last.tokens)).some(word => CONTINUATIONS.has(word));
}
