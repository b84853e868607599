/** Hints for conditions. */
import type { IToken } from 'chevrotain';
import {
  Comma,
  CompareOperator,
  Identifier,
  isA,
  LeftParen,
  Literal,
  Reserved,
  RightParen,
  Soft,
  Word,
} from '../../../../../grammar/tokens.js';
import { shorten } from '../../../diagnostics/shorten.js';
import { fieldOf, tableOf } from '../../../schema/catalogue.js';
import { shortText, wordOf } from './token-text.js';

/** `delete from conntrack src = …`, `select from conntrack src = …`, where a field was read as another name of the table. */
export function missingWhere(tokens: readonly IToken[], at: number): string | undefined {
  for (const field of [at, at - 1, at - 2]) {
    const operator = tokens[field + 1];
    if (field < 2 || operator === undefined || !isField(tokens[field]) || !tableOf(wordOf(tokens[field - 1]))) continue;
    if (!isComparison(operator)) continue;
    return `write: where ${shortText(tokens.slice(field))}`;
  }
  return undefined;
}

/** `where proto = tcp dport = 80`: a second condition without an `and`. */
export function missingAnd(tokens: readonly IToken[], at: number): string | undefined {
  const [before, field, operator] = tokens.slice(at - 1);
  if (field === undefined || operator === undefined || !isField(field) || !isComparison(operator)) return undefined;
  const isWhere = tokens.slice(0, at).some(({ tokenType }) => tokenType === Reserved.where);
  const isComplete = isA(before.tokenType, Literal) || isA(before.tokenType, Word) || before.tokenType === RightParen;
  return isWhere && isComplete ? `conditions are joined by and: … and ${shortText(tokens.slice(at))}` : undefined;
}

/** Words for operators. */
const OPERATORS: Readonly<Record<string, string>> = {
  eq: '=',
  equal: '=',
  equals: '=',
  ge: '>=',
  gt: '>',
  gte: '>=',
  le: '<=',
  lt: '<',
  lte: '<=',
  ne: '!=',
  neq: '!=',
};

/** Fields of a direction, as tcpdump names them: `dst port 443`. */
const OF_DIRECTION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  src: { port: 'sport', host: 'src', net: 'src' },
  dst: { port: 'dport', host: 'dst', net: 'dst' },
};

/** A condition in which the operator is another, or missing. */
export function conditionHint(tokens: readonly IToken[], at: number): string | undefined {
  const token: IToken | undefined = tokens[at];
  const before = tokens[at - 1];
  const field: IToken | undefined = tokens[at - 2];
  if (token === undefined) return undefined;
  const next = tokens[at + 1]?.image ?? '…';
  // `dport in 80-90`
  if (token.image === '-' && field?.tokenType === Reserved.in && isA(before.tokenType, Literal) && tokens[at + 1])
    return `a range is written with two dots: ${tokens[at - 3]?.image ?? 'x'} in (${before.image}..${next})`;
  if (isA(token.tokenType, CompareOperator) && isA(before.tokenType, CompareOperator)) {
    const sign = token.image + before.image;
    // `run web(port => 443)`: a parameter by its name.
    if (sign === '>=' && wordOf(tokens[0]) === 'run') return `write: ${field?.image ?? 'x'} = ${next}`;
    if (sign === '>=' || sign === '<=') return `write: ${field?.image ?? 'x'} ${sign} ${next}`;
  }
  if (before.image === '<<' && token.image.startsWith('=')) return `write: ${field?.image ?? 'src'} in 10.0.0.0/8`;
  const negation = before.tokenType === Reserved.not ? 'not ' : '';
  const tested = negation === '' ? before : field;
  if (tested?.tokenType === Reserved.is && AFTER_IS.has(wordOf(token))) {
    const operand = tokens[at - (negation === '' ? 2 : 3)];
    return `write: ${operand?.image ?? 'x'} ${negation}${shortText(tokens.slice(at))}`;
  }
  const isValue = isA(token.tokenType, Literal) || token.tokenType === Identifier;
  if (!isValue) return undefined;
  if (before.tokenType === Reserved.is && isField(field)) return `write: ${field.image} = ${token.image}`;
  if (before.tokenType === Reserved.not && field?.tokenType === Reserved.is && isField(tokens[at - 3]))
    return `write: ${tokens[at - 3].image} != ${token.image}`;
  if (before.tokenType === Reserved.not && isField(field))
    return `write: ${field.image} ${isFlags(field) ? 'not has' : '!='} ${token.image}`;
  if (!isField(before) || !field || !BEFORE_CONDITION.has(wordOf(field))) return undefined;
  const word = wordOf(token);
  if (Object.hasOwn(OPERATORS, word)) return `write: ${before.image} ${OPERATORS[word]} ${next}`;
  const directed = OF_DIRECTION[wordOf(before)]?.[word];
  if (directed !== undefined) return `write: ${directed} = ${next}`;
  return `write: ${before.image} ${isFlags(before) ? 'has' : '='} ${token.image}`;
}

/** Operators that stand without `is`. */
const AFTER_IS = new Set(['in', 'between', 'like', 'ilike', 'has']);

/** Words after which a condition begins. */
const BEFORE_CONDITION = new Set(['where', 'having', 'and', 'or', 'not', '(', 'until', 'assert']);

const fieldNamed = (token: IToken | undefined) =>
  token && isA(token.tokenType, Word) ? fieldOf(tableOf('conntrack')!, token.image) : undefined;
export const isField = (token: IToken | undefined): token is IToken => fieldNamed(token) !== undefined;
const isFlags = (token: IToken): boolean => ['flags', 'labels'].includes(fieldNamed(token)?.field.type ?? '');
export const isAddressField = (token: IToken): boolean => fieldNamed(token)?.field.type === 'address';
export const isComparison = ({ tokenType }: IToken): boolean =>
  isA(tokenType, CompareOperator) || tokenType === Reserved.in || tokenType === Reserved.is || tokenType === Soft.has;

/** The values of a list after `in`, in which commas are missing before a token. */
export function listWithoutCommas(tokens: readonly IToken[], at: number): string | undefined {
  const isValue = ({ tokenType }: IToken): boolean => isA(tokenType, Literal) || tokenType === Identifier;
  const open = tokens.findLastIndex(({ tokenType }, i) => i < at && tokenType === LeftParen);
  if (open < 1 || tokens[open - 1].tokenType !== Reserved.in) return undefined;
  const close = tokens.findIndex(({ tokenType }, i) => i > open && tokenType === RightParen);
  const inside = tokens.slice(open + 1, close < 0 ? tokens.length : close);
  if (close < at || inside.length === 0 || !inside.every(token => isValue(token) || token.tokenType === Comma))
    return undefined;
  return shorten(
    inside
      .filter(isValue)
      .map(({ image }) => image)
      .join(', '),
    60,
  );
}
