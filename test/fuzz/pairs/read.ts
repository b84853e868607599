/** What ctq wrote, read again: rows of texts where the format keeps them, else how many there are. */
import type { Expected } from './case.js';
import type { Choice } from './choice.js';
import { play } from './play.js';
import { cells, type Entry, entriesOf, leaves, linesOf, type Texts } from './rows.js';
import { factsOf, type TableName } from './tables.js';

export interface Result {
  /** Undefined where the format does not keep them apart. */
  readonly rows?: readonly Texts[];
  /** Undefined if that is unknown as well. */
  readonly count?: number | undefined;
}

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const COLOUR = /\u001b\[[\d;]*m/g;

/** The format that is written where none is named. */
function formatOf({ format, table }: Choice, { isWhole, isJoined }: Expected): string {
  if (format !== 'none') return format;
  return isWhole && !isJoined && table !== 'sysctl' ? 'extended' : 'tsv';
}

/** Whole entries of these are not entries of conntrack(8). */
const isEntry = (table: string): boolean => !['stats', 'expect_stats', 'sysctl'].includes(table);

/** Values of a JSON object by their paths. */
function flat(value: object, prefix = ''): Entry {
  const entries: [string, string][] = Object.entries(value).flatMap(([name, each]): [string, string][] =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.entries(flat(each, `${prefix}${name}.`))
      : [[prefix + name, leaves(each)[0]]],
  );
  return Object.fromEntries(entries);
}

const pick = (entries: readonly Entry[], names: readonly string[]): Result =>
  entries.length > 0 && names.some(name => entries[0][name] === undefined)
    ? { count: entries.length }
    : { rows: entries.map(entry => names.map(name => entry[name])) };

/** Entries in a format of conntrack(8), or JSON: ctq itself reads them. */
async function readEntries(text: string, table: TableName, names: readonly string[]): Promise<Result> {
  const { columns } = factsOf(table);
  const list = names.map(name => `${columns[name]} as "${name}"`).join(', ');
  const from = table === 'expect' ? "expect in file '-'" : "'-'";
  const { stdout, stderr, code } = await play([`select ${list} from ${from}`, '-o', 'csv'], text);
  if (code !== 0 || stderr !== '')
    throw new Error(`what was written is not read again: ${code} ${stderr}\n${text.slice(0, 500)}`);
  return pick(entriesOf(stdout), names);
}

const objectsOf = (text: string): object[] =>
  text.startsWith('[')
    ? (JSON.parse(`[${text.replaceAll(/\]\s*\[/g, '],[')}]`) as object[][]).flat()
    : linesOf(text).map(line => JSON.parse(line));

export async function readResult(written: string, choice: Choice, expected: Expected): Promise<Result> {
  const text = written.replaceAll(COLOUR, '');
  const format = formatOf(choice, expected);
  const { isWhole, isJoined, names } = expected;
  const hasHeader = choice.modifier !== 'noheader';
  // Names and units are for people: nothing is read from them.
  const isShown = choice.modifier === 'resolve' || choice.modifier === 'human';
  const entries = isWhole && !isJoined && isEntry(choice.table);
  switch (format) {
    case 'csv':
    case 'tsv': {
      const separator = format === 'csv' ? ',' : '\t';
      // A repeated query may write its header once or each time. A row of one null is an empty line.
      const all = text.split('\n').slice(0, -1);
      const [header] = all;
      const lines = hasHeader ? all.filter(line => line !== header) : all;
      if (!isWhole) return { rows: lines.map(line => cells(line, separator)) };
      return hasHeader ? pick(entriesOf([header, ...lines].join('\n'), separator), names) : { count: lines.length };
    }
    case 'json':
    case 'jsonl': {
      const objects = objectsOf(text);
      if (!isWhole) return { rows: objects.map(leaves) };
      if (!entries)
        return pick(
          objects.map(object => flat(object)),
          names,
        );
      if (isShown) return { count: objects.length };
      return objects.length === 0 ? { rows: [] } : readEntries(text, choice.table as TableName, names);
    }
    case 'table': {
      // A row of nulls is an empty line. A repeated query writes its header each time.
      const lines = text.split('\n').slice(0, -1);
      const rules = lines.filter(line => /^─/.test(line)).length;
      // Before each result is its time, and an empty line before all but the first.
      const times = choice.repeat === 'every' ? lines.filter(line => TIME.test(line)).length : 0;
      return { count: lines.length - 2 * rules - Math.max(0, 2 * times - 1) };
    }
    case 'box': {
      // The lines of cells; the titles of each result are between its top and a rule.
      const lines = linesOf(text);
      const titles = lines.filter(line => line.startsWith('├')).length;
      return { count: lines.filter(line => line.startsWith('│')).length - titles };
    }
    case 'markdown': {
      const lines = linesOf(text);
      const delimiters = lines.filter(line => /^\|( -+:? \|)+$/.test(line)).length;
      return { count: lines.length - 2 * delimiters };
    }
    // A page, whose rows are not counted here.
    case 'html':
      return {};
    case 'bars':
      return choice.repeat === 'every' ? {} : { count: text.split('\n').length - (hasHeader ? 2 : 1) };
    case 'vertical':
      return { count: linesOf(text).filter(line => line.startsWith('─[')).length };
    default:
      if (!entries) return { count: linesOf(text).filter(line => format !== 'xml' || line.startsWith('<row>')).length };
      if (isShown) return { count: linesOf(text).filter(line => format !== 'xml' || line.includes('<flow')).length };
      if (!/\d/.test(text.replace(/^<\?xml.*\?>/, ''))) return { rows: [] };
      return readEntries(text, choice.table as TableName, names);
  }
}
