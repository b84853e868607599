import type { Name, Output } from '../ast.js';
import type { Diagnostics } from '../diagnostics.js';
import type { CheckedOutput, FormatName, Modifier } from '../typed.js';
import { suggestion } from './convert.js';

export const FORMATS = {
  table: 'a table that fits the terminal',
  vertical: 'one field a line',
  plain: "conntrack(8)'s short lines",
  extended: "conntrack(8)'s lines with the address family",
  xml: "conntrack(8)'s XML",
  save: 'command lines that restore the entries',
  json: 'one JSON array',
  jsonl: 'one JSON object a line',
  csv: 'comma-separated values with a header',
  tsv: 'tab-separated values with a header',
  bars: 'a bar chart of a grouped result',
} as const satisfies Record<FormatName, string>;

export const MODIFIERS = {
  id: 'the id of each entry (plain, extended)',
  timestamp: 'the time of each event (plain, extended)',
  ktimestamp: 'start, stop and duration of each flow (plain, extended)',
  labels: 'the labels of each flow (plain, extended)',
  userspace: 'whether an event was caused by a process (plain, extended)',
  resolve: 'names of hosts and services in place of numbers',
  noheader: 'no header line (csv, tsv, table)',
  human: 'sizes and times in units: 10 MiB, 3m20s',
} as const satisfies Record<Modifier, string>;

/** The formats that show whole entries only. */
export const ENTRY_FORMATS: readonly FormatName[] = ['plain', 'extended', 'xml', 'save'];

export const isFormat = (word: string): word is FormatName => Object.hasOwn(FORMATS, word);
export const isModifier = (word: string): word is Modifier => Object.hasOwn(MODIFIERS, word);

/** What a query's result is, as far as formats care. */
export interface Shape {
  /** Whole entries of conntrack or expect (or their like), no projection. */
  readonly entries: boolean;
  /** Has an aggregate. */
  readonly grouped: boolean;
  readonly table: string;
}

export function checkOutput(output: Output | undefined, shape: Shape, diagnostics: Diagnostics): CheckedOutput {
  let format: FormatName | undefined;
  const modifiers: Modifier[] = [];
  for (const word of output?.words ?? []) {
    const name = word.text.toLowerCase();
    if (isModifier(name)) {
      if (!modifiers.includes(name)) modifiers.push(name);
    } else if (!isFormat(name)) {
      const names = [...Object.keys(FORMATS), ...Object.keys(MODIFIERS)];
      diagnostics.error(
        'name.format',
        word,
        `there is no output format '${word.text}'`,
        suggestion(name, names) ?? `formats are ${Object.keys(FORMATS).join(', ')}`,
      );
    } else if (format !== undefined) {
      diagnostics.error('clause', word, `one output format, not both ${format} and ${name}`);
    } else {
      format = name;
      checkShape(name, word, shape, diagnostics);
    }
  }
  return {
    modifiers,
    ...(format === undefined ? {} : { format }),
    ...(output?.file ? { file: output.file.path } : {}),
  };
}

function checkShape(format: FormatName, word: Name, shape: Shape, diagnostics: Diagnostics): void {
  if (ENTRY_FORMATS.includes(format) && !shape.entries && !isStatistics(format, shape)) {
    diagnostics.error(
      'clause',
      word,
      `${format} shows whole entries, not columns`,
      'leave the columns out (select from conntrack …), or use table, json, csv or tsv',
    );
  } else if (format === 'bars' && !shape.grouped) {
    diagnostics.error(
      'clause',
      word,
      'bars shows a grouped result',
      'for instance: select src, count(*) from conntrack group by src output bars',
    );
  }
}

/** `conntrack -S` prints the statistics in lines of its own. */
const isStatistics = (format: FormatName, shape: Shape): boolean =>
  (format === 'plain' || format === 'extended') &&
  (shape.table === 'stats' || shape.table === 'expect_stats') &&
  !shape.grouped;
