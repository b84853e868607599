/** The output formats and modifiers: the only list of them. Checker, completion, help, settings and sinks read it. */

import { HISTORY_FIELD_COUNT } from '../history.js';
import { chartRefusal } from './chart.js';
import { checkRefusal, metricsRefusal } from './metrics.js';
import type { ResultShape } from './result-shape.js';

export type { ResultShape };

/** What a format needs of a result, if it cannot show every one. */
type Requirement = 'entries' | 'entries or statistics' | 'groups' | 'lines' | 'metrics' | 'one grouped result';

export interface Format {
  readonly doc: string;
  /** The folder of src/engine/formats with its sink. Formats without one are drawn by the shell (src/shell/display). */
  readonly folder?: string;
  /** How names of files with it end. */
  readonly extensions?: readonly string[];
  /** The modifiers that change what it writes. */
  readonly modifiers: readonly Modifier[];
  /** The modifiers that would add what it has in any case: they are accepted. */
  readonly needless?: readonly Modifier[];
  readonly requires?: Requirement;
  /** For people: a repeated result is drawn in the place of the previous one. */
  readonly drawnInPlace?: true;
  /** Numbers have units by default on a terminal. */
  readonly units?: true;
  /** The current state, for a monitor: each result of a repeated query replaces the file of the previous one, and all users may read it. */
  readonly isState?: true;
}

export const MODIFIERS = {
  id: 'the id of each entry',
  timestamp: 'the time of each event',
  ktimestamp: 'start, stop and duration of each flow',
  labels: 'the labels of each flow',
  userspace: 'accepted as conntrack(8) accepts it: the process that caused an event is always shown',
  resolve: 'names of hosts and services in place of numbers',
  noheader: 'no header line',
  human: 'sizes and times in units: 10 MiB, 3m20s',
} as const satisfies Record<string, string>;

export type Modifier = keyof typeof MODIFIERS;

/** Of conntrack(8)'s lines. */
const LINES = ['id', 'timestamp', 'ktimestamp', 'labels', 'userspace'] as const;
/** Of tables with a header. */
const TABLE = ['noheader', 'resolve', 'human'] as const;

/**
 * A row a format. To add one: its row here, and a folder in src/engine/formats whose sink.ts exports `createSink`
 * (see src/engine/formats/registry.ts).
 */
