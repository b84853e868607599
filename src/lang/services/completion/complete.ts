/** Completion: the words that are possible at a position, from the grammar, the catalogue, and the machine. */

import { isPlainWord } from '../../../../grammar/words.js';
import { baseName } from '../../check/query/joins.js';
import { HELP_TOPICS } from '../../check/statements/help-topics.js';
import { WATCH_OPTIONS } from '../../check/statements/watch.js';
import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS } from '../../functions/registry.js';
import {
  type Field,
  fieldOf,
  type Operation,
  TABLE_NAMES,
  TABLES,
  type Table,
  tableOf,
} from '../../schema/catalogue.js';
import { enumNames } from '../../schema/flags.js';
import { FORMAT_NAMES, FORMATS, MODIFIER_NAMES, MODIFIERS } from '../../schema/formats/formats.js';
import { QUOTED_PLACES } from '../../schema/places.js';
import { SETTING_NAMES, SETTINGS } from '../../schema/settings.js';
import { quote, unquote } from '../../syntax/literals/literal.js';
import { ADDRESS_CLASSES } from '../../values/address.js';
import type { Candidate, CandidateKind, Completion, CompletionSources } from './candidate.js';
import { gatewayCandidates, rangeCandidates, rangeWords } from './complete-range.js';
import { type CompletionContext, completionContextAt, type Slot } from './completion-context.js';
import { hasCommonValues, namedValues, numbersFor, settingValues } from './completion-values.js';
import { CELL_OPERATORS, fileColumns } from './file-columns.js';
import { KEYWORD_DOCS } from './keyword-docs.js';
import { openQuote } from './open-quote.js';
import { ranked } from './rank.js';

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
const OPERATOR_WORDS = new Set(['between', 'in', 'not', 'is', 'like', 'ilike', 'has', 'any']);

/** Words that connect conditions. */
const CONNECTORS = ['and', 'or'];

/** The candidates at `cursor`, possibly none. Never throws. */
export function complete(text: string, cursor: number, sources: CompletionSources): Completion {
  const quote = openQuote(text.slice(0, cursor));
  if (quote !== undefined) return inQuotes(text, quote, cursor, sources);
  const dollar = /\$\w*$/.exec(text.slice(0, cursor));
  if (dollar) return { start: dollar.index, end: cursor, candidates: ranked(dollar[0], variablesOf(sources)) };
  const expected = completionContextAt(text, cursor);
  const { prefix } = expected;
  return {
    start: prefix.start,
    end: prefix.end,
    candidates: ranked(prefix.text, candidatesFor(text, expected, sources)),
  };
}

function candidatesFor(text: string, expected: CompletionContext, sources: CompletionSources): Candidate[] {
  const setting = settingBefore(expected);
  if (setting !== undefined) return [...settingValues(setting), ...variablesOf(sources)];
  const range = expected.slots.includes('value') ? rangeCandidates(expected, sources) : undefined;
  if (range) return [...range, ...variablesOf(sources)];
  const numbers = expected.slots.includes('value')
    ? numbersFor(expected.select.clause, callAround(expected))
    : undefined;
  if (numbers) return [...numbers, ...variablesOf(sources)];
  const found: Candidate[] = rangeWords(expected);
  const before = operatorsAfter(text, expected, sources);
  const operators = (before ?? []).map((each): Candidate => ({ text: each, kind: 'operator' }));
  // In a list of columns what follows is rarely a condition.
  const isListed = isInList(expected);
  if (!isListed) found.push(...operators);
  for (const slot of inOrder(expected)) found.push(...candidatesOf(slot, expected, sources));
  const weight = (word: string): number => weightOf(word, expected.select.isGrouped);
  for (const word of [...expected.keywords].sort((a, b) => weight(b) - weight(a))) {
    // Only one of the formats has conditions.
    if ((before && OPERATOR_WORDS.has(word)) || (isAlert(word) && !expected.before.includes('nagios'))) continue;
    if (!found.some(each => each.text === word)) found.push(...keyword(word, expected));
  }
  if (!isListed) return found;
  const connects = ({ text }: Candidate): boolean => CONNECTORS.includes(text);
  return [...found.filter(each => !connects(each)), ...operators, ...found.filter(connects)];
}

/** Clauses that are lists. */
const LISTS = new Set(['select', 'group', 'order']);

