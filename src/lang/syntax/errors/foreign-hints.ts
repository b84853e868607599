/** What to write instead of the syntax of another language or tool, from the tokens around a syntax error. */

import type { IToken } from 'chevrotain';
import { endOf } from '../../../../grammar/lexer.js';
import {
  Address,
  Comma,
  CompareOperator,
  Equal,
  Identifier,
  isA,
  LeftParen,
  Literal,
  NumberLiteral,
  Reserved,
  RightParen,
  Soft,
  Text,
  Word,
} from '../../../../grammar/tokens.js';
import { shorten } from '../../diagnostics/shorten.js';
import { fieldOf, tableOf } from '../../schema/catalogue.js';
import { FORMAT_NAMES } from '../../schema/formats/formats.js';
import { QUOTED_PLACES } from '../../schema/places.js';
import { unitAsWritten } from '../literals/number.js';
import type { ErrorDetail } from './expected-message.js';
import { nearbyHint, STARTS, shortText, startHint, TO_FILE, textOf, WORDS, wordOf } from './foreign-words.js';

/** A hint for the syntax of another language or tool at the position of a syntax error. */
export function foreignHint(tokens: readonly IToken[], at: number): ErrorDetail | undefined {
  const hint =
    at === 0
      ? startHint(tokens)
      : (settingHint(tokens, at) ??
        placeHint(tokens, at) ??
        rangeHint(tokens, at) ??
        nearbyHint(tokens, at) ??
        statementHint(tokens, at) ??
        conditionHint(tokens, at) ??
        contextHint(tokens, at));
  return hint === undefined ? undefined : { hint };
}

/** Words after which a file may be named. */
const BEFORE_FILE: ReadonlySet<string> = new Set(['from', 'join', 'file', 'to']);

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
  if (!/^[\w./~-]*(?:\.[A-Za-z]\w*|\/[\w-]+)$/.test(path)) return undefined;
  return { hint: `quote the name of a file: ${wordOf(tokens[word])} '${path}'` };
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
      : `write: in file ${token.image}; in history ${token.image} for recorded flows`;
  }
  const first: IToken | undefined = tokens[at + 1];
  if (!QUOTED_PLACES.has(wordOf(token)) || first === undefined || !isA(first.tokenType, Word)) return undefined;
  let end = at + 2;
  while (end < tokens.length && tokens[end].startOffset === endOf(tokens[end - 1])) end++;
  return `write: ${before} ${wordOf(token)} '${shortText(tokens.slice(at + 1, end))}'`;
}

/** `since 1h within 2s`. */
const rangeHint = (tokens: readonly IToken[], at: number): string | undefined =>
  wordOf(tokens[at]) === 'within' && tokens.slice(0, at).some(token => RANGES.has(wordOf(token)))
    ? "'within' belongs to one time: … in history at 10m ago within 2s"
    : undefined;

