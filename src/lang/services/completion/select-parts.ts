import type { IToken } from 'chevrotain';
import { endOf } from '../../../../grammar/lexer.js';

/** The clauses in which other words are possible than in the rest. */
const CLAUSES = new Set([
  'select',
  'from',
  'into',
  'keep',
  'on',
  'where',
  'group',
  'having',
  'order',
  'limit',
  'offset',
  'every',
  'for',
  'until',
  'output',
  'warning',
  'critical',
  'set',
]);

/** A column of a select. */
export interface SelectColumn {
  /** Its source text, without its alias. */
  readonly text: string;
  readonly alias?: string;
}

/** The part of a statement around a position. */
export interface SelectParts {
  /** The word that begins the clause, in lower case. */
  readonly clause?: string;
  readonly columns: readonly SelectColumn[];
  readonly isGrouped: boolean;
}

const wordOf = ({ image }: IToken): string => image.toLowerCase();

/**
 * The clause and the columns of the select around a position.
 * @param before the tokens of the statement before the position; `after` those after it
 */
export function selectParts(text: string, before: readonly IToken[], after: readonly IToken[]): SelectParts {
  const open = lastOpen(before);
  const inside = withoutParentheses(before.slice(open));
  const clause = inside.map(wordOf).findLast(word => CLAUSES.has(word));
  const start = before.slice(open).findIndex(token => wordOf(token) === 'select' || wordOf(token) === 'watch');
  const all = [...before.slice(open), ...after];
  return {
    ...(clause === undefined ? {} : { clause }),
    columns: start < 0 ? [] : columnsOf(text, all.slice(start + 1)),
    isGrouped: withoutParentheses(all).some(token => wordOf(token) === 'group'),
  };
}

/** The index after the parenthesis around the position that a select follows; 0 if there is none. */
function lastOpen(tokens: readonly IToken[]): number {
  let depth = 0;
  for (let i = tokens.length - 1; i > 0; i--) {
    if (tokens[i].image === ')') depth++;
    else if (tokens[i].image === '(') depth--;
    if (depth < 0 && wordOf(tokens[i + 1] ?? tokens[i]) === 'select') return i + 1;
    if (depth < 0) depth = 0;
  }
  return 0;
}

function withoutParentheses(tokens: readonly IToken[]): IToken[] {
  const kept: IToken[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.image === '(') depth++;
    else if (token.image === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept.push(token);
  }
  return kept;
}

function columnsOf(text: string, tokens: readonly IToken[]): SelectColumn[] {
  const columns: SelectColumn[] = [];
  let column: IToken[] = [];
  let depth = 0;
  const add = (): void => {
    const last = column.at(-1);
    if (last === undefined || last.image === '*') return;
    const as = column.findLastIndex(token => wordOf(token) === 'as');
    const end = as < 0 ? last : column[as - 1];
    if (end === undefined || as === column.length - 1) return;
    const written = text.slice(column[0].startOffset, endOf(end));
    columns.push(as < 0 ? { text: written } : { text: written, alias: last.image });
  };
  for (const token of tokens) {
    const word = wordOf(token);
    if (depth === 0 && (word === 'from' || word === ';')) {
      add();
      return columns;
    }
    if (token.image === '(') depth++;
    if (token.image === ')') depth--;
    if (depth < 0) break;
    if (depth === 0 && token.image === ',') {
      add();
      column = [];
    } else if (!(column.length === 0 && word === 'distinct')) column.push(token);
  }
  // Without `from` its end is not known.
  return columns;
}