export const FORMATS = {
  table: {
    doc: 'aligned columns that fit the terminal; the default there',
    modifiers: TABLE,
    drawnInPlace: true,
    units: true,
  },
  box: { doc: 'a table with borders', modifiers: TABLE, drawnInPlace: true, units: true },
  markdown: { doc: 'a Markdown table', extensions: ['md'], modifiers: TABLE },
  html: { doc: 'an HTML page with a table', folder: 'html', extensions: ['html', 'htm'], modifiers: TABLE },
  vertical: { doc: 'one field per line', modifiers: ['resolve', 'human'], drawnInPlace: true, units: true },
  plain: { doc: "conntrack(8)'s lines", folder: 'lines', modifiers: LINES, requires: 'entries or statistics' },
  extended: {
    doc: "conntrack(8)'s lines with the address family; the default for whole entries elsewhere",
    folder: 'lines',
    modifiers: LINES,
    requires: 'entries or statistics',
  },
  xml: {
    doc: "conntrack(8)'s XML",
    folder: 'xml',
    extensions: ['xml'],
    modifiers: ['timestamp', 'ktimestamp', 'labels', 'userspace'],
    needless: ['id'],
    requires: 'entries or statistics',
  },
  save: {
    doc: 'command lines that restore the entries',
    folder: 'save',
    extensions: ['save'],
    modifiers: [],
    requires: 'entries',
  },
  json: {
    doc: 'one array of objects, nested by field name; exact integers, durations in seconds',
    folder: 'json',
    extensions: ['json'],
    modifiers: ['resolve'],
    needless: LINES,
  },
  jsonl: {
    doc: 'one such object per line',
    folder: 'json',
    extensions: ['jsonl', 'ndjson'],
    modifiers: ['resolve'],
    needless: LINES,
  },
  csv: {
    doc: 'comma-separated values with a header',
    folder: 'delimited',
    extensions: ['csv'],
    modifiers: TABLE,
  },
  tsv: {
    doc: 'tab-separated values with a header; the default for columns elsewhere',
    folder: 'delimited',
    extensions: ['tsv', 'tab'],
    modifiers: TABLE,
  },
  bars: {
    doc: 'a bar chart of a grouped result',
    modifiers: TABLE,
    requires: 'groups',
    drawnInPlace: true,
    units: true,
  },
  chart: {
    doc: 'a line chart of a grouped result over a time, or a number, among its keys',
    modifiers: TABLE,
    requires: 'lines',
    drawnInPlace: true,
    units: true,
  },
  svg: {
    doc: 'the same as a picture, for a browser or a mail',
    folder: 'chart',
    extensions: ['svg'],
    modifiers: ['resolve', 'human'],
    requires: 'lines',
  },
  openmetrics: {
    doc: 'OpenMetrics of a grouped result: aggregates are samples, keys are labels',
    folder: 'openmetrics',
    modifiers: [],
    requires: 'metrics',
    isState: true,
  },
  prometheus: {
    doc: "the same in Prometheus' text format, which node_exporter's textfile collector reads",
    folder: 'openmetrics',
    extensions: ['prom'],
    modifiers: [],
    requires: 'metrics',
    isState: true,
  },
  nagios: {
    doc: 'the state of a grouped result for Nagios and Icinga: one line with performance data, and the exit status',
    folder: 'nagios',
    modifiers: ['resolve', 'human'],
    requires: 'one grouped result',
    isState: true,
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];
export const MODIFIER_NAMES = Object.keys(MODIFIERS) as readonly Modifier[];

export const isFormat = (word: string): word is FormatName => Object.hasOwn(FORMATS, word);
export const isModifier = (word: string): word is Modifier => Object.hasOwn(MODIFIERS, word);

export const formatOf = (name: FormatName): Format => FORMATS[name];

const GZIP = /\.gz$/i;

/** Whether a file of this name is compressed when it is written. */
export const isCompressedPath = (path: string): boolean => GZIP.test(path);
export const withoutCompression = (path: string): string => path.replace(GZIP, '');

/** The format that the name of a file ends with: `x.csv`, `x.csv.gz`; undefined if it says nothing, as `x.txt`. */
export function formatOfPath(path: string): FormatName | undefined {
  const extension = /\.([a-z]+)$/i.exec(withoutCompression(path))?.[1].toLowerCase();
  return extension === undefined
    ? undefined
    : FORMAT_NAMES.find(name => formatOf(name).extensions?.includes(extension));
}

/** The formats that a modifier applies to. */
const formatsWith = (modifier: Modifier): readonly FormatName[] =>
  FORMAT_NAMES.filter(name => formatOf(name).modifiers.includes(modifier));

/** A modifier's documentation, with the formats that it applies to. */
export const modifierDoc = (modifier: Modifier): string =>
  `${MODIFIERS[modifier]} (${formatsWith(modifier).join(', ')})`;

/**
 * Why a modifier changes nothing: its format does not have it; undefined if it does.
 * @param format undefined: any that can show the result
 */
export function modifierRefusal(
  modifier: Modifier,
  format: FormatName | undefined,
  shape?: ResultShape,
): { readonly message: string; readonly hint: string } | undefined {
  const formats = formatsWith(modifier);
  const isOfFormat =
    format === undefined
      ? shape === undefined || formats.some(name => formatRefusal(name, shape) === undefined)
      : formats.includes(format) || formatOf(format).needless?.includes(modifier);
  if (isOfFormat) return undefined;
  return {
    message: `${format ?? 'an output of columns'} has no modifier ${modifier}`,
    hint: `formats with it: ${formats.join(', ')}`,
  };
}

const ENTRY_TABLES: ReadonlySet<string> = new Set(['conntrack', 'expect', 'dying', 'unconfirmed']);
const STATISTICS_TABLES: ReadonlySet<string> = new Set(['stats', 'expect_stats']);

export const isEntries = ({ isWhole, inHistory, table = '' }: ResultShape): boolean =>
  isWhole && inHistory !== true && ENTRY_TABLES.has(table);
export const isStatisticsTable = (table = ''): boolean => STATISTICS_TABLES.has(table);
const isStatistics = ({ isWhole, table = '' }: ResultShape): boolean => isWhole && isStatisticsTable(table);

/** Why a format cannot show a result; undefined if it can. */
export function formatRefusal(
  name: FormatName,
  shape: ResultShape,
): { readonly message: string; readonly hint: string } | undefined {
  const { requires } = formatOf(name);
  if (requires === undefined) return undefined;
  if (requires === 'one grouped result') return checkRefusal(name, shape);
  if (requires === 'metrics') return metricsRefusal(name, shape, isStatisticsTable(shape.table));
  if (requires === 'lines') return chartRefusal(name, shape);
  if (requires === 'groups') {
    if (shape.isGrouped) return undefined;
    return {
      message: `${name} requires a grouped result`,
      hint: 'for example: select src, count(*) from conntrack group by src output bars',
    };
  }
  if (isEntries(shape) || (requires === 'entries or statistics' && isStatistics(shape))) return undefined;
  if (shape.isWhole && shape.inHistory)
    return {
      message: `${name} requires whole entries: the history keeps ${HISTORY_FIELD_COUNT} fields of a flow, not its message`,
      hint: 'use table, json, csv or tsv',
    };
  if (shape.isWhole && shape.table !== undefined)
    return { message: `${name} cannot show ${shape.table}`, hint: 'use table, json, csv or tsv' };
  return {
    message: `${name} requires whole entries, got columns`,
    hint: 'omit the columns (select from conntrack …), or use table, json, csv or tsv',
  };
}
