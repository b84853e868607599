import type { FormatName, Modifier } from '../check/checked-ast.js';

/** The formats of `output`. */
export const FORMATS = {
  table: 'a table that fits the terminal',
  vertical: 'one field per line',
  plain: "conntrack(8)'s short lines",
  extended: "conntrack(8)'s lines with the address family",
  xml: "conntrack(8)'s XML",
  save: 'command lines that restore the entries',
  json: 'one JSON array',
  jsonl: 'one JSON object per line',
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
