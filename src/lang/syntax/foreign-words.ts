import type { IToken } from 'chevrotain';
import { endOf } from '../../../grammar/lexer.js';
import {
  Address,
  Comma,
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
} from '../../../grammar/tokens.js';
import { didYouMean } from '../diagnostics/did-you-mean.js';
import { fieldOf, TABLE_NAMES, tableOf } from '../schema/catalogue.js';
import { protocolNumber } from '../schema/flags.js';
import type { ErrorDetail } from './expected-message.js';
import { unitAsWritten } from './literals/number.js';

/** First words of other languages and tools, and what to write instead. */
const STARTS: Readonly<Record<string, string>> = {
  alter: "tables are the kernel's; update changes entries: update conntrack set … where …",
  begin: 'there are no transactions: each statement takes effect at once',
  commit: 'there are no transactions: each statement takes effect at once',
  create: "tables are the kernel's; insert into conntrack set … makes an entry, let names a value",
  desc: 'write: describe conntrack',
  drop: "'flush conntrack' removes all entries, 'delete from conntrack where …' some",
  exit: 'quit or Ctrl-D leaves the shell',
  kill: 'write: delete from conntrack where host = ADDRESS',
  list: 'write: select from conntrack',
  ls: 'write: select from conntrack',
  netstat: 'write: select from conntrack',
  print: "'echo' prints a value: echo 1 + 1",
  q: 'quit or Ctrl-D leaves the shell',
  quit: 'quit or Ctrl-D leaves the shell',
  replace: 'write: insert into conntrack set … on conflict update',
  rollback: 'there are no transactions: each statement takes effect at once',
  ss: 'write: select from conntrack',
  status: "'count conntrack' counts the flows; in the shell .full shows what fills the table",
  tables: 'write: show tables',
  top: 'write: select src, count(*) as flows from conntrack group by src order by flows desc limit 10',
  truncate: "'flush conntrack' removes all entries",
  upsert: 'write: insert into conntrack set … on conflict update',
};

/** Words of other languages and tools inside a statement, and what to write instead. */
const WORDS: Readonly<Record<string, string>> = {
  cross: "joins are 'join … on …' and 'left join … on …'",
  filter: "'where' filters rows",
  format: 'write: output json',
  fetch: 'write: limit 10',
  full: "joins are 'join … on …' and 'left join … on …'",
  inner: "joins are 'join … on …' and 'left join … on …'",
  intersect: 'ctq has no INTERSECT; write: src in (select src from …)',
  interval: 'a duration is written 90s, 5m or 1h30m',
  last: 'where age < 1h: flows that began in that time; of the history: since now() - 1h',
  lateral: 'a select in from cannot use fields of the others; write: join (select …) as x on …',
  minus: 'write: except',
  natural: "joins are 'join … on …' and 'left join … on …'",
  outer: "joins are 'join … on …' and 'left join … on …'",
  over: 'ctq has no window functions; group by makes groups',
  regexp: "texts are compared with like: helper like '%ftp%'",
  returning: "'output' shows the entries that were changed",
  right: "joins are 'join … on …' and 'left join … on …'",
  rlike: "texts are compared with like: helper like '%ftp%'",
  sort: 'write: order by',
  today: 'where age < 1d: flows that began in that time; of the history: since now() - 1d',
  using: "write: join 'hosts.csv' on src = hosts.ip",
  values: 'write: insert into conntrack set proto = tcp, src = …, dst = …',
  window: 'ctq has no window functions; group by makes groups',
  within: 'write: src in 10.0.0.0/8',
  yesterday: 'the table has only what is there now; of the history: between now() - 2d and now() - 1d',
};

