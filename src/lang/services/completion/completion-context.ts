import type { IToken } from 'chevrotain';
import { endOf, lex } from '../../../../grammar/lexer.js';
import {
  AnyWord,
  Dot,
  Identifier,
  Literal,
  Namespace,
  NumberLiteral,
  Semicolon,
  Text,
  Variable,
  Word,
} from '../../../../grammar/tokens.js';
import type { Span } from '../../diagnostics/span.js';
import { QUOTED_PLACES } from '../../schema/places.js';
import type { Name } from '../../syntax/ast.js';
import { type Follower, followers, keywordOfType } from '../../syntax/follow-set.js';
import { type SelectParts, selectParts } from './select-parts.js';

/** The kinds of words, other than keywords, that are possible at a position. */
export type Slot =
  | 'field' // a field in an expression; a function too, and an alias in order by and having
  | 'assigned' // the field of `set FIELD = …`
  | 'value' // a literal, or a value of the field on the other side
  | 'variable'
  | 'table'
  | 'file' // the path of a file, in quotes
  | 'host' // user@host, in quotes
  | 'place' // the word of a place that is named in quotes
  | 'namespace'
  | 'gateway' // a group or member of the fleet
  | 'pid'
  | 'flag'
  | 'class' // a class of addresses after `is`
  | 'event' // after `on` in watch
  | 'option' // after `with` in watch
  | 'format' // a format or modifier after `output`
  | 'setting'
  | 'topic'
  | 'query' // the name of a named query
  | 'newName'; // a name that the user makes up

/** A table of a statement. */
export interface WrittenTable {
  /** Its name; of a file, its quoted path. */
  readonly text: string;
  readonly alias?: string;
  readonly isJoined: boolean;
}

export interface CompletionContext {
  /** The word being typed, including dots; empty if there is none. Completion replaces all of it. */
  readonly prefix: Name;
  /** Possible keywords, in lower case. Words that only occur together are one: `group by`. */
  readonly keywords: readonly string[];
  readonly slots: readonly Slot[];
  /** The statement at the position, up to its semicolon. */
  readonly statement: Span;
  readonly tables: readonly WrittenTable[];
  /** The field that a value is compared with: `dport` in `dport = …`. */
  readonly field?: string;
  readonly select: SelectParts;
  /** The words before the one that is being typed, in lower case: of the statement up to the position. */
  readonly before: readonly string[];
}

let latest: { readonly text: string; readonly offset: number; readonly context: CompletionContext } | undefined;

/** What is possible at an offset of a text that is being typed. */
export function completionContextAt(text: string, offset: number): CompletionContext {
  // The field is asked for first, for its values; then the candidates are.
  if (latest?.text !== text || latest.offset !== offset) latest = { text, offset, context: contextAt(text, offset) };
  return latest.context;
}

function contextAt(text: string, offset: number): CompletionContext {
  const { tokens, comments, errors } = lex(text);
  const at = Math.max(0, Math.min(offset, text.length));
  const statement = statementAround(tokens, at, text.length);
  const inStatement = tokens.filter(token => token.startOffset >= statement.start && endOf(token) <= statement.end);
  const isOpen = errors.some(
    ({ kind, start, end }) => (kind === 'text' || kind === 'comment') && start < at && at <= end,
  );
  const isInside = comments.some(token => token.startOffset < at && at <= endOf(token));
  const before = inStatement.filter(token => token.startOffset < at);
  const word = isOpen || isInside ? [] : takeWord(before, at);
  const start = word[0]?.startOffset ?? at;
  const prefix = { text: text.slice(start, at), start, end: at };
  const follow = isOpen || isInside ? [] : followers('statement', before);
  const field = fieldBefore(before);
  return {
    prefix,
    keywords: keywordsOf(follow),
    slots: [...new Set(follow.flatMap(each => slotOf(each, before.at(-1)?.image.toLowerCase())))],
    statement,
    tables: tablesOf(inStatement),
    ...(field === undefined ? {} : { field }),
    select: selectParts(
      text,
      before,
      inStatement.filter(token => token.startOffset >= at),
    ),
    before: before.map(token => token.image.toLowerCase()),
  };
}

function statementAround(tokens: readonly IToken[], at: number, length: number): Span {
  const semicolons = tokens.filter(token => token.tokenType === Semicolon);
  const last = semicolons.findLast(token => endOf(token) <= at);
  return {
    start: last ? endOf(last) : 0,
    end: semicolons.find(token => token.startOffset >= at)?.startOffset ?? length,
  };
}

const isWord = (token: IToken): boolean => /^[\w$]/.test(token.image) || token.tokenType === Namespace;

