/** The output formats and modifiers: the only list of them. Checker, completion, help, settings and sinks read it. */

/** What a format needs of a result, where it cannot show every one. */
type Requirement = 'entries' | 'entries or statistics' | 'groups';

export interface Format {
  readonly doc: string;
  readonly requires?: Requirement;
  /** For people: a repeated result is drawn in the place of the previous one. */
  readonly drawnInPlace?: true;
  /** Numbers have units by default on a terminal. */
  readonly units?: true;
  /** Shows values, so `resolve` applies; the others are conntrack(8)'s, in which an address is an address. */
  readonly resolves?: true;
}

export const FORMATS = {
  table: {
    doc: 'aligned columns that fit the terminal; the default there',
    drawnInPlace: true,
    units: true,
    resolves: true,
  },
  box: { doc: 'a table with borders', drawnInPlace: true, units: true, resolves: true },
  markdown: { doc: 'a Markdown table', resolves: true },
  vertical: { doc: 'one field per line', drawnInPlace: true, resolves: true },
  plain: { doc: "conntrack(8)'s lines", requires: 'entries or statistics' },
  extended: {
    doc: "conntrack(8)'s lines with the address family; the default for whole entries elsewhere",
    requires: 'entries or statistics',
  },
  xml: { doc: "conntrack(8)'s XML", requires: 'entries or statistics' },
  save: { doc: 'command lines that restore the entries', requires: 'entries' },
  json: { doc: 'one array of objects, nested by field name; exact integers, durations in seconds', resolves: true },
  jsonl: { doc: 'one such object per line', resolves: true },
  csv: { doc: 'comma-separated values with a header', resolves: true },
  tsv: { doc: 'tab-separated values with a header; the default for columns elsewhere', resolves: true },
  bars: { doc: 'a bar chart of a grouped result', requires: 'groups', drawnInPlace: true, units: true, resolves: true },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export const MODIFIERS = {
  id: 'the id of each entry (plain, extended)',
  timestamp: 'the time of each event (plain, extended)',
  ktimestamp: 'start, stop and duration of each flow (plain, extended)',
  labels: 'the labels of each flow (plain, extended)',
  userspace: 'whether an event was caused by a process (plain, extended)',
  resolve: 'names of hosts and services in place of numbers',
  noheader: 'no header line (csv, tsv, table, box, markdown, bars)',
  human: 'sizes and times in units: 10 MiB, 3m20s',
} as const satisfies Record<string, string>;

export type Modifier = keyof typeof MODIFIERS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];
export const MODIFIER_NAMES = Object.keys(MODIFIERS) as readonly Modifier[];

export const isFormat = (word: string): word is FormatName => Object.hasOwn(FORMATS, word);
export const isModifier = (word: string): word is Modifier => Object.hasOwn(MODIFIERS, word);

export const formatOf = (name: FormatName): Format => FORMATS[name];

/** What a result consists of, as far as formats care. */
export interface ResultShape {
  /** Entries of `table` with all their fields: the statement has no list of columns. */
  readonly isWhole: boolean;
  readonly isGrouped: boolean;
  /** Undefined for results that are not read from a table. */
  readonly table?: string;
}

const ENTRY_TABLES: ReadonlySet<string> = new Set(['conntrack', 'expect', 'dying', 'unconfirmed']);
const STATISTICS_TABLES: ReadonlySet<string> = new Set(['stats', 'expect_stats']);

export const isEntries = ({ isWhole, table = '' }: ResultShape): boolean => isWhole && ENTRY_TABLES.has(table);
const isStatistics = ({ isWhole, table = '' }: ResultShape): boolean => isWhole && STATISTICS_TABLES.has(table);

/** Why a format cannot show a result; undefined where it can. */
export function formatRefusal(
  name: FormatName,
  shape: ResultShape,
): { readonly message: string; readonly hint: string } | undefined {
  const { requires } = formatOf(name);
  if (requires === undefined) return undefined;
  if (requires === 'groups') {
    if (shape.isGrouped) return undefined;
    return {
      message: `${name} shows a grouped result`,
      hint: 'for instance: select src, count(*) from conntrack group by src output bars',
    };
  }
  if (isEntries(shape) || (requires === 'entries or statistics' && isStatistics(shape))) return undefined;
  if (shape.isWhole && shape.table !== undefined)
    return { message: `${name} cannot show ${shape.table}`, hint: 'use table, json, csv or tsv' };
  return {
    message: `${name} shows whole entries, not columns`,
    hint: 'leave the columns out (select from conntrack …), or use table, json, csv or tsv',
  };
}