const wordOf = (token: IToken | undefined): string => token?.image.toLowerCase() ?? '';
const known = (table: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;
/** What to write instead of a word of another language; undefined for other words. */
export const wordHint = (word: string): string | undefined => known(WORDS, word.toLowerCase());

/** A hint for the syntax of another language or tool at the position of a syntax error. */
export function foreignHint(tokens: readonly IToken[], at: number): ErrorDetail | undefined {
  const hint = at === 0 ? startHint(tokens) : (nearbyHint(tokens, at) ?? contextHint(tokens, at));
  return hint === undefined ? undefined : { hint };
}

function startHint(tokens: readonly IToken[]): string | undefined {
  const [first] = tokens;
  const word = wordOf(first);
  const hint = known(STARTS, word);
  if (hint !== undefined) return hint;
  if (tableOf(word) !== undefined)
    return `write: select from ${word}${word === 'conntrack' ? '; options of conntrack(8) go outside the quotes: ctq conntrack -L' : ''}`;
  if (first.tokenType === Address) return `write: select from conntrack where host = ${first.image}`;
  if (protocolNumber(word) !== undefined) return `write: select from conntrack where proto = ${word}`;
  if (fieldOf(tableOf('conntrack')!, word) !== undefined) return `write: select ${word} from conntrack`;
  return tokens.length === 1 ? didYouMean(word, ALONE) : undefined;
}

/** Words that are something when they stand alone: reports, and words of the shell. */
const ALONE = ['top', 'full', 'help', 'quit', 'exit', 'tables', ...TABLE_NAMES];

function nearbyHint(tokens: readonly IToken[], at: number): string | undefined {
  const next = tokens[at];
  if (next && isA(next.tokenType, Literal) && next.image.startsWith('::'))
    return 'a cast has no spaces: x::text, or cast(x as text)';
  for (let i = at; i >= Math.max(1, at - 2); i--) {
    const token = tokens[i];
    const hint = token && isA(token.tokenType, Word) ? known(WORDS, wordOf(token)) : undefined;
    // Alone, such a word may be the name of a column.
    if (hint !== undefined && (i === at || !isColumnName(tokens, i))) return hint;
  }
  return undefined;
}

const isColumnName = (tokens: readonly IToken[], at: number): boolean =>
  tokens[at - 1]?.tokenType === Reserved.as || tokens[at + 1] === undefined || tokens[at + 1].tokenType === Comma;

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
  if (wordOf(before) === 'top' && first.tokenType === Reserved.select) return `write: … limit ${token.image}`;
  if (word === 'into' && first.tokenType === Reserved.select)
    return "a result goes to a file: output csv to 'x.csv'; into a variable: let x = (select …)";
  if (token.tokenType === Comma) {
    const isTable = tokens.findLast(({ tokenType }) => tokenType === Reserved.from || tokenType === Reserved.where);
    if (isTable?.tokenType === Reserved.from && earlier?.tokenType === Reserved.from)
      return `write: join ${tokens[at + 1]?.image ?? 'expect'} on …`;
    if (earlier?.tokenType === Reserved.limit)
      return `write: limit ${tokens[at + 1]?.image ?? 'N'} offset ${before.image}`;
    if (earlier?.tokenType === Reserved.in || earlier?.tokenType === Equal) {
      const field = wordOf(tokens[at - 3]);
      return `write: ${field} in (${before.image}, ${tokens[at + 1]?.image ?? '…'})`;
    }
  }
  if (before.tokenType === Soft.has && token.tokenType === Reserved.not)
    return `write: ${wordOf(earlier)} not has ${tokens[at + 1]?.image ?? 'ASSURED'}`;
  if ((word === '>' || word === '>>') && isFile(tokens, at + 1))
    return "results go to a file by output: … output csv to 'x.csv'";
  if (word === '|') return "a program reads the result outside the quotes: ctq '…' | wc -l; in the shell: …; | wc -l";
  if (word === '~') return "texts are compared with like: helper like '%ftp%'";
  if (first.tokenType === Soft.drop && at === 1) return STARTS.drop;
  if (first.tokenType === Soft.delete && at === 1) return 'write: delete from conntrack where …';
  if (first.tokenType === Soft.insert) {
    if (at === 1) return 'write: insert into conntrack set proto = tcp, src = …, dst = …';
    if (token.tokenType === LeftParen) return WORDS.values;
  }
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

/** Tokens as they were written, with one space where there was white space. */
const textOf = (tokens: readonly IToken[]): string =>
  tokens
    .map((token, i) => (i > 0 && token.startOffset > endOf(tokens[i - 1]) ? ` ${token.image}` : token.image))
    .join('');

const isFile = (tokens: readonly IToken[], at: number): boolean =>
  tokens[at]?.tokenType === Text || /^(txt|csv|tsv|json|jsonl|save|log|xml|out)$/i.test(wordOf(tokens[at + 2]));

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