function contextHint(tokens: readonly IToken[], at: number): string | undefined {
  const token: IToken | undefined = tokens[at];
  const before = tokens[at - 1];
  const earlier: IToken | undefined = tokens[at - 2];
  const word = wordOf(token);
  const [first] = tokens;
  if (token === undefined) return first.tokenType === Reserved.select ? endOfSelect(tokens) : undefined;
  const unit = before.tokenType === NumberLiteral && /^[a-zµ]/i.test(word) ? unitAsWritten(token.image) : undefined;
  if (unit !== undefined) return `write ${before.image}${unit}, without a space`;
  if (first.tokenType === Soft.with && word !== 'as' && at <= 2)
    return wordOf(tokens[1]) === 'recursive'
      ? 'with has no recursion'
      : 'columns are named in the select: with a as (select src as b …)';
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
  if ((word === '>' || word === '>>') && isFile(tokens, at + 1)) return TO_FILE;
  const list = listWithoutCommas(tokens, at);
  if (list !== undefined) return `write: in (${list})`;
  if (word === 'to' && tokens[at + 1]?.tokenType === Text) return `write: output to ${tokens[at + 1].image}`;
  if (word === '|') return "a program reads the result outside the quotes: ctq '…' | wc -l; in the shell: …; | wc -l";
  if (word === '.' && earlier?.tokenType === Reserved.like)
    return 'addresses are matched by network: src in 10.0.0.0/8';
  if (word === '~' && isAddressField(before)) return `write: ${before.image} in 10.0.0.0/8`;
  if (word === '~') return "texts are compared with like: helper like '%ftp%'";
  return undefined;
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

const EVENTS = new Set(['new', 'update', 'destroy']);

/** What may follow the first word of a statement, for one that has nothing else. */
const AFTER_FIRST: Readonly<Record<string, string>> = {
  assert: 'write: assert (select count(*) from conntrack) < 200000',
  count: 'write: count conntrack',
  describe: 'write: describe conntrack',
  echo: 'write: echo now()',
  explain: 'write: explain select from conntrack where dport = 443',
  include: "write: include 'file.ctq'",
  let: 'write: let office = 10.1.0.0/16',
  query: 'write: query web as select from conntrack where dport = 443',
  run: 'show queries lists the named queries',
  select: 'write: select from conntrack',
  set: 'show settings lists the settings; to change one: set rows = 100',
  show: 'write: show tables',
  update: 'write: update conntrack set … where …',
  use: 'write: use netns NAME; use kernel returns to this machine',
};

/** Statements that have no range of time, and the words that begin one. */
const OF_NOW: ReadonlySet<string> = new Set(['watch', 'delete', 'update']);
const RANGES: ReadonlySet<string> = new Set(['since', 'between', 'at']);
const OF_NOW_HINT =
  'a range of time belongs to a select in history: select from conntrack in history since 1h; the age of a flow: where age < 1h';

/** What is missing or too much in a statement, by its first word. */
function statementHint(tokens: readonly IToken[], at: number): string | undefined {
  const token: IToken | undefined = tokens[at];
  const [{ image }] = tokens;
  if (at === 1 && token === undefined && Object.hasOwn(AFTER_FIRST, image.toLowerCase()))
    return AFTER_FIRST[image.toLowerCase()];
  const before = tokens[at - 1];
  const word = wordOf(token);
  const first = wordOf(tokens[0]);
  if (OF_NOW.has(first) && RANGES.has(word)) return OF_NOW_HINT;
  switch (first) {
    case 'watch': {
      const events = tokens
        .slice(1)
        .map(wordOf)
        .filter(each => EVENTS.has(each));
      if (tokens.some(({ tokenType }) => tokenType === Reserved.from)) break;
      return `write: watch from conntrack${events.length === 0 ? '' : ` on ${events.join(', ')}`}`;
    }
    case 'get':
      return at === 1 || before.tokenType !== Reserved.where
        ? 'get shows the one entry of a condition: get from conntrack where …; select from conntrack lists all'
        : undefined;
    case 'flush':
      if (token === undefined) return 'write: flush conntrack';
      return word === 'where' ? `write: delete from ${tokens[1].image} ${shortText(tokens.slice(at))}` : undefined;
    case 'count':
      if (at === 1 && token?.tokenType === Reserved.from)
        return `write: count ${tokens.length > 2 ? shortText(tokens.slice(2)) : 'conntrack'}`;
      break;
    case 'drop':
      return at === 1 ? STARTS.drop : undefined;
    case 'delete':
      if (at === 1)
        return `write: delete from conntrack where ${token?.tokenType === Address ? `host = ${token.image}` : '…'}${word === 'all' || word === 'everything' ? '; all: flush conntrack' : ''}`;
      break;
    case 'insert':
      if (token?.tokenType === Reserved.from && tokens[2]?.tokenType === Text)
        return `write: insert into conntrack from ${tokens[2].image}`;
      if (at === 1) return 'write: insert into conntrack set proto = tcp, src = …, dst = …';
      return token?.tokenType === LeftParen ? WORDS.values : undefined;
    case 'update':
      if (at === 2 && token && isA(token.tokenType, Word))
        return `write: update ${tokens[1].image} set ${shortText(tokens.slice(2))}`;
      if (word === 'to') return `write: ${before.image} = ${tokens[at + 1]?.image ?? '…'}`;
      break;
    case 'use':
      return at === 1 && token && isA(token.tokenType, Word) ? `write: use netns ${token.image}` : undefined;
    case 'show':
      return showHint(tokens, at);
  }
  if ((word !== 'by' && before.tokenType === Reserved.order) || before.tokenType === Reserved.group)
    return token === undefined ? undefined : `write: ${before.image} by ${token.image}`;
  if ((word === 'asc' || word === 'desc') && tokens.some(({ tokenType }) => tokenType === Reserved.limit))
    return `'${word}' follows the column: order by … ${word} limit …`;
  return missingWhere(tokens, at) ?? missingAnd(tokens, at);
}

function showHint(tokens: readonly IToken[], at: number): string | undefined {
  const word = wordOf(tokens[at]);
  if (at === 2 && wordOf(tokens[1]) === 'fields') return `write: show fields from ${tokens[2]?.image ?? 'conntrack'}`;
  if (at > 1 && (word === 'output' || word === 'to')) {
    const format = word === 'output' ? wordOf(tokens[at + 1]) : '';
    const name = FORMAT_NAMES.find(each => each === format) ?? 'csv';
    return `show has no output clause: set format = ${name}, or ctq --output ${name} "${shortText(tokens.slice(0, at))}"`;
  }
  if (at !== 1) return undefined;
  if (tableOf(word)) return `write: select from ${word}`;
  if (word === 'columns') return 'write: show fields from conntrack';
  if (/^(databases|schemas|namespaces|netns)$/.test(word))
    return 'ip netns list, in the shell .netns, lists the namespaces';
  if (word === 'all') return 'write: show settings';
  return /^(connections|flows|sessions|entries|states|me|everything|traffic)$/.test(word)
    ? 'write: select from conntrack'
    : undefined;
}

/** `delete from conntrack src = …`, `select from conntrack src = …`, where a field was read as another name of the table. */
function missingWhere(tokens: readonly IToken[], at: number): string | undefined {
  for (const field of [at, at - 1, at - 2]) {
    const operator = tokens[field + 1];
    if (field < 2 || operator === undefined || !isField(tokens[field]) || !tableOf(wordOf(tokens[field - 1]))) continue;
    if (!isComparison(operator)) continue;
    return `write: where ${shortText(tokens.slice(field))}`;
  }
  return undefined;
}

/** `where proto = tcp dport = 80`: a second condition without an `and`. */
function missingAnd(tokens: readonly IToken[], at: number): string | undefined {
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
function conditionHint(tokens: readonly IToken[], at: number): string | undefined {
  const token: IToken | undefined = tokens[at];
  const before = tokens[at - 1];
  const field: IToken | undefined = tokens[at - 2];
  if (token === undefined) return undefined;
  const next = tokens[at + 1]?.image ?? '…';
  if (isA(token.tokenType, CompareOperator) && isA(before.tokenType, CompareOperator)) {
    const sign = token.image + before.image;
    if (sign === '>=' || sign === '<=') return `write: ${field?.image ?? 'x'} ${sign} ${next}`;
  }
  if (before.image === '<<' && token.image.startsWith('=')) return `write: ${field?.image ?? 'src'} in 10.0.0.0/8`;
  const isValue = isA(token.tokenType, Literal) || token.tokenType === Identifier;
  if (!isValue) return undefined;
  if (before.tokenType === Reserved.is && isField(field)) return `write: ${field.image} = ${token.image}`;
  if (before.tokenType === Reserved.not && isField(field))
    return `write: ${field.image} ${isFlags(field) ? 'not has' : '!='} ${token.image}`;
  if (!isField(before) || !field || !BEFORE_CONDITION.has(wordOf(field))) return undefined;
  const word = wordOf(token);
  if (Object.hasOwn(OPERATORS, word)) return `write: ${before.image} ${OPERATORS[word]} ${next}`;
  const directed = OF_DIRECTION[wordOf(before)]?.[word];
  if (directed !== undefined) return `write: ${directed} = ${next}`;
  return `write: ${before.image} ${isFlags(before) ? 'has' : '='} ${token.image}`;
}

/** Words after which a condition begins. */
const BEFORE_CONDITION = new Set(['where', 'having', 'and', 'or', 'not', '(', 'until', 'assert']);

const fieldNamed = (token: IToken | undefined) =>
  token && isA(token.tokenType, Word) ? fieldOf(tableOf('conntrack')!, token.image) : undefined;
const isField = (token: IToken | undefined): token is IToken => fieldNamed(token) !== undefined;
const isFlags = (token: IToken): boolean => ['flags', 'labels'].includes(fieldNamed(token)?.field.type ?? '');
const isAddressField = (token: IToken): boolean => fieldNamed(token)?.field.type === 'address';
const isComparison = ({ tokenType }: IToken): boolean =>
  isA(tokenType, CompareOperator) || tokenType === Reserved.in || tokenType === Reserved.is || tokenType === Soft.has;

/** The values of a list after `in`, in which commas are missing before a token. */
function listWithoutCommas(tokens: readonly IToken[], at: number): string | undefined {
  const isValue = ({ tokenType }: IToken): boolean => isA(tokenType, Literal) || tokenType === Identifier;
  const open = tokens.findLastIndex(({ tokenType }, i) => i < at && tokenType === LeftParen);
  if (open < 1 || tokens[open - 1].tokenType !== Reserved.in) return undefined;
  const close = tokens.findIndex(({ tokenType }, i) => i > open && tokenType === RightParen);
  const inside = tokens.slice(open + 1, close < 0 ? tokens.length : close);
  if (close < at || !inside.every(token => isValue(token) || token.tokenType === Comma)) return undefined;
  return shorten(
    inside
      .filter(isValue)
      .map(({ image }) => image)
      .join(', '),
    60,
  );
}

const isFile = (tokens: readonly IToken[], at: number): boolean =>
  tokens[at]?.tokenType === Text ||
  /^[.~]?\/./.test(textOf(tokens.slice(at, at + 3))) ||
  /^(txt|csv|tsv|json|jsonl|save|log|xml|out)$/i.test(wordOf(tokens[at + 2]));

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
