/** What to write instead of the syntax of another language or tool, from the tokens around a syntax error. */
import type { IToken } from 'chevrotain';
import { endOf } from '../../../../../grammar/lexer.js';
import {
  Comma,
  CompareOperator,
  Dot,
  Equal,
  Identifier,
  isA,
  LeftParen,
  Literal,
  NumberLiteral,
  Reserved,
  RightParen,
  Soft,
  Star,
  Text,
  Word,
} from '../../../../../grammar/tokens.js';
import { didYouMean } from '../../../diagnostics/did-you-mean.js';
import { fieldOf, tableOf } from '../../../schema/catalogue.js';
import { columnName } from '../../../schema/column-name.js';
import { isFormat, isModifier } from '../../../schema/formats/formats.js';
import { PLACE_WORDS, QUOTED_PLACES } from '../../../schema/places.js';
import { functionSynonym } from '../../../schema/synonyms.js';
import { networkOfBeginning } from '../../../values/address.js';
import { unquote } from '../../literals/literal.js';
import { unitAsWritten } from '../../literals/number.js';
import type { ErrorDetail } from '../expected-message.js';
import { conditionHint, isAddressField, isField, listWithoutCommas } from './condition-hints.js';
import { nearbyHint, startHint, toFileHint } from './foreign-words.js';
import { changeByFileHint, RANGES, statementHint } from './statement-hints.js';
import { joinedText, shortText, textOf, wordOf } from './token-text.js';

/** A hint for the syntax of another language or tool at the position of a syntax error. */
export function foreignHint(tokens: readonly IToken[], at: number): ErrorDetail | undefined {
  const hint =
    at === 0
      ? startHint(tokens)
      : (changeByFileHint(tokens, at) ??
        settingHint(tokens, at) ??
        jsonHint(tokens, at) ??
        redirectionHint(tokens, at) ??
        quotesHint(tokens, at) ??
        placeHint(tokens, at) ??
        rangeHint(tokens, at) ??
        percentileHint(tokens, at) ??
        tablesHint(tokens, at) ??
        rightJoinHint(tokens, at) ??
        modifierHint(tokens, at) ??
        filterHint(tokens, at) ??
        nearbyHint(tokens, at) ??
        statementHint(tokens, at) ??
        conditionHint(tokens, at) ??
        contextHint(tokens, at));
  return hint === undefined ? undefined : { hint };
}

/** `meta->>'owner'`: a part of an object in JSON. */
function jsonHint(tokens: readonly IToken[], at: number): string | undefined {
  if (tokens[at - 1]?.image !== '-' || !isA(tokens[at - 2]?.tokenType ?? Star, Word)) return undefined;
  let name = tokens[at - 2].image;
  for (let k = at - 3; tokens[k]?.tokenType === Dot && tokens[k - 1]; k -= 2) name = `${tokens[k - 1].image}.${name}`;
  const before = name;
  for (let k = at; /^>>?$/.test(tokens[k]?.image ?? '') && tokens[k + 1]; k += 3) {
    const key = tokens[k + 1];
    if (tokens[k].startOffset !== endOf(tokens[k - 1]) || key.tokenType !== Text) break;
    name += `.${unquote(key.image)}`;
    if (tokens[k + 2]?.image !== '-') break;
  }
  return name === before ? undefined : `the parts of an object are columns: ${columnName(name)}`;
}

/** Words after which a file may be named. */
const BEFORE_FILE: ReadonlySet<string> = new Set(['from', 'join', 'file', 'to', 'describe', 'count']);

/** `from nat.log`, `join /etc/hosts.csv`: a path without quotes, in which the error is. */
export function unquotedFile(tokens: readonly IToken[], at: number): ErrorDetail | undefined {
  const word = tokens.findLastIndex((token, i) => i <= at && BEFORE_FILE.has(wordOf(token)));
  const first = word + 1;
  let end = first;
  if (word < 0 || first >= tokens.length || tokens[first].tokenType === Text) return undefined;
  // No space is in it.
  while (end + 1 < tokens.length && tokens[end + 1].startOffset === endOf(tokens[end])) end++;
  if (at > end || tableOf(wordOf(tokens[first]))) return undefined;
  const path = textOf(tokens.slice(first, end + 1));
  // `count orig.src from …`: a field.
  if (fieldOf(tableOf('conntrack')!, path)) return undefined;
  if (/^(?:information_schema|pg_catalog|sqlite_master|duckdb_tables)\b/i.test(path))
    return { hint: 'write: show tables' };
  if (!/^[\w./~-]*(?:\.[A-Za-z]\w*|\/[\w-]+)$/.test(path)) return undefined;
  return { hint: `quote the name of a file: ${wordOf(tokens[word])} '${path}'` };
}

