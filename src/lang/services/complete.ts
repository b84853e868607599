/** Completion: the words that are possible at a position, from the grammar, the catalogue, and the machine. */

import { WATCH_OPTIONS } from '../check/statements/watch.js';
import { FUNCTION_NAMES } from '../functions/registry.js';
import { type Field, fieldOf, TABLE_NAMES, type Table, tableOf } from '../schema/catalogue.js';
import type { Environment } from '../schema/environment.js';
import { enumNames, flagNames, protocolNames } from '../schema/flags.js';
import { FORMAT_NAMES, MODIFIER_NAMES } from '../schema/formats.js';
import { QUOTED_PLACES } from '../schema/places.js';
import { SETTING_NAMES } from '../schema/settings.js';
import { ADDRESS_CLASSES } from '../values/address.js';
import { type CompletionContext, completionContextAt, type Slot } from './completion-context.js';
import { HELP_TOPICS } from './help-topics.js';

/** What completion uses besides the language. */
export interface CompletionSources {
  readonly environment: Environment;
  readonly variables?: Iterable<string>;
  /** Current values of a field in a table, as written in a query, likeliest first. */
  values?(table: string, field: string): readonly string[];
  /** Paths that begin with a text; folders end with a slash. */
  files?(prefix: string): readonly string[];
  namespaces?(): readonly string[];
  /** The names of named queries. */
  queries?(): readonly string[];
}

export interface Completion {
  /** The part of the text that a candidate replaces. */
  readonly start: number;
  readonly end: number;
  /** The most useful first. */
  readonly candidates: readonly string[];
}

/** The helpers that come with the kernel (net/netfilter/nf_conntrack_*.c, their `.name`). */
const HELPERS = ['ftp', 'tftp', 'sip', 'irc', 'amanda', 'pptp', 'snmp', 'netbios-ns', 'Q.931', 'H.245', 'RAS', 'sane'];

const COMPARISON_OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'between', 'in', 'not in', 'is null', 'is not null'];
const EQUALITY_OPERATORS = ['=', '!=', 'in', 'not in', 'is null', 'is not null'];
const SET_OPERATORS = ['has', 'has any', 'is null', 'is not null'];

/** The operators offered after a field, by its type. */
const OPERATORS = {
  integer: [...COMPARISON_OPERATORS, '&'],
  decimal: COMPARISON_OPERATORS,
  boolean: EQUALITY_OPERATORS,
  address: ['=', '!=', 'in', 'not in', 'is private', 'is public', 'is null', 'is not null'],
  network: EQUALITY_OPERATORS,
  port: COMPARISON_OPERATORS,
  proto: EQUALITY_OPERATORS,
  enum: EQUALITY_OPERATORS,
  flags: SET_OPERATORS,
  labels: SET_OPERATORS,
  duration: COMPARISON_OPERATORS,
  time: COMPARISON_OPERATORS,
  text: ['=', '!=', 'like', 'not like', 'in', 'not in', 'is null', 'is not null'],
  null: ['is null', 'is not null'],
} as const satisfies Record<Field['type'], readonly string[]>;

/** Words that are operators: after a field they are offered by its type instead. */
const OPERATOR_WORDS = new Set(['between', 'in', 'not', 'is', 'like', 'has', 'any']);

/** The candidates at `cursor`, possibly none. Never throws. */
export function complete(text: string, cursor: number, sources: CompletionSources): Completion {
  const quote = openQuote(text.slice(0, cursor));
  if (quote !== undefined) return inQuotes(text, quote, cursor, sources);
  const expected = completionContextAt(text, cursor);
  const { prefix } = expected;
  const found: string[] = [];
  const before = fieldBeforeCursor(text, expected);
  if (before) found.push(...OPERATORS[before.field.type]);
  const isWatch = /^\s*(explain\s+(analyze\s+)?)?watch\b/i.test(text.slice(expected.statement.start));
  for (const slot of inOrder(expected)) found.push(...candidatesOf(slot, expected, sources, isWatch));
  for (const word of expected.keywords) if (!(before && OPERATOR_WORDS.has(word))) found.push(word);
  return { start: prefix.start, end: prefix.end, candidates: matching(prefix.text, found) };
}

/** The table and field whose values are candidates at the cursor, for callers that look them up first. */
export function valueFieldAt(text: string, cursor: number): { table: string; field: string } | undefined {
  const quote = openQuote(text.slice(0, cursor));
  const expected = completionContextAt(quote === undefined ? text : text.slice(0, quote), quote ?? cursor);
  if (!expected.slots.includes('value')) return undefined;
  const target = fieldOfValue(expected);
  return target && { table: target.table.name, field: target.name };
}

// ---------------------------------------------------------------- quotes

/** The offset of an unclosed quote. */
function openQuote(text: string): number | undefined {
  let open: number | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (open !== undefined) {
      if (character === text[open]) open = undefined;
    } else if (character === "'" || character === '"') open = i;
    else if (character === '#' || text.startsWith('--', i)) i = lineEnd(text, i);
    else if (text.startsWith('/*', i)) i = commentEnd(text, i);
  }
  return open;
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

const commentEnd = (text: string, at: number): number => {
  const end = text.indexOf('*/', at);
  return end < 0 ? text.length : end + 1;
};

