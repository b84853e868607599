import { type IToken, type TokenType, tokenLabel } from 'chevrotain';
import { oneOf } from '../../../../grammar/expected.js';
import {
  BinaryOperator,
  Comma,
  CompareOperator,
  Concat,
  Constant,
  Dot,
  DotDot,
  Equal,
  Identifier,
  isA,
  LeftParen,
  Reserved,
  RightParen,
  Soft,
  Text,
  TypeCast,
} from '../../../../grammar/tokens.js';
import { shorten } from '../../diagnostics/shorten.js';
import { keywordOfType } from '../follow-set.js';
import { changeByFileHint } from './foreign/statement-hints.js';

/** Words that join or extend an expression, as operators do. */
const OPERATOR_WORDS = new Set(['and', 'or', 'not', 'in', 'between', 'like', 'ilike', 'is', 'has', 'asc', 'desc']);
/** Clauses of few statements: named only where they are the only ones. */
const RARE_CLAUSES = new Set(['ago', 'at', 'since', 'within', 'into', 'keep', 'inner', 'cross', 'nulls', 'filter']);
/** Tokens that can follow almost anything: not listed. */
const OMITTED: readonly TokenType[] = [Dot, DotDot, Identifier, LeftParen, TypeCast];
const MAX_CLAUSES = 3;

/** What may follow, as a short list for a message. */
export function describeFollowers(types: readonly TokenType[]): string {
  if (types.length === 0) return '';
  const words = types.flatMap(type => keywordOfType(type) ?? []);
  const all = [...new Set(words)].filter(word => !OPERATOR_WORDS.has(word) && word !== 'as');
  const common = all.filter(word => !RARE_CLAUSES.has(word));
  const clauses = common.length > 0 ? common : all;
  const hasOperators = types.includes(BinaryOperator) || types.includes(CompareOperator) || words.includes('and');
  const others = types.filter(
    type => keywordOfType(type) === undefined && ![BinaryOperator, CompareOperator, ...OMITTED].includes(type),
  );
  const parts = [
    ...(hasOperators ? ['an operator'] : []),
    ...new Set(others.map(tokenLabel)),
    ...(clauses.length > MAX_CLAUSES
      ? [
          `a clause such as ${clauses
            .slice(0, 2)
            .map(word => `'${word}'`)
            .join(', ')}`,
        ]
      : clauses.map(word => `'${word}'`)),
    ...(types.includes(RightParen) ? [] : ['the end of the statement']),
  ];
  return oneOf(parts);
}

/** Clauses in their order. */
const CLAUSES: readonly TokenType[] = [
  Reserved.from,
  Soft.set,
  Reserved.where,
  Reserved.group,
  Reserved.having,
  Reserved.order,
  Reserved.limit,
  Soft.zero,
  Soft.every,
  Soft.for,
  Soft.until,
  Soft.with,
  Soft.output,
];

/** Whether a token begins a clause. */
export const isClause = (type: TokenType): boolean => CLAUSES.includes(type);

/** Replaces or completes the default message. */
export interface ErrorDetail {
  readonly message?: string;
  readonly hint?: string;
}

const SUBSTITUTION =
  'bash replaces <(…) by the name of a file, outside of double quotes only: ctq "count \'"<(COMMAND)"\'"; or: COMMAND | ctq "count \'-\'"';

