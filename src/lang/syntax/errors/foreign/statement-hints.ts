/** Hints by the first word of a statement. */
import type { IToken } from 'chevrotain';
import { Comma, Equal, isA, LeftParen, Reserved, Text, Word } from '../../../../../grammar/tokens.js';
import { tableOf } from '../../../schema/catalogue.js';
import { QUOTED_PLACES } from '../../../schema/places.js';
import { isField, missingAnd, missingWhere } from './condition-hints.js';
import { loosely, STARTS, WORDS } from './foreign-words.js';
import { joinedText, shortText, textOf, wordOf } from './token-text.js';

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
export const RANGES: ReadonlySet<string> = new Set(['since', 'between', 'at']);
const OF_NOW_HINT =
  'a range of time belongs to a select in history: select from conntrack in history since 1h; the age of a flow: where age < 1h';

/** Clauses that a list of `show` or `describe` has not. */
const LISTED: ReadonlySet<string> = new Set(['where', 'order', 'limit', 'group', 'having', 'like']);
const LIST_HINT =
  "such a list has no clause but output; a program filters it: ctq 'show settings' | grep color, in the shell: show settings; | grep color";

/** `delete from conntrack using 'hosts.csv' h where h.ip = src`, `… join 'hosts.csv' h on …`, `update … set … from 'hosts.csv'`. */
export function changeByFileHint(tokens: readonly IToken[], at: number): string | undefined {
  const first = wordOf(tokens[0]);
  if (first !== 'delete' && first !== 'update') return undefined;
  const isFile = (token: IToken | undefined): boolean => token?.tokenType === Text;
  const words = first === 'delete' ? ['join', 'using'] : ['join', 'from'];
  const join = tokens.findIndex((token, i) => words.includes(wordOf(token)) && isFile(tokens[i + 1]));
  if (join < 0 || join < at) return undefined;
  const equal = tokens.findIndex(({ tokenType }, i) => i > join && tokenType === Equal);
  const sides = [tokens[equal - 1], tokens[equal + 1], tokens[equal + 3]];
  const field = sides.find(token => isField(token))?.image ?? 'src';
  // The other side is the name of a column, perhaps after that of the file.
  const isFirst = isField(sides[0]);
  const column =
    equal < 0 ? 'ip' : isFirst ? (tokens[equal + 2]?.image === '.' ? sides[2] : sides[1])?.image : sides[0]?.image;
  const list = `where ${field} in (select ${column ?? 'ip'} from ${tokens[join + 1].image})`;
  const set = tokens.findIndex(token => wordOf(token) === 'set');
  const end = tokens.findIndex((token, i) => i > set && (token.tokenType === Reserved.where || i === join));
  if (first === 'delete') return `a change has no joins: delete from conntrack ${list}`;
  const values = set < 0 ? 'set …' : shortText(tokens.slice(set, end < 0 ? undefined : end));
  return `a change has no joins: update conntrack ${values} ${list}`;
}

