import type { CstElement, CstNode, IToken } from 'chevrotain';
import { readingOf } from '../../../grammar/followers.js';
import { endOf, lex } from '../../../grammar/lexer.js';
import {
  Address,
  DashedWord,
  keywordOf,
  Namespace,
  NumberLiteral,
  OpenComment,
  OpenText,
  Semicolon,
  Text,
  Variable,
} from '../../../grammar/tokens.js';
import type { Span } from '../diagnostics/span.js';
import { parseWithRecovery } from '../syntax/errors/syntax-errors.js';
import { tooDeep } from '../syntax/nesting.js';

export type HighlightClass =
  | 'keyword'
  | 'name'
  | 'number'
  | 'string'
  | 'address'
  | 'operator'
  | 'comment'
  | 'variable'
  | 'error';

export interface Highlight extends Span {
  readonly class: HighlightClass;
}

/** Longer texts (tokens) are highlighted without parsing. */
const MAX_PARSED = 2000;

/** Tokens at the end of a statement that may be wrong because they are being typed. */
const MAX_UNREAD = 2;

/**
 * The tokens of a text with their classes, in order, for highlighting. The parser decides whether a soft keyword is used as a
 * name. White space is omitted.
 */
export function tokenize(text: string): Highlight[] {
  const { tokens, comments, errors } = lex(text);
  const names = tokens.length <= MAX_PARSED ? wordsAsNames(tokens) : new Set<IToken>();
  const found: Highlight[] = [
    ...tokens.map(token => highlight(token, names.has(token) ? 'name' : classOf(token))),
    ...comments.map(token =>
      highlight(token, token.tokenType === OpenComment || token.tokenType === DashedWord ? 'error' : 'comment'),
    ),
  ];
  for (const { kind, start, end } of errors) if (kind === 'character') found.push({ start, end, class: 'error' });
  return found.sort((a, b) => a.start - b.start);
}

const highlight = (token: IToken, as: HighlightClass): Highlight => ({
  start: token.startOffset,
  end: endOf(token),
  class: as,
});

function classOf({ tokenType, image }: IToken): HighlightClass {
  switch (tokenType) {
    case Address:
      return 'address';
    case NumberLiteral:
      return 'number';
    case Text:
      return 'string';
    case OpenText:
      return 'error';
    case Variable:
      return 'variable';
    case Namespace:
      return 'name';
    default:
      if (keywordOf(image) === tokenType) return 'keyword';
      return /^\w/.test(image) ? 'name' : 'operator';
  }
}

/** The soft keywords that the parser reads as names. */
function wordsAsNames(tokens: readonly IToken[]): Set<IToken> {
  const names = new Set<IToken>();
  let first = 0;
  for (let i = 0; i <= tokens.length; i++) {
    if (i < tokens.length && tokens[i].tokenType !== Semicolon) continue;
    const statement = tokens.slice(first, i);
    first = i + 1;
    if (statement.length === 0 || tooDeep(statement)) continue;
    const reading = readingOf(statement);
    if (reading.length + MAX_UNREAD >= statement.length)
      reading.forEach(({ type, rule }, at) => {
        if (isName(type.name, rule)) names.add(statement[at]);
      });
    else collect(parseWithRecovery('statement', statement)?.cst, names);
  }
  return names;
}

/** Whether a rule reads a word as a name. The word of a place is a keyword there, though the grammar does not know it. */
const isName = (type: string, rule: string | undefined): boolean =>
  rule !== 'place' && (type === 'Word' || type === 'AnyWord');

function collect(node: CstNode | undefined, names: Set<IToken>): void {
  for (const [key, elements] of Object.entries(node?.children ?? {})) {
    for (const element of elements) {
      if (isNode(element)) collect(element, names);
      else if (isName(key, node?.name)) names.add(element);
    }
  }
}

const isNode = (element: CstElement): element is CstNode => 'children' in element;