/** In a list of columns, and not within the parentheses of a function. */
function isInList({ select, before }: CompletionContext): boolean {
  const since = before.slice(before.lastIndexOf('select'));
  const depth = since.filter(word => word === '(').length - since.filter(word => word === ')').length;
  return LISTS.has(select.clause ?? '') && depth === 0;
}

/** Words that continue the item being typed come first, then the clauses that are used most. Only groups have `having`. */
function weightOf(word: string, isGrouped: boolean): number {
  const at = USUAL.indexOf(word === 'having' && isGrouped ? 'group by' : word);
  return at >= 0 ? USUAL.length - at + 1 : word in KEYWORD_DOCS && !SELDOM.has(word) ? 1 : 0;
}
const SELDOM = new Set(['nulls', 'filter']);
const USUAL = ['asc', 'desc', 'from', 'where', 'and', 'or', 'group by', 'order by', 'limit', 'output'];

const isAlert = (word: string | undefined): boolean => word === 'warning' || word === 'critical';

/** A keyword, and the clauses that begin with it, for those who type their first letters. */
function keyword(word: string, expected: CompletionContext): Candidate[] {
  const doc = KEYWORD_DOCS[word];
  const own: Candidate = { text: word, kind: 'keyword', ...(doc === undefined ? {} : { doc }) };
  if (expected.prefix.text === '' || (word !== 'group by' && word !== 'order by')) return [own];
  const { columns } = expected.select;
  const isGroup = word === 'group by';
  const named = isGroup
    ? columns.filter(({ text }) => !isAggregateCall(text)).map(({ text }) => text)
    : columns.map(({ text, alias }) => alias ?? text);
  const usual = isGroup && named.length === 0 ? ['src', 'dst', 'dport', 'proto', 'state'] : named;
  const end = isGroup ? '' : ' desc';
  return [own, ...usual.map((each): Candidate => ({ text: `${word} ${each}${end}`, kind: 'clause' }))];
}