/** Removes the word that ends at the position, with the parts joined by dots, from the tokens. */
function takeWord(tokens: IToken[], at: number): IToken[] {
  const word: IToken[] = [];
  let end = at;
  for (;;) {
    const last = tokens.at(-1);
    if (!last || (endOf(last) !== end && !(word.length === 0 && endOf(last) > at))) break;
    const isPart = isWord(last)
      ? word.length === 0 || word[0].tokenType === Dot
      : last.tokenType === Dot && (word.length === 0 || isWord(word[0]));
    if (!isPart) break;
    word.unshift(tokens.pop()!);
    end = last.startOffset;
  }
  return word;
}

const PAIRS: Readonly<Record<string, string>> = { group: 'group by', order: 'order by', insert: 'insert into' };

const keywordsOf = (follow: readonly Follower[]): string[] => [
  ...new Set(
    follow.flatMap(({ type }) => {
      const word = keywordOfType(type);
      return word === undefined ? [] : (PAIRS[word] ?? word);
    }),
  ),
];

function slotOf({ type, rules }: Follower, last: string | undefined): Slot[] {
  const rule = rules.at(-1)!;
  const outer = rules.at(-2);
  if (rules.includes('gateways') && (type === Text || type === Word || type === Identifier)) return ['gateway'];
  if (rule === 'placeName') return ['host'];
  if (type === Variable) return rule === 'letStatement' || rule === 'parameter' ? [] : ['variable'];
  if (type === Namespace) return ['namespace'];
  if (type === Literal) return ['value'];
  if (type === NumberLiteral) return rule === 'place' ? ['pid'] : [];
  if (type === Text) return textSlot(rule, last);
  if (type !== Word && type !== AnyWord) return [];
  switch (rule) {
    case 'place':
      return ['place'];
    case 'tableRef':
    case 'tableName':
    case 'tableOrFile':
      return ['table'];
    case 'path':
      return outer === 'assignment' ? ['assigned'] : ['field', 'value'];
    case 'flag':
      return ['flag'];
    case 'isTest':
      return ['class'];
    case 'words':
      return outer === 'onClause' ? ['event'] : outer === 'withClause' ? ['option'] : ['format'];
    case 'setStatement':
      return ['setting'];
    case 'topic':
      return ['topic'];
    case 'runStatement':
    case 'dropStatement':
      return ['query'];
    case 'alias':
    case 'commonTable':
    case 'letStatement':
    case 'parameter':
    case 'queryDefinition':
      return ['newName'];
    default:
      return [];
  }
}

function textSlot(rule: string, keyword: string | undefined): Slot[] {
  if (rule === 'intoClause' || (rule === 'place' && keyword === 'history')) return ['file'];
  if (rule === 'place') return [QUOTED_PLACES.get(keyword ?? '')?.completes ?? []].flat();
  if (['tableRef', 'tableOrFile', 'includeStatement', 'destination'].includes(rule)) return ['file'];
  return [];
}

const TABLE_WORDS = new Set(['from', 'into', 'join', 'update', 'flush', 'count', 'describe']);

function tablesOf(tokens: readonly IToken[]): WrittenTable[] {
  const tables: WrittenTable[] = [];
  const wordAt = (i: number): string | undefined => tokens[i]?.image.toLowerCase();
  tokens.forEach((token, i) => {
    const introducedBy = wordAt(i - 1);
    if (introducedBy === undefined || !TABLE_WORDS.has(introducedBy)) return;
    if (token.tokenType !== Text && !(isWord(token) && token.tokenType !== Variable)) return;
    const name =
      wordAt(i + 1) === 'as' ? tokens[i + 2] : tokens[i + 1]?.tokenType === Identifier ? tokens[i + 1] : undefined;
    const alias = name && isWord(name) ? { alias: name.image } : {};
    tables.push({ text: token.image, ...alias, isJoined: introducedBy === 'join' });
  });
  return tables;
}

const OPERATORS = new Set([
  '=',
  '==',
  '!=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'like',
  'has',
  'between',
  'is',
  'not',
  'any',
  '(',
  ',',
  '+=',
  '-=',
]);

/** The name before the operator before the position, also across the items of a list. */
function fieldBefore(tokens: readonly IToken[]): string | undefined {
  let i = tokens.length - 1;
  const isOperator = (token: IToken): boolean => OPERATORS.has(token.image.toLowerCase());
  if (i < 0 || !isOperator(tokens[i])) return undefined;
  if (tokens[i].image === ',' || tokens[i].image === '(') {
    while (i >= 0 && tokens[i].image !== '(') i--;
    if (i < 1 || !isOperator(tokens[i - 1])) return undefined;
    i--;
  }
  while (i >= 0 && isOperator(tokens[i])) i--;
  let text = '';
  for (; i >= 0; i--) {
    const token = tokens[i];
    const isPart = text === '' || text.startsWith('.') ? isWord(token) : token.tokenType === Dot;
    if (!isPart) break;
    text = token.image + text;
  }
  return text === '' ? undefined : text;
}