/** What is missing or too much in a statement, by its first word. */
export function statementHint(tokens: readonly IToken[], at: number): string | undefined {
  const token: IToken | undefined = tokens[at];
  const [{ image }] = tokens;
  if (at === 1 && token === undefined && Object.hasOwn(AFTER_FIRST, image.toLowerCase()))
    return AFTER_FIRST[image.toLowerCase()];
  const before = tokens[at - 1];
  const word = wordOf(token);
  const first = wordOf(tokens[0]);
  const isOfFile = token?.tokenType === Text && (first === 'update' ? at === 1 : at === 2 && first === 'delete');
  if (isOfFile) return 'files are read only; entries are changed by a list from one: where src in (select ip from …)';
  if ((first === 'delete' || first === 'update') && word === 'order')
    return 'a change has no order: choose its entries with where; limit N changes any N of them';
  if (OF_NOW.has(first) && RANGES.has(word)) return OF_NOW_HINT;
  switch (first) {
    case 'watch': {
      if (tokens[1]?.image === '-') return 'write: select from conntrack every 1s';
      const where = tokens.findIndex(({ tokenType }) => tokenType === Reserved.where);
      if (word === 'on' && where > 0 && where < at) {
        const written = (from: number, to?: number): string => shortText(tokens.slice(from, to));
        return `write: ${written(0, where)} ${written(at)} ${written(where, at)}`;
      }
      if (at === 1 && token?.tokenType === Reserved.select && tokens.length > 2)
        return `write: watch ${shortText(tokens.slice(2))}; to repeat a select: select … every 2s`;
      const events = tokens
        .slice(1)
        .map(wordOf)
        .filter(each => EVENTS.has(each));
      if (tokens.some(({ tokenType }) => tokenType === Reserved.from)) break;
      return `write: watch from conntrack${events.length === 0 ? '' : ` on ${events.join(', ')}`}`;
    }
    case 'with':
      if (wordOf(before) === 'as' && word === 'select') return `write: with ${tokens[1].image} as (select …) select …`;
      break;
    case 'get':
      return at === 1 || before.tokenType !== Reserved.where
        ? 'get shows the one entry of a condition: get from conntrack where …; select from conntrack lists all'
        : undefined;
    case 'flush':
      if (token === undefined) return 'write: flush conntrack';
      return word === 'where' ? `write: delete from ${tokens[1].image} ${shortText(tokens.slice(at))}` : undefined;
    case 'count':
      if (tokens.findIndex(({ tokenType }) => tokenType === Reserved.from) >= at) return countHint(tokens);
      break;
    case 'drop':
      return at === 1 ? endingHint(tokens) : undefined;
    case 'delete':
      if (at === 1)
        return `write: delete from conntrack where ${loosely(tokens.slice(1)) ?? '…'}${word === 'all' || word === 'everything' ? '; all: flush conntrack' : ''}`;
      break;
    case 'insert':
      if (token?.tokenType === Reserved.from && tokens[2]?.tokenType === Text)
        return `write: insert into conntrack from ${tokens[2].image}`;
      if (at === 1) return 'write: insert into conntrack set proto = tcp, src = …, dst = …';
      return token?.tokenType === LeftParen ? WORDS.values : undefined;
    case 'update': {
      const set = tokens.findIndex(({ image: each }) => each.toLowerCase() === 'set');
      if (token?.tokenType === Reserved.where && set > at)
        return `write: ${shortText(tokens.slice(0, at))} ${shortText(tokens.slice(set))} ${shortText(tokens.slice(at, set))}`;
      if (at === 2 && token && isA(token.tokenType, Word))
        return `write: update ${tokens[1].image} set ${shortText(tokens.slice(2))}`;
      if (word === 'to') return `write: ${before.image} = ${tokens[at + 1]?.image ?? '…'}`;
      break;
    }
    case 'use':
      if (at !== 1 || !token || !isA(token.tokenType, Word)) return undefined;
      return QUOTED_PLACES.has(word)
        ? `write: use ${word} '${word === 'ssh' ? 'root@gw1' : 'x.save'}'`
        : `write: use netns ${joinedText(tokens, /^(?:database|schema|namespace)$/.test(word) && tokens[at + 1] ? at + 1 : at)}`;
    case 'help':
      return tokens[1] && `write: help ${tokens[1].image}`;
    case 'let':
      if (at === 2 && token) return `write: let ${tokens[1].image} = ${shortText(tokens.slice(2))}`;
      break;
    case 'run':
      if (at === 2 && token && !isA(token.tokenType, LeftParen))
        return `write: run ${before.image}(${tokens
          .slice(2)
          .filter(({ tokenType }) => tokenType !== Comma)
          .map(({ image: value }) => value)
          .join(', ')})`;
      break;
    case 'describe':
      if (word === '.' && tokens[at + 1]) return `write: help ${shortText(tokens.slice(at + 1))}`;
      if (at === 2 && before.image.toLowerCase() === 'table' && token) return `write: describe ${token.image}`;
      if (token?.tokenType === Reserved.select) return 'explain shows how a statement runs: explain select …';
      return LISTED.has(word) ? LIST_HINT : undefined;
    case 'show':
      if (at > 1 && LISTED.has(word)) return LIST_HINT;
      return showHint(tokens, at);
  }
  if ((word !== 'by' && before.tokenType === Reserved.order) || before.tokenType === Reserved.group)
    return token === undefined ? undefined : `write: ${before.image} by ${token.image}`;
  if ((word === 'asc' || word === 'desc') && tokens.some(({ tokenType }) => tokenType === Reserved.limit))
    return `'${word}' follows the column: order by … ${word} limit …`;
  return missingWhere(tokens, at) ?? missingAnd(tokens, at);
}

/** `count from conntrack`, `count conntrack from conntrack`, `count src from conntrack`, `count(*) from conntrack`. */
function countHint(tokens: readonly IToken[]): string {
  const from = tokens.findIndex(({ tokenType }) => tokenType === Reserved.from);
  const of = tokens.length > from + 1 ? shortText(tokens.slice(from + 1)) : 'conntrack';
  const what = tokens.slice(1, from).filter(({ image }) => !/^(?:[()*]|distinct)$/i.test(image));
  return what.length > 0 && what.every(token => token.tokenType === Comma || isField(token))
    ? `write: select count(distinct ${textOf(what)}) from ${of}`
    : `write: count ${of}`;
}

/** `drop 10.0.0.1`, `drop table conntrack`. */
function endingHint(tokens: readonly IToken[]): string {
  const condition = loosely(tokens.slice(1));
  return condition === undefined ? STARTS.drop : `write: delete from conntrack where ${condition}`;
}

function showHint(tokens: readonly IToken[], at: number): string | undefined {
  const word = wordOf(tokens[at]);
  if (at === 2 && wordOf(tokens[1]) === 'fields') return `write: show fields from ${tokens[2]?.image ?? 'conntrack'}`;
  if (at !== 1) return undefined;
  if (tableOf(word)) return `write: select from ${word}`;
  if (word === 'columns') return 'write: show fields from conntrack';
  if (/^(databases|schemas|namespaces|netns)$/.test(word))
    return 'ip netns list, in the shell .netns, lists the namespaces';
  if (word === 'all') return 'write: show settings';
  const condition = loosely(tokens.slice(1));
  if (condition !== undefined) return `write: select from conntrack where ${condition}`;
  return /^(connections|flows|processlist|sessions|entries|states|me|everything|traffic)$/.test(word)
    ? 'write: select from conntrack'
    : undefined;
}