/** Messages and hints for some common mistakes. */
export function commonMistake(tokens: readonly IToken[], at: number, expected: string): ErrorDetail | undefined {
  const token = tokens[at];
  const before: IToken | undefined = tokens[at - 1];
  if (isA(token.tokenType, RightParen) && depthAt(tokens, at) === 0) {
    return { message: "unmatched ')'" };
  }
  if (token.tokenType === Reserved.select && before?.tokenType === Equal) {
    return { hint: 'put a subquery in parentheses: (select …)' };
  }
  const concat = tokens.findLast((each, i) => i < at && each.tokenType === Concat);
  const isCondition =
    isA(token.tokenType, CompareOperator) ||
    [Reserved.is, Reserved.in, Reserved.between, Reserved.like, Soft.has].includes(token.tokenType);
  if (concat && isCondition) return { hint: "'||' joins texts: write 'or' between conditions" };
  const next: IToken | undefined = tokens[at + 1];
  if (token.image === '<' && next?.tokenType === LeftParen && next.startOffset === token.startOffset + 1)
    return { hint: SUBSTITUTION };
  if (isA(token.tokenType, CompareOperator) && !expected.startsWith('a value') && !isRedirection(tokens, at)) {
    const start = tokens.findLastIndex((each, i) => i < at && /^(?:case|when|then|else|where|,)$/i.test(each.image));
    const isCase = /^case$/i.test(tokens[start]?.image ?? '');
    return { hint: isCase ? 'write: case when … then … else … end' : 'comparisons do not chain: a < b and b < c' };
  }
  const column = columnOfFile(tokens, at, expected);
  if (column) return column;
  if (before && isA(before.tokenType, Comma) && isClause(token.tokenType))
    return { hint: `remove the comma before '${token.image}'` };
  if (isA(token.tokenType, Comma) && before && isA(before.tokenType, Comma)) return { hint: 'remove one comma' };
  return undefined;
}

/** `> x.csv`, `>> /tmp/x`: the sign, and a name with a dot or a slash. */
const isRedirection = (tokens: readonly IToken[], at: number): boolean => {
  const text = tokens
    .slice(at)
    .map(({ image }) => image)
    .join('');
  return /^>{1,2}[\w~'"-]*[./]/.test(text);
};

/** A reserved word where a column of a file was meant. */
function columnOfFile(tokens: readonly IToken[], at: number, expected: string): ErrorDetail | undefined {
  const file = tokens.find(({ tokenType }, i) => tokenType === Text && tokens[i - 1]?.tokenType === Reserved.from);
  if (file === undefined) return undefined;
  const isAfterSelect = tokens[at - 1]?.tokenType === Reserved.from && tokens[at - 2]?.tokenType === Reserved.select;
  const place = isAfterSelect ? at - 1 : at;
  const [{ image, tokenType }, next] = [tokens[place], tokens[place + 1] as IToken | undefined];
  const isMeant = next === undefined || [Comma, Reserved.from, CompareOperator].some(each => isA(next.tokenType, each));
  if (!isMeant || !RESERVED.has(tokenType) || !(isAfterSelect || expected.startsWith('a value'))) return undefined;
  const path = shorten(file.image, 40);
  return {
    hint: `'${image}' is a reserved word: such a column is named with its table: select t.${image} from ${path} t`,
  };
}

/** Whether a token is a reserved word where a name was expected. */
export const isReservedName = (token: IToken | undefined, expected: string): boolean =>
  token !== undefined && /^(a (new |table )?name|the name)/.test(expected) && RESERVED.has(token.tokenType);

const RESERVED: ReadonlySet<TokenType> = new Set([...Object.values(Reserved), ...Object.values(Constant)]);

/** A clause that is a duplicate, or out of order. */
export function misplacedClause(tokens: readonly IToken[], at: number): ErrorDetail | undefined {
  const rank = CLAUSES.indexOf(tokens[at].tokenType);
  if (rank < 0) return undefined;
  const word = tokens[at].image.toLowerCase();
  const depth = depthAt(tokens, at);
  let open = 0;
  let later: IToken | undefined;
  for (let i = at - 1; i >= 0; i--) {
    const { tokenType } = tokens[i];
    if (tokenType === RightParen) open++;
    if (tokenType === LeftParen) open--;
    if (open < 0 && depth > 0) break;
    if (open !== 0) continue;
    if (tokenType === Soft.except || tokenType === Reserved.select) break;
    const other = CLAUSES.indexOf(tokenType);
    if (other === rank) return { message: `duplicate '${word}'` };
    if (other > rank) later = tokens[i];
  }
  if (later === undefined) return undefined;
  const hint = changeByFileHint(tokens, at);
  return {
    message: `'${word}' must come before '${later.image.toLowerCase()}'`,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** How many parentheses are open before a token. */
function depthAt(tokens: readonly IToken[], at: number): number {
  let depth = 0;
  for (let i = 0; i < at; i++) {
    if (tokens[i].tokenType === LeftParen) depth++;
    else if (tokens[i].tokenType === RightParen && depth > 0) depth--;
  }
  return depth;
}