const isAggregateCall = (text: string): boolean => {
  const name = /^(\w+)\s*\(/.exec(text)?.[1].toLowerCase();
  return name !== undefined && Object.hasOwn(AGGREGATE_FUNCTIONS, name);
};

/** The table and field whose values are candidates at the cursor, for callers that look them up first. */
export function valueFieldAt(text: string, cursor: number): { table: string; field: string } | undefined {
  const quote = openQuote(text.slice(0, cursor));
  const expected = completionContextAt(quote === undefined ? text : text.slice(0, quote), quote ?? cursor);
  if (!expected.slots.includes('value') || settingBefore(expected) !== undefined) return undefined;
  const target = fieldOfValue(expected);
  return target && hasCommonValues(target) ? { table: target.table.name, field: target.name } : undefined;
}

/** The setting whose value is being typed: `set NAME = …`. */
function settingBefore({ before, slots }: CompletionContext): string | undefined {
  return before.length === 3 && before[0] === 'set' && before[2] === '=' && slots.includes('value')
    ? before[1]
    : undefined;
}

/** The function whose second or later argument is being typed. */
function callAround({ before }: CompletionContext): string | undefined {
  let depth = 0;
  let commas = 0;
  for (let i = before.length - 1; i > 0; i--) {
    if (before[i] === ')') depth++;
    else if (before[i] === ',' && depth === 0) commas++;
    else if (before[i] === '(' && depth-- === 0) return commas > 0 ? before[i - 1] : undefined;
  }
  return undefined;
}

// ---------------------------------------------------------------- quotes

function inQuotes(text: string, quote: number, cursor: number, sources: CompletionSources): Completion {
  const expected = completionContextAt(text.slice(0, quote), quote);
  const mark = text[quote];
  const typed = text.slice(quote + 1, cursor);
  const found: Candidate[] = [];
  if (expected.slots.includes('file')) {
    // A folder is not the end of a path.
    for (const path of sources.files?.(typed) ?? [])
      found.push({ text: mark + path + (path.endsWith('/') ? '' : mark), kind: 'file' });
  }
  if (expected.slots.includes('gateway'))
    for (const each of gateways(sources))
      found.push({ ...each, text: mark + each.text.replaceAll(/^['"]|['"]$/g, '') + mark });
  const values = settingValuesOrFieldValues(expected, sources);
  for (const value of values) {
    if (/^['"]/.test(value.text)) found.push({ ...value, text: mark + value.text.slice(1, -1) + mark });
  }
  return { start: quote, end: cursor, candidates: ranked(mark + typed, found) };
}

function settingValuesOrFieldValues(expected: CompletionContext, sources: CompletionSources): readonly Candidate[] {
  const setting = settingBefore(expected);
  if (setting !== undefined) return settingValues(setting);
  if (!expected.slots.includes('value')) return [];
  return rangeCandidates(expected, sources) ?? valuesOf(expected, sources);
}

// ---------------------------------------------------------------- fields

/** Statements whose expressions are of no table; a select in one of them has its own. */
const WITHOUT_TABLE: ReadonlySet<string | undefined> = new Set(['echo', 'let', 'assert']);

const tablesIn = ({ tables, before }: CompletionContext): Table[] => {
  if (WITHOUT_TABLE.has(before[0]) && !before.includes('select')) return [];
  const known = tables.flatMap(({ text }) => tableOf(text) ?? []);
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

/** The operators that may follow what is just before the cursor; undefined if that is neither a field nor a column of a file. */
function operatorsAfter(
  text: string,
  expected: CompletionContext,
  { environment }: CompletionSources,
): readonly string[] | undefined {
  if (!expected.keywords.includes('between')) return undefined;
  const name = /([A-Za-z_][\w.]*)\s+$/.exec(text.slice(expected.statement.start, expected.prefix.start))?.[1];
  if (name === undefined) return undefined;
  const { candidates, areAll } = fileColumns(expected, environment);
  if (candidates.some(each => each.text === name)) return CELL_OPERATORS;
  const field = areAll ? undefined : lookUp(expected, name)?.field;
  return field && OPERATORS[field.type];
}

function fieldsOf(expected: CompletionContext, isFit: (field: Field) => boolean): Candidate[] {
  const fields = tablesIn(expected).flatMap(table => Object.entries(table.fields));
  const fit = fields.filter(([, field]) => isFit(field));
  const ordered = [...fit.filter(([, { rare }]) => !rare), ...fit.filter(([, { rare }]) => rare)];
  return ordered.map(([text, { doc }]) => ({ text, kind: 'field', doc }));
}

const FUNCTIONS: readonly Candidate[] = Object.entries({ ...AGGREGATE_FUNCTIONS, ...SCALAR_FUNCTIONS }).map(
  ([name, { doc }]) => ({ text: `${name}(`, kind: 'function', doc }),
);

/** The columns and aliases of this select, then columns of files and fields, then functions. */
function expressions(expected: CompletionContext, { environment }: CompletionSources): Candidate[] {
  const { clause, columns, isGrouped } = expected.select;
  const isWatch = expected.before.includes('watch');
  const isFit = ({ watchOnly }: Field): boolean => isWatch || !watchOnly;
  const target = fieldOfValue(expected);
  const files = fileColumns(expected, environment);
  // A field is compared with a field of its type, and with any column of a file.
  if (target && !files.areAll)
    return [...files.candidates, ...fieldsOf(expected, field => isFit(field) && field.type === target.field.type)];
  const fields = [
    ...files.candidates,
    ...(files.areAll ? [] : fieldsOf(expected, isFit)),
    ...starsOf(expected),
    ...FUNCTIONS,
  ];
  if (clause === 'group') return [...columnsFor(columns.filter(({ text }) => !isAggregateCall(text))), ...fields];
  if (clause === 'order' || clause === 'having' || isAlert(clause))
    return [...columnsFor(columns), ...(isGrouped ? FUNCTIONS : fields)];
  return fields;
}

/** Words before a column of a select. */
const BEFORE_COLUMN: ReadonlySet<string | undefined> = new Set(['select', 'distinct', ',', 'watch']);

/** `h.*`, where tables have names. */
function starsOf(expected: CompletionContext): Candidate[] {
  const { tables, before } = expected;
  if (!isInList(expected) || expected.select.clause !== 'select' || !BEFORE_COLUMN.has(before.at(-1))) return [];
  return tables
    .filter(({ alias }) => alias !== undefined || tables.length > 1)
    .map(({ text, alias }) => ({
      text: `${alias ?? (/^['"]/.test(text) ? baseName(unquote(text)) : text)}.*`,
      kind: 'column',
      doc: `all columns of ${text}`,
    }));
}

const columnsFor = (columns: CompletionContext['select']['columns']): Candidate[] =>
  columns.map(({ text, alias }) =>
    alias === undefined ? { text, kind: 'column' } : { text: alias, kind: 'column', doc: text },
  );

// ---------------------------------------------------------------- values

/** Values before fields, if a field is compared; variables last. */
function inOrder({ slots, field }: CompletionContext): Slot[] {
  const rank = (slot: Slot): number => (slot === 'variable' ? 2 : slot === 'value' ? 0 : 1);
  return slots.filter(slot => slot !== 'value' || field !== undefined).sort((a, b) => rank(a) - rank(b));
}

function valuesOf(expected: CompletionContext, sources: CompletionSources): Candidate[] {
  const { environment, values } = sources;
  const target = fieldOfValue(expected);
  if (!target || fileColumns(expected, environment).areAll) return [];
  const { table, name, field } = target;
  const current = (values?.(table.name, name) ?? []).map((each): Candidate => ({ ...each, kind: 'value' }));
  return [...gatewayCandidates(name, expected, sources), ...current, ...namedValues(name, field, environment)];
}

const variablesOf = ({ variables }: CompletionSources): Candidate[] =>
  [...(variables ?? [])].map(name => ({ text: `$${name}`, kind: 'variable' }));

/** What the statement does with its table. */
function operationOf({ before }: CompletionContext): Operation {
  const [first] = before;
  return (['watch', 'get', 'insert', 'update', 'delete', 'flush'] as const).find(each => each === first) ?? 'select';
}

function tablesFor(expected: CompletionContext): Candidate[] {
  const operation = operationOf(expected);
  return TABLE_NAMES.filter(name => (TABLES[name].operations as readonly Operation[]).includes(operation)).map(
    name => ({
      text: name,
      kind: 'table',
      doc: TABLES[name].doc,
    }),
  );
}

/** A format first, then the modifiers that change what it writes, each once. */
function formatsFor({ before }: CompletionContext): Candidate[] {
  const words = before.slice(before.lastIndexOf('output') + 1);
  const format = FORMAT_NAMES.find(name => words.includes(name));
  const modifiers = format === undefined ? MODIFIER_NAMES : FORMATS[format].modifiers;
  return [
    ...(format === undefined ? FORMAT_NAMES : []).map(
      (text): Candidate => ({ text, kind: 'format', doc: FORMATS[text].doc }),
    ),
    ...modifiers
      .filter(text => !words.includes(text))
      .map((text): Candidate => ({ text, kind: 'modifier', doc: MODIFIERS[text] })),
  ];
}

/** The groups and members of the fleet, as they are written. */
function gateways({ environment }: CompletionSources): Candidate[] {
  const { groups = [], members = [] } = environment.fleet?.() ?? {};
  const written = (name: string): string => (isPlainWord(name) ? name : quote(name));
  return [
    ...groups.map((name): Candidate => ({ text: written(name), kind: 'gateway', doc: 'group of gateways' })),
    ...members.map((name): Candidate => ({ text: written(name), kind: 'gateway', doc: 'gateway' })),
  ];
}

const plain = (kind: CandidateKind, texts: Iterable<string>): Candidate[] => [...texts].map(text => ({ text, kind }));

function candidatesOf(slot: Slot, expected: CompletionContext, sources: CompletionSources): readonly Candidate[] {
  switch (slot) {
    case 'field':
      return expressions(expected, sources);
    case 'assigned':
      return fieldsOf(expected, ({ insert, update }) => (expected.before[0] === 'insert' ? insert : update) === true);
    case 'value':
      return valuesOf(expected, sources);
    case 'variable':
      return variablesOf(sources);
    case 'table':
      return tablesFor(expected);
    case 'place':
      return plain('place', QUOTED_PLACES.keys());
    case 'namespace':
      return plain('netns', sources.namespaces?.() ?? []);
    case 'gateway':
      return gateways(sources);
    case 'query':
      return plain('query', sources.queries?.() ?? []);
    case 'flag': {
      const target = fieldOfValue(expected);
      return target ? namedValues(target.name, target.field, sources.environment) : [];
    }
    case 'class':
      return plain('value', [...ADDRESS_CLASSES, 'mine']);
    case 'event':
      return plain('value', enumNames('event'));
    case 'format':
      return formatsFor(expected);
    case 'option':
      return plain('option', WATCH_OPTIONS);
    case 'setting':
      return SETTING_NAMES.map(text => ({ text, kind: 'setting', doc: SETTINGS[text].doc }));
    case 'topic':
      return plain('topic', HELP_TOPICS());
    case 'file':
    case 'host':
    case 'pid':
    case 'newName':
      return [];
  }
}
