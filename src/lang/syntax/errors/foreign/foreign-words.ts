import type { IToken } from 'chevrotain';
import { endOf } from '../../../../../grammar/lexer.js';
import { Address, Comma, CompareOperator, isA, Literal, Reserved, Word } from '../../../../../grammar/tokens.js';
import { didYouMean } from '../../../diagnostics/did-you-mean.js';
import { shorten } from '../../../diagnostics/shorten.js';
import { fieldOf, TABLE_NAMES, tableOf } from '../../../schema/catalogue.js';
import { FORMAT_NAMES } from '../../../schema/formats/formats.js';
import { isComparison } from './condition-hints.js';
import { likelyCondition, looseCondition } from './loose-condition.js';
import { shortText, textOf, wordOf } from './token-text.js';

/** For those who do not know where to begin. */
export const EXAMPLES = 'help examples shows statements for common questions';

const FULL = 'ctq full, in the shell .full, shows what fills the table';

const SYSTEM = 'in the shell, !COMMAND runs a command of the system';
/** For `> FILE`. @param tokens those after the sign */
export function toFileHint(tokens: readonly IToken[]): string {
  const gap = tokens.findIndex((token, i) => i > 0 && token.startOffset > endOf(tokens[i - 1]));
  const path = textOf(gap < 0 ? tokens : tokens.slice(0, gap)).replace(/^(['"])(.*)\1$/s, '$2');
  const file = path === '' ? 'x.csv' : shorten(path, 60);
  return `write: … output to '${file}'; an end of the name such as .csv or .json selects the format`;
}
const REPEATED = 'write: select … every 2s';

/** First words of other languages and tools, and what to write instead. */
export const STARTS: Readonly<Record<string, string>> = {
  alter: "tables are the kernel's; update changes entries: update conntrack set … where …",
  analyze: "'explain analyze' measures a statement: explain analyze select …",
  begin: 'there are no transactions: each statement takes effect at once',
  cat: SYSTEM,
  cd: SYSTEM,
  clear: "'flush conntrack' removes all entries; in the shell, Ctrl-L clears the screen",
  commit: 'there are no transactions: each statement takes effect at once',
  connections: 'write: select from conntrack',
  copy: "write: select from conntrack output csv to 'x.csv'",
  create: "tables are the kernel's; insert into conntrack set … makes an entry, let names a value",
  desc: 'write: describe conntrack',
  display: 'write: select from conntrack',
  drop: "'flush conntrack' removes all entries, 'delete from conntrack where …' some",
  everything: 'write: select from conntrack',
  examples: EXAMPLES,
  exit: 'quit or Ctrl-D leaves the shell',
  columns: 'write: show fields from conntrack',
  export: "write: select from conntrack output csv to 'x.csv'",
  fields: 'write: show fields from conntrack',
  find: 'write: select from conntrack where …',
  flows: 'write: select from conntrack',
  follow: 'write: watch from conntrack',
  from: 'select comes first: select from conntrack where …',
  grep: 'write: select from conntrack where …',
  ip: SYSTEM,
  history: 'write: select from conntrack in history since 1h',
  in: 'the place follows the table: select from conntrack in netns NAME',
  iptables: SYSTEM,
  kill: 'write: delete from conntrack where host = ADDRESS, or where port = PORT',
  list: 'write: select from conntrack',
  loop: REPEATED,
  ls: 'write: select from conntrack',
  lsof: 'write: select from conntrack',
  man: 'help lists the topics; help select explains select',
  monitor: 'write: watch from conntrack',
  netns: 'write: use netns NAME, or select from conntrack in netns NAME',
  netstat: 'write: select from conntrack',
  nft: SYSTEM,
  ping: SYSTEM,
  print: "'echo' prints a value: echo 1 + 1",
  q: 'quit or Ctrl-D leaves the shell',
  quit: 'quit or Ctrl-D leaves the shell',
  recipes: EXAMPLES,
  repeat: REPEATED,
  remove: 'write: delete from conntrack where …',
  replace: 'write: insert into conntrack set … on conflict update',
  rollback: 'there are no transactions: each statement takes effect at once',
  save: "write: select from conntrack output save to 'x.save'",
  search: 'write: select from conntrack where …',
  sessions: 'write: select from conntrack',
  ss: 'write: select from conntrack',
  status: "'count conntrack' counts the flows; ctq full, in the shell .full, shows what fills the table",
  summarize: `${FULL}; describe conntrack lists its fields`,
  tables: 'write: show tables',
  tail: 'write: watch from conntrack',
  tcpdump: 'write: watch from conntrack where …',
  top: 'ctq top, in the shell .top, is the full screen; ctq full shows what fills the table',
  truncate: "'flush conntrack' removes all entries",
  undo: 'there are no transactions: each statement takes effect at once',
  version: 'ctq --version prints the version',
  upsert: 'write: insert into conntrack set … on conflict update',
};

/** Words of other languages and tools inside a statement, and what to write instead. */
export const WORDS: Readonly<Record<string, string>> = {
  ascending: 'write: asc',
  contains: "texts are compared with like: helper like '%ftp%'; addresses with networks: src in 10.0.0.0/8",
  descending: 'write: desc',
  fetch: 'write: limit 10',
  filter: "'where' filters rows",
  format: 'write: output json',
  full: 'a full join is two selects: from a left join b on …, and from b left join a on … where a.COLUMN is null',
  groupby: 'write: group by',
  inet: 'a network is written without its type: src in 10.0.0.0/8',
  interval: 'a duration is written 90s, 5m or 1h30m',
  last: 'where age < 1h: flows that began in that time; of the history: since now() - 1h',
  lateral: 'a select in from cannot use fields of the others; write: join (select …) as x on …',
  matches: "texts are compared with like: helper like '%ftp%'; addresses with networks: src in 10.0.0.0/8",
  minus: 'ctq has no MINUS; write: … except select …',
  natural: "the condition of a join is written: join 'hosts.csv' on src = hosts.ip",
  orderby: 'write: order by',
  outer: 'write: left join … on …',
  over: 'ctq has no window functions; group by makes groups',
  regexp: "texts are compared with like: helper like '%ftp%'",
  returning: "'output' shows the entries that were changed",
  right: 'write the tables the other way round: from b left join a on …',
  rlike: "texts are compared with like: helper like '%ftp%'",
  sort: 'write: order by',
  starts: "texts are compared with like: helper like 'ftp%'; addresses with networks: src in 10.0.0.0/8",
  startswith: "texts are compared with like: helper like 'ftp%'; addresses with networks: src in 10.0.0.0/8",
  today: 'where age < 1d: flows that began in that time; of the history: since today',
  using: "write: join 'hosts.csv' on src = hosts.ip",
  values: 'write: insert into conntrack set proto = tcp, src = …, dst = …',
  window: 'ctq has no window functions; group by makes groups',
  within: 'write: src in 10.0.0.0/8',
  yesterday: 'the table has only what is there now; of the history: between yesterday and today',
};

const known = (table: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;
/** What to write instead of a word of another language; undefined for other words. */
export function wordHint(word: string): string | undefined {
  const name = word.toLowerCase();
  return known(WORDS, name) ?? (FORMAT_NAMES.some(format => format === name) ? `write: output ${name}` : undefined);
}

/** Words for what a packet filter does. */
const FILTERING = new Set('allow ban block deny drop reject throttle limit'.split(' '));

/** Words after which what to list is named. */
const LISTING = new Set('connections find flows from grep list ls netstat search sessions ss'.split(' '));

/** Words that end connections. */
const ENDING = new Set('close cut disconnect drop end kill remove terminate'.split(' '));

/** Words after which what to follow is named. */
const FOLLOWING = new Set('follow monitor sniff tail tcpdump trace'.split(' '));

/** Words of questions about what is over. */
const PAST = new Set('had was were did yesterday history'.split(' '));

/** Words that begin a question. */
const QUESTIONS = new Set(
  'are can do does hello hi how is please teach tutorial what when where which who why'.split(' '),
);

/** What to write instead of a word that begins no statement; undefined for other words. */
export const firstWordHint = (word: string): string | undefined =>
  known(STARTS, word) ??
  (ENDING.has(word) ? STARTS.kill : FILTERING.has(word) ? `nft filters packets; ${STARTS.kill}` : undefined);

/** The condition that the words of a sentence mean. */
export const loosely = (tokens: readonly IToken[]): string | undefined =>
  looseCondition(textOf(tokens), { hasFillers: true });

/** What a question is about, whose other words are not understood. */
function hostIn(tokens: readonly IToken[]): string | undefined {
  const address = tokens.find(({ tokenType }) => tokenType === Address);
  return address && looseCondition(address.image);
}

/** A hint for the first word of a statement. */
export function startHint(tokens: readonly IToken[]): string | undefined {
  const [first] = tokens;
  const word = wordOf(first);
  const condition = loosely(tokens.slice(1));
  const swapped = tokens[2] && /^=[<>]$/.test(textOf(tokens.slice(1, 3))) ? textOf(tokens.slice(1, 3)) : undefined;
  if (swapped !== undefined)
    return `a condition follows where or having: ${first.image} ${swapped[1]}= ${shortText(tokens.slice(3))}`;
  // What is written out is taken as it is: other words may mean more.
  const isWrittenOut =
    tokens.length > 3 && fieldOf(tableOf('conntrack')!, wordOf(tokens[1])) !== undefined && isComparison(tokens[2]);
  if (isWrittenOut && ENDING.has(word)) return `write: delete from conntrack where ${shortText(tokens.slice(1))}`;
  if (condition !== undefined && ENDING.has(word)) return `write: delete from conntrack where ${condition}`;
  if (condition !== undefined && FILTERING.has(word))
    return `nft filters packets; to end the flows there are: delete from conntrack where ${condition}`;
  if (word === '>' || word === '>>') return toFileHint(tokens.slice(1));
  if (word === 'where' && tokens.length > 2) return `write: select from conntrack ${shortText(tokens)}`;
  const isPast = tokens.some(token => PAST.has(wordOf(token)));
  const meant = condition ?? (QUESTIONS.has(word) ? hostIn(tokens) : undefined);
  if (meant !== undefined && isPast) return `write: select from conntrack in history since now() - 1d where ${meant}`;
  const setting = tokens.at(-1)!.image.toLowerCase();
  if (word === 'sysctl' && setting.startsWith('nf_conntrack_'))
    return `write: select from sysctl where name = '${setting}'`;
  if (meant !== undefined && (QUESTIONS.has(word) || LISTING.has(word)))
    return `write: select from conntrack where ${meant}`;
  if (condition !== undefined && FOLLOWING.has(word)) return `write: watch from conntrack where ${condition}`;
  if (word === 'top' && tokens.length === 2 && MANY.has(wordOf(tokens[1])))
    return 'write: select src, count(*) from conntrack group by src order by 2 desc limit 10';
  if (word === 'top' && tokens.length === 2 && /^\d+$/.test(tokens[1].image))
    return `write: select src, count(*) from conntrack group by src order by 2 desc limit ${tokens[1].image}`;
  if (word === 'top' && tokens.length > 1)
    return `write: ctq top '${condition ?? shortText(tokens.slice(1))}', in the shell .top ${condition ?? shortText(tokens.slice(1))}`;
  if (tokens.length === 1 && /^\d+$/.test(first.image))
    return `a port: port ${first.image}; a value: echo ${first.image}`;
  const all = looseCondition(textOf(tokens));
  if (all !== undefined) return `write: select from conntrack where ${all}`;
  const likely = likelyCondition(textOf(tokens));
  if (likely !== undefined) return `write: select from conntrack where ${likely}`;
  const killed = word === 'kill' ? (portIn(tokens) ?? likelyCondition(textOf(tokens.slice(1)))) : undefined;
  if (killed !== undefined) return `write: delete from conntrack where ${killed}`;
  if (word === 'kill' && /^(?:all|\*)$/.test(wordOf(tokens[1]))) return STARTS.truncate;
  const host = word === 'kill' ? hostIn(tokens) : undefined;
  if (host !== undefined) return `write: delete from conntrack where ${host} and …`;
  const hint = known(STARTS, word);
  if (hint !== undefined) return hint;
  if (QUESTIONS.has(word)) return questionHint(tokens);
  if (tableOf(word) !== undefined)
    return `write: select from ${word}${word === 'conntrack' ? '; options of conntrack(8) go outside the quotes: ctq conntrack -L' : ''}`;
  if (fieldOf(tableOf('conntrack')!, word) !== undefined)
    return tokens[1] && isA(tokens[1].tokenType, CompareOperator)
      ? `write: select from conntrack where ${shortText(tokens)}`
      : `write: select ${word} from conntrack`;
  return tokens.length === 1 ? didYouMean(word, ALONE) : undefined;
}

/** Words for those that have most, or for much. */
const MANY = new Set(
  'biggest busiest consumes eats fill filling fills full heaviest hogging hogs hosts most occupies sources takes talker talkers traffic users uses using'.split(
    ' ',
  ),
);

/** `kill 443`: a number alone can only be a port. */
const portIn = (tokens: readonly IToken[]): string | undefined =>
  tokens.length === 2 && /^\d+$/.test(tokens[1].image) ? looseCondition(`port ${tokens[1].image}`) : undefined;

/** `how many …`, `who fills the table`. */
function questionHint(tokens: readonly IToken[]): string {
  const words = tokens.map(wordOf);
  if (words[0] === 'how' && words[1] === 'many') return 'write: count conntrack';
  return words.some(word => MANY.has(word)) ? FULL : EXAMPLES;
}

/** Words with a meaning of their own as a whole line: reports, and words of the shell. */
const ALONE = ['top', 'full', 'help', 'quit', 'exit', 'tables', ...TABLE_NAMES];

/** A hint for a word at the position of a syntax error, or just before. */
export function nearbyHint(tokens: readonly IToken[], at: number): string | undefined {
  const next = tokens[at];
  if (next && isA(next.tokenType, Literal) && next.image.startsWith('::'))
    return 'a cast has no spaces: x::text, or cast(x as text)';
  for (let i = at; i >= Math.max(1, at - 2); i--) {
    const token = tokens[i];
    const count =
      wordOf(token) === 'fetch' ? tokens.slice(i + 1, i + 3).find(each => /^\d+$/.test(each.image)) : undefined;
    if (count !== undefined) return `write: limit ${count.image}`;
    const hint = token && isA(token.tokenType, Word) ? known(WORDS, wordOf(token)) : undefined;
    // Alone, such a word may be the name of a column.
    if (hint !== undefined && (i === at || !isColumnName(tokens, i))) return hint;
  }
  return undefined;
}

const isColumnName = (tokens: readonly IToken[], at: number): boolean =>
  tokens[at - 1]?.tokenType === Reserved.as || tokens[at + 1] === undefined || tokens[at + 1].tokenType === Comma;