/** `> /tmp/x`, `>> x.csv`: the redirection of sh(1). The error is at the sign, or at what begins a path after it. */
function redirectionHint(tokens: readonly IToken[], at: number): string | undefined {
  const sign = [at, at - 1].find(i => /^>{1,2}$/.test(tokens[i]?.image ?? ''));
  return sign !== undefined && isFile(tokens, sign + 1) ? toFileHint(tokens.slice(sign + 1)) : undefined;
}

/** `''text''`: an empty text, and what was meant to be in quotes. */
function quotesHint(tokens: readonly IToken[], at: number): string | undefined {
  const quoted = quotedName(tokens, at);
  if (quoted !== undefined) return `a name has no quotes: ${quoted}`;
  const isEmpty = (token: IToken): boolean => token.image === "''" || token.image === '""';
  if (!isEmpty(tokens[at - 1])) return undefined;
  const inside = tokens.slice(at);
  const close = inside.findIndex(isEmpty);
  return close < 1 ? undefined : `quotes are not doubled: '${shortText(inside.slice(0, close))}'`;
}

/** `conntrack."src"`, `"conntrack"."src"`, `update … set "mark" = 5`: a name in quotes, as SQL writes it. */
function quotedName(tokens: readonly IToken[], at: number): string | undefined {
  const [before, token, next] = [
    tokens[at - 1],
    tokens[at] as IToken | undefined,
    tokens[at + 1] as IToken | undefined,
  ];
  const isAfterDot = token?.tokenType === Text && before.tokenType === Dot;
  const isAssigned =
    token?.tokenType === Text &&
    next?.tokenType === Equal &&
    (before.tokenType === Soft.set || before.tokenType === Comma) &&
    /^(?:insert|update)$/.test(wordOf(tokens[0]));
  const isBeforeDot = token?.tokenType === Dot && before.tokenType === Text;
  if (!isAfterDot && !isAssigned && !isBeforeDot) return undefined;
  const path = isAfterDot
    ? tokens.slice(at - 2, at + 1)
    : isBeforeDot
      ? tokens.slice(at - 1, at + 2)
      : [token as IToken];
  const name = path.map(({ image }) => image.replace(/^(['"])(.*)\1$/s, '$2')).join('');
  return /^\w+(?:\.\w+)*$/.test(name) ? name : undefined;
}

/** `sum(bytes) filter (proto = tcp)`. */
function filterHint(tokens: readonly IToken[], at: number): string | undefined {
  const filter = [at, at - 1].find(i => wordOf(tokens[i]) === 'filter' && tokens[i - 1]?.tokenType === RightParen);
  const isAfterName = [at - 1, at - 2].some(
    i => wordOf(tokens[i]) === 'filter' && tokens[i - 1]?.tokenType === RightParen,
  );
  return filter === undefined && !isAfterName ? undefined : 'write: count(*) filter (where proto = tcp)';
}

/** `set format json`. */
const settingHint = (tokens: readonly IToken[], at: number): string | undefined =>
  at === 2 && wordOf(tokens[0]) === 'set' && wordOf(tokens[1]) !== 'set' && tokens[2]
    ? `write: set ${tokens[1].image} = ${tokens[2].image}`
    : undefined;

/** `in ssh gw1`: the name of a place without quotes; `in '/tmp/h'`: a name without its kind. */
function placeHint(tokens: readonly IToken[], at: number): string | undefined {
  const token: IToken | undefined = tokens[at];
  const before = wordOf(tokens[at - 1]);
  const isUse = before === 'use' && at === 1;
  const isIn = before === 'in' && !tokens.slice(0, at).some(({ tokenType }) => tokenType === Reserved.where);
  if (token === undefined || (!isUse && !isIn)) return undefined;
  if (token.tokenType === Text) {
    if (isUse) return `write: use file ${token.image}`;
    const range = tokens.slice(at + 1);
    return RANGES.has(wordOf(range[0]))
      ? `write: in history ${token.image} ${shortText(range)}`
      : /^.[\w-]+.$/.test(token.image)
        ? `write: in netns ${token.image.slice(1, -1)}; in file ${token.image} for a file, in history ${token.image} for recorded flows`
        : `write: in file ${token.image}; in history ${token.image} for recorded flows`;
  }
  const first: IToken | undefined = tokens[at + 1];
  if (isIn && isNamespace(token, first)) return `write: in netns ${joinedText(tokens, at)}`;
  if (!QUOTED_PLACES.has(wordOf(token)) || first === undefined || !isA(first.tokenType, Word)) return undefined;
  let end = at + 2;
  while (end < tokens.length && tokens[end].startOffset === endOf(tokens[end - 1])) end++;
  return `write: ${before} ${wordOf(token)} '${shortText(tokens.slice(at + 1, end))}'`;
}

/** Whether a word after `in` can only be the name of a network namespace. */
const isNamespace = ({ tokenType, image }: IToken, next: IToken | undefined): boolean =>
  tokenType === Identifier &&
  didYouMean(image, PLACE_WORDS) === undefined &&
  next?.tokenType !== Text &&
  next?.tokenType !== LeftParen;

/** `since 1h within 2s`. */
const rangeHint = (tokens: readonly IToken[], at: number): string | undefined =>
  wordOf(tokens[at]) === 'within' && tokens.slice(0, at).some(token => RANGES.has(wordOf(token)))
    ? "'within' belongs to one time: … in history at 10m ago within 2s"
    : undefined;

/** `percentile_cont(0.95) within group (order by bytes)`. */
const percentileHint = (tokens: readonly IToken[], at: number): string | undefined =>
  [at, at - 1].some(i => wordOf(tokens[i]) === 'within' && wordOf(tokens[i + 1]) === 'group')
    ? functionSynonym('percentile_cont')
    : undefined;

/** `from conntrack a, conntrack b`. */
function tablesHint(tokens: readonly IToken[], at: number): string | undefined {
  const from = tokens.findLastIndex(({ tokenType }, i) => i < at && tokenType === Reserved.from);
  const isList = from >= 0 && at - from <= 4 && tokens[at]?.tokenType === Comma && tableOf(wordOf(tokens[at + 1]));
  if (!isList) return undefined;
  const end = tokens.findIndex(
    ({ tokenType }, i) => i > at + 1 && tokenType !== Reserved.as && tokenType !== Identifier,
  );
  const other = tokens.slice(at + 1, end < 0 ? tokens.length : end);
  return `tables are joined: ${shortText(tokens.slice(from, at))} join ${shortText(other)} on …`;
}

/** `from conntrack right join 'hosts.csv' h on …`. */
function rightJoinHint(tokens: readonly IToken[], at: number): string | undefined {
  const right = [at, at - 1].find(i => wordOf(tokens[i]) === 'right' && /^(?:outer|join)$/.test(wordOf(tokens[i + 1])));
  const from = tokens.findLastIndex(({ tokenType }, i) => i < at && tokenType === Reserved.from);
  if (right === undefined || from < 0) return undefined;
  const join = tokens.findIndex((token, i) => i > right && wordOf(token) === 'join');
  const on = tokens.findIndex(({ tokenType }, i) => i > join && tokenType === Soft.on);
  if (join < 0 || on < 0) return undefined;
  const end = tokens.findIndex(({ tokenType }, i) => i > on && AFTER_ON.has(tokenType));
  const [left, other, condition] = [
    tokens.slice(from + 1, right),
    tokens.slice(join + 1, on),
    tokens.slice(on, end < 0 ? tokens.length : end),
  ].map(shortText);
  return `write the tables the other way round: from ${other} left join ${left} ${condition}`;
}

/** What begins after the condition of a join. */
const AFTER_ON = new Set([
  Reserved.where,
  Reserved.group,
  Reserved.order,
  Reserved.having,
  Reserved.limit,
  Soft.output,
]);

/** `output csv noheader`: a modifier without a comma before it. */
function modifierHint(tokens: readonly IToken[], at: number): string | undefined {
  const output = tokens.findLastIndex(({ tokenType }, i) => i < at && tokenType === Soft.output);
  const words = tokens
    .slice(output + 1)
    .filter(({ tokenType }) => tokenType !== Comma)
    .map(wordOf);
  const end = words.findIndex(word => !isFormat(word) && !isModifier(word));
  const list = words.slice(0, end < 0 ? undefined : end);
  return output < 0 || !list.includes(wordOf(tokens[at])) || list.length < 2
    ? undefined
    : `write: output ${list.join(', ')}`;
}

function contextHint(tokens: readonly IToken[], at: number): string | undefined {
  const token: IToken | undefined = tokens[at];
  const before = tokens[at - 1];
  const earlier: IToken | undefined = tokens[at - 2];
  const word = wordOf(token);
  const [first] = tokens;
  if (token === undefined) return first.tokenType === Reserved.select ? endOfSelect(tokens) : undefined;
  const unit = before.tokenType === NumberLiteral && /^[a-zµ]/i.test(word) ? unitAsWritten(token.image) : undefined;
  if (unit !== undefined) return `write ${before.image}${unit}, without a space`;
  if (before.tokenType === NumberLiteral && /^(?:bytes?|packets?|flows?|connections?)$/.test(word))
    return `write ${before.image}: ${word.replace(/s?$/, 's')} have no unit`;
  if (first.tokenType === Soft.with && word !== 'as' && at <= 2)
    return wordOf(tokens[1]) === 'recursive'
      ? 'with has no recursion'
      : 'columns are named in the select: with a as (select src as b …)';
  if (before.tokenType === Soft.output && (word === 'as' || word === 'in' || word === '='))
    return `write: output ${tokens[at + 1]?.image ?? 'csv'}`;
  if (word === 'ago' && isA(before.tokenType, Literal)) return `write: now() - ${before.image}`;
  if (wordOf(before) === 'top' && first.tokenType === Reserved.select) return `write: … limit ${token.image}`;
  if (word === 'into' && first.tokenType === Reserved.select)
    return "a result goes to a file: output csv to 'x.csv'; into a variable: let x = (select …)";
  if (token.tokenType === Reserved.from && wordOf(tokens[at - 3]) === 'extract') return 'write: bucket(start, 1h)';
  if (token.tokenType === Comma) {
    const isTable = tokens.findLast(({ tokenType }) => tokenType === Reserved.from || tokenType === Reserved.where);
    if (isTable?.tokenType === Reserved.from && earlier?.tokenType === Reserved.from)
      return `write: join ${tokens[at + 1]?.image ?? 'expect'} on …`;
    if (earlier?.tokenType === Reserved.limit)
      return `write: limit ${tokens[at + 1]?.image ?? 'N'} offset ${before.image}`;
    if (wordOf(tokens[0]) === 'let' && tokens[at + 2]?.tokenType === Equal)
      return `one let for each variable: ${textOf(tokens.slice(0, at))}; let ${textOf(tokens.slice(at + 1, at + 4))}`;
    if (earlier?.tokenType === Equal && isA(tokens[at + 2]?.tokenType ?? Comma, CompareOperator))
      return `conditions are joined by and: … and ${textOf(tokens.slice(at + 1, at + 4))}`;
    if (
      before.tokenType === NumberLiteral &&
      /^\d{3}$/.test(tokens[at + 1]?.image ?? '') &&
      earlier &&
      isA(earlier.tokenType, CompareOperator) &&
      earlier.tokenType !== Equal
    )
      return 'write the number without commas; 1M is 1000000';
    if (earlier?.tokenType === Reserved.in || earlier?.tokenType === Equal) {
      if (wordOf(tokens[0]) === 'let' && at === 4)
        return `write: let ${tokens[1].image} = (${before.image}, ${tokens[at + 1]?.image ?? '…'})`;
      const field = wordOf(tokens[at - 3]);
      return `write: ${field} in (${before.image}, ${tokens[at + 1]?.image ?? '…'})`;
    }
  }
  if (before.tokenType === Soft.has && token.tokenType === Reserved.not)
    return `write: ${wordOf(earlier)} not has ${tokens[at + 1]?.image ?? 'ASSURED'}`;
  if (token.tokenType === RightParen && before.tokenType === LeftParen && earlier?.tokenType === Reserved.in)
    return 'no value is in an empty list: write the values, such as in (1, 2)';
  const list = listWithoutCommas(tokens, at);
  if (list !== undefined) return `write: in (${list})`;
  if (word === 'offset') return offsetHint(tokens, at);
  if (word === 'to' && tokens[at + 1]?.tokenType === Text) return `write: output to ${tokens[at + 1].image}`;
  if (word === '|') return "a program reads the result outside the quotes: ctq '…' | wc -l; in the shell: …; | wc -l";
  if (word === '.' && earlier?.tokenType === Reserved.like)
    return 'addresses are matched by network: src in 10.0.0.0/8';
  if (word === '~' && isAddressField(before)) {
    const pattern = tokens[at + 1]?.tokenType === Text ? unquote(tokens[at + 1].image) : '';
    return `write: ${before.image} in ${networkOfBeginning(pattern) ?? '10.0.0.0/8'}`;
  }
  if (word === '~') return "texts are compared with like: helper like '%ftp%'";
  return undefined;
}

/** `offset 20` without a limit, or before it. */
function offsetHint(tokens: readonly IToken[], at: number): string | undefined {
  const limit = tokens.findIndex(({ tokenType }) => tokenType === Reserved.limit);
  const rows = tokens[at + 1]?.image ?? 'N';
  if (limit < 0) return `offset requires limit: … limit 10 offset ${rows}`;
  return limit > at ? `limit comes first: … limit ${tokens[limit + 1]?.image ?? 'N'} offset ${rows}` : undefined;
}

/** A `select` that ends without `from`. */
function endOfSelect(tokens: readonly IToken[]): string | undefined {
  if (tokens.some(({ tokenType }) => tokenType === Reserved.from) || tokens.length < 2) return undefined;
  const [, what] = tokens;
  if (wordOf(what) === 'version') return 'ctq --version prints the version';
  if (isA(what.tokenType, Literal) || wordOf(what) === 'now')
    return `'echo' prints a value: echo ${textOf(tokens.slice(1))}`;
  return fieldOf(tableOf('conntrack')!, what.image) ? 'write: select … from conntrack' : undefined;
}

const isFile = (tokens: readonly IToken[], at: number): boolean =>
  tokens[at]?.tokenType === Text ||
  // One word at the end.
  (tokens[at]?.tokenType === Identifier && at === tokens.length - 1 && !isField(tokens[at])) ||
  /^[.~]?\/./.test(textOf(tokens.slice(at, at + 3))) ||
  /^[\w.~-]*\.(?:txt|csv|tsv|jsonl?|save|log|xml|out|gz|zst)(?:\s|$)/i.test(textOf(tokens.slice(at)));

/** A name just after an expression of the projection. */
function isNewName(tokens: readonly IToken[], at: number): boolean {
  if (tokens[at]?.tokenType !== Identifier) return false;
  if (tokens.slice(0, at).some(({ tokenType }) => tokenType === Reserved.from)) return false;
  const { tokenType, image } = tokens[at - 1];
  return tokenType === RightParen || /^\w/.test(image);
}

/** `select src dst`, `select count(*) n`: a comma or an `as` is missing. */
export function missingAsHint(tokens: readonly IToken[], at: number): ErrorDetail | undefined {
  if (at === 0 || tokens[0].tokenType !== Reserved.select || !isNewName(tokens, at)) return undefined;
  const name = tokens[at].image;
  const { image, tokenType } = tokens[at - 1];
  if (tokenType === RightParen) return { hint: `a new name needs 'as': … as ${name}` };
  return { hint: `write '${image}, ${name}' for two fields, '${image} as ${name}' for a new name` };
}
