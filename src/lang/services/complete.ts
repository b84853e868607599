/** What Tab offers: words that may stand at a place, by the grammar, the catalogue, and what is known of the machine. */

import { WATCH_OPTIONS } from '../check/watch.js';
import { FUNCTION_NAMES } from '../functions/registry.js';
import { type Field, fieldOf, TABLE_NAMES, type Table, tableOf } from '../schema/catalogue.js';
import type { Environment } from '../schema/environment.js';
import { flagNames, protocolNames, wordsOf } from '../schema/flags.js';
import { FORMAT_NAMES, MODIFIER_NAMES } from '../schema/formats.js';
import { QUOTED_PLACES } from '../schema/places.js';
import { SETTING_NAMES } from '../schema/settings.js';
import { ADDRESS_CLASSES } from '../values/address.js';
import { type Expected, expectedAt, type Slot } from './completion-context.js';
import { HELP_TOPICS } from './help-topics.js';

/** What is known beside the language. */
export interface CompletionSources {
  readonly environment: Environment;
  readonly variables?: Iterable<string>;
  /** Values that a field has in a table now, as they are written in a query, the likeliest first. */
  values?(table: string, field: string): readonly string[];
  /** Paths that begin with a text; folders end with a slash. */
  files?(prefix: string): readonly string[];
  namespaces?(): readonly string[];
}

export interface Completion {
  /** The part of the text that a candidate replaces. */
  readonly start: number;
  readonly end: number;
  /** In the order in which they are worth looking at. */
  readonly candidates: readonly string[];
}

/** The helpers that come with the kernel (net/netfilter/nf_conntrack_*.c, their `.name`). */
const HELPERS = ['ftp', 'tftp', 'sip', 'irc', 'amanda', 'pptp', 'snmp', 'netbios-ns', 'Q.931', 'H.245', 'RAS', 'sane'];

const COMPARED = ['=', '!=', '<', '<=', '>', '>=', 'between', 'in', 'not in', 'is null', 'is not null'];
const NAMED = ['=', '!=', 'in', 'not in', 'is null', 'is not null'];
const SETS = ['has', 'has any', 'is null', 'is not null'];

/** The operators that make sense behind a field of a type. */
const OPERATORS = {
  integer: [...COMPARED, '&'],
  decimal: COMPARED,
  boolean: NAMED,
  address: ['=', '!=', 'in', 'not in', 'is private', 'is public', 'is null', 'is not null'],
  network: NAMED,
  port: COMPARED,
  proto: NAMED,
  enum: NAMED,
  flags: SETS,
  labels: SETS,
  duration: COMPARED,
  time: COMPARED,
  text: ['=', '!=', 'like', 'not like', 'in', 'not in', 'is null', 'is not null'],
  null: ['is null', 'is not null'],
} as const satisfies Record<Field['type'], readonly string[]>;

/** Words that are operators: behind a field they are offered by its type instead. */
const OPERATOR_WORDS = new Set(['between', 'in', 'not', 'is', 'like', 'has', 'any']);

/** What may stand at `cursor`. Never throws: where nothing is known there are no candidates. */
export function complete(text: string, cursor: number, sources: CompletionSources): Completion {
  const quote = openQuote(text.slice(0, cursor));
  if (quote !== undefined) return inQuotes(text, quote, cursor, sources);
  const expected = expectedAt(text, cursor);
  const { prefix } = expected;
  const found: string[] = [];
  const behind = fieldBehind(text, expected);
  if (behind) found.push(...OPERATORS[behind.field.type]);
  const isWatch = /^\s*(explain\s+(analyze\s+)?)?watch\b/i.test(text.slice(expected.statement.start));
  for (const slot of inOrder(expected)) found.push(...candidatesOf(slot, expected, sources, isWatch));
  for (const word of expected.keywords) if (!(behind && OPERATOR_WORDS.has(word))) found.push(word);
  return { start: prefix.start, end: prefix.end, candidates: matching(prefix.text, found) };
}

/** The table and field of which values would help there: for whoever has to look them up first. */
export function valuesWanted(text: string, cursor: number): { table: string; field: string } | undefined {
  const quote = openQuote(text.slice(0, cursor));
  const expected = expectedAt(quote === undefined ? text : text.slice(0, quote), quote ?? cursor);
  if (!expected.slots.includes('value')) return undefined;
  const wanted = fieldOfValue(expected);
  return wanted && { table: wanted.table.name, field: wanted.name };
}

// ---------------------------------------------------------------- quotes

/** Where a text in quotes that is still open begins. */
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
  const expected = expectedAt(text.slice(0, quote), quote);
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

const tablesIn = ({ tables }: Expected): Table[] => {
  const known = tables.flatMap(name => tableOf(name) ?? []);
  // A snapshot's fields are the flows', and so are those that stand before `from`.
  return known.length > 0 ? known : [tableOf('conntrack')!];
};

function lookUp(expected: Expected, name: string): { table: Table; name: string; field: Field } | undefined {
  for (const table of tablesIn(expected)) {
    const found = fieldOf(table, name);
    if (found) return { table, ...found };
  }
  return undefined;
}

const fieldOfValue = (expected: Expected) =>
  expected.field === undefined ? undefined : lookUp(expected, expected.field);

/** The field that stands just before the place, where an operator may follow. */
function fieldBehind(text: string, expected: Expected): { field: Field } | undefined {
  if (!expected.keywords.includes('between')) return undefined;
  const name = /([A-Za-z_][\w.]*)\s+$/.exec(text.slice(expected.statement.start, expected.prefix.start))?.[1];
  return name === undefined ? undefined : lookUp(expected, name);
}

function fieldNames(expected: Expected, isFit: (field: Field) => boolean): string[] {
  const fields = tablesIn(expected).flatMap(table => Object.entries(table.fields));
  const fit = fields.filter(([, field]) => isFit(field));
  return [...fit.filter(([, { rare }]) => !rare), ...fit.filter(([, { rare }]) => rare)].map(([name]) => name);
}

// ---------------------------------------------------------------- values

/** Values come before fields where a field waits for one. */
function inOrder({ slots, field }: Expected): Slot[] {
  if (field === undefined) return slots.filter(slot => slot !== 'value');
  return [...slots].sort((a, b) => Number(b === 'value') - Number(a === 'value'));
}

function valuesOf(expected: Expected, { environment, values }: CompletionSources): string[] {
  const wanted = fieldOfValue(expected);
  if (!wanted) return [];
  const { table, name, field } = wanted;
  const live = values?.(table.name, name) ?? [];
  return [...new Set([...live, ...namesFor(field, name, environment)])];
}

function namesFor(field: Field, name: string, environment: Environment): readonly string[] {
  if (field.vocabulary) return wordsOf(field.vocabulary);
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

function candidatesOf(slot: Slot, expected: Expected, sources: CompletionSources, isWatch: boolean): readonly string[] {
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
    case 'flag': {
      const wanted = fieldOfValue(expected);
      return wanted ? namesFor(wanted.field, wanted.name, sources.environment) : [];
    }
    case 'class':
      return ADDRESS_CLASSES;
    case 'event':
      return wordsOf('event');
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

/** Those that the word begins. With no word yet there are no functions: they would hide the rest. */
function matching(word: string, found: readonly string[]): string[] {
  const typed = word.toLowerCase();
  const fit = [...new Set(found)].filter(each => each.toLowerCase().startsWith(typed));
  return typed === '' ? fit.filter(each => !each.endsWith('(')) : fit;
}