function inQuotes(text: string, quote: number, cursor: number, sources: CompletionSources): Completion {
  const expected = completionContextAt(text.slice(0, quote), quote);
  const mark = text[quote];
  const typed = text.slice(quote + 1, cursor);
  const found: string[] = [];
  if (expected.slots.includes('file')) {
    // A folder is not the end of a path.
    for (const path of sources.files?.(typed) ?? []) found.push(mark + path + (path.endsWith('/') ? '' : mark));
  }
  if (expected.slots.includes('value')) {
    for (const value of valuesOf(expected, sources)) {
      if (/^['"]/.test(value)) found.push(mark + value.slice(1, -1) + mark);
    }
  }
  const candidates = [...new Set(found)].filter(each => each.startsWith(mark + typed));
  return { start: quote, end: cursor, candidates };
}

// ---------------------------------------------------------------- fields

const tablesIn = ({ tables }: CompletionContext): Table[] => {
  const known = tables.flatMap(name => tableOf(name) ?? []);
  // In a snapshot, and before `from` is written, fields are those of flows.
  return known.length > 0 ? known : [tableOf('conntrack')!];
};

function lookUp(expected: CompletionContext, name: string): { table: Table; name: string; field: Field } | undefined {
  for (const table of tablesIn(expected)) {
    const found = fieldOf(table, name);
    if (found) return { table, ...found };
  }
  return undefined;
}

const fieldOfValue = (expected: CompletionContext) =>
  expected.field === undefined ? undefined : lookUp(expected, expected.field);

/** The field just before the cursor, if an operator may follow. */
function fieldBeforeCursor(text: string, expected: CompletionContext): { field: Field } | undefined {
  if (!expected.keywords.includes('between')) return undefined;
  const name = /([A-Za-z_][\w.]*)\s+$/.exec(text.slice(expected.statement.start, expected.prefix.start))?.[1];
  return name === undefined ? undefined : lookUp(expected, name);
}

function fieldNames(expected: CompletionContext, isFit: (field: Field) => boolean): string[] {
  const fields = tablesIn(expected).flatMap(table => Object.entries(table.fields));
  const fit = fields.filter(([, field]) => isFit(field));
  return [...fit.filter(([, { rare }]) => !rare), ...fit.filter(([, { rare }]) => rare)].map(([name]) => name);
}

// ---------------------------------------------------------------- values

/** Values before fields, if a field is compared. */
function inOrder({ slots, field }: CompletionContext): Slot[] {
  if (field === undefined) return slots.filter(slot => slot !== 'value');
  return [...slots].sort((a, b) => Number(b === 'value') - Number(a === 'value'));
}

function valuesOf(expected: CompletionContext, { environment, values }: CompletionSources): string[] {
  const target = fieldOfValue(expected);
  if (!target) return [];
  const { table, name, field } = target;
  const live = values?.(table.name, name) ?? [];
  return [...new Set([...live, ...namesFor(field, name, environment)])];
}

function namesFor(field: Field, name: string, environment: Environment): readonly string[] {
  if (field.vocabulary) return enumNames(field.vocabulary);
  if (field.flags) return flagNames(field.flags);
  switch (field.type) {
    case 'port':
      return environment.serviceNames();
    case 'proto':
      return protocolNames();
    case 'labels':
      return environment.labelNames();
    case 'boolean':
      return ['true', 'false'];
    case 'text':
      return name === 'helper' ? HELPERS.map(each => `'${each}'`) : [];
    default:
      return [];
  }
}

function candidatesOf(
  slot: Slot,
  expected: CompletionContext,
  sources: CompletionSources,
  isWatch: boolean,
): readonly string[] {
  switch (slot) {
    case 'field':
      return [
        ...fieldNames(expected, ({ watchOnly }) => isWatch || !watchOnly),
        ...FUNCTION_NAMES.map(name => `${name}(`),
      ];
    case 'assigned':
      return fieldNames(expected, ({ insert, update }) => insert === true || update === true);
    case 'value':
      return valuesOf(expected, sources);
    case 'variable':
      return [...(sources.variables ?? [])].map(name => `$${name}`);
    case 'table':
      return TABLE_NAMES;
    case 'place':
      return [...QUOTED_PLACES.keys()];
    case 'namespace':
      return sources.namespaces?.() ?? [];
    case 'query':
      return sources.queries?.() ?? [];
    case 'flag': {
      const target = fieldOfValue(expected);
      return target ? namesFor(target.field, target.name, sources.environment) : [];
    }
    case 'class':
      return [...ADDRESS_CLASSES, 'mine'];
    case 'event':
      return enumNames('event');
    case 'format':
      return [...FORMAT_NAMES, ...MODIFIER_NAMES];
    case 'option':
      return WATCH_OPTIONS;
    case 'setting':
      return SETTING_NAMES;
    case 'topic':
      return HELP_TOPICS();
    case 'file':
    case 'host':
    case 'pid':
    case 'newName':
      return [];
  }
}

// ---------------------------------------------------------------- choice

/** The candidates that begin with the word. Without a word functions are omitted: they would hide the rest. */
function matching(word: string, found: readonly string[]): string[] {
  const typed = word.toLowerCase();
  const fit = [...new Set(found)].filter(each => each.toLowerCase().startsWith(typed));
  return typed === '' ? fit.filter(each => !each.endsWith('(')) : fit;
}
