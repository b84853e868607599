import type { ResultColumn } from '../../engine/formats/sink.js';
import type { FleetSource } from '../../engine/sources/fleet/fleet-source.js';
import { ROWS } from '../../lang/check/clauses/output.js';
import type { Binding, CheckedShow } from '../../lang/checked/statements.js';
import { exactText } from '../../lang/conversion/exact-text.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { print } from '../../lang/print/print.js';
import { type Field, TABLES, type Table } from '../../lang/schema/catalogue.js';
import { enumNames, flagNames } from '../../lang/schema/flags.js';
import { HISTORY_FOLDER } from '../../lang/schema/places.js';
import { SETTING_NAMES, SETTINGS, type SettingName } from '../../lang/schema/settings.js';
import { describeDuration } from '../../lang/services/describe.js';
import type { Integer, Value } from '../../lang/values/value.js';
import type { StatementContext } from '../session/session.js';
import { withSink } from './results/results.js';

const TEXT = { name: 'text' } as const;

/** Columns of prose, or of lists of words. */
const WRAPPING: ReadonlySet<string> = new Set(['what', 'operations', 'value', 'parameters', 'statement']);

const textColumn = (name: string): ResultColumn => ({
  name,
  type: TEXT,
  ...(WRAPPING.has(name) ? { wraps: true } : {}),
  // Of a protocol there are a hundred; help has them all.
  ...(name === 'values' ? { isExtra: true } : {}),
});

/** `show tables`, `show fields`, `describe`, `show settings`: rows, which every format can show. */
export async function show(statement: CheckedShow, run: StatementContext): Promise<void> {
  const { output } = statement;
  if (statement.what === 'fleet') return showFleet(statement, run);
  if (statement.what === 'history') return showHistory(statement, run);
  if (statement.file !== undefined) return showFile(statement.file, statement, run);
  const [columns, rows] = resultOf(statement.what, statement, run);
  await withSink(output, run, ROWS, async sink => {
    sink.begin({ table: 'conntrack', columns: columns.map(textColumn) });
    for (const row of rows) sink.row(row);
    sink.end();
  });
  if (statement.what === 'fields' && run.shell.io.stdout.isTTY === true && run.shell.io.stderr.isTTY === true)
    run.shell.messages.note('help FIELD, such as help state, shows all values of a field');
}

/** What a query can use of a file. */
async function showFile(path: string, { output }: CheckedShow, run: StatementContext): Promise<void> {
  await run.shell.surroundings.shapeOf(path, run.session.signal);
  const { fieldsOfFile } = await import('../../engine/query/exec/read/file-fields.js');
  const { fields, summary } = await fieldsOfFile(path, run.session);
  await withSink(output, run, ROWS, async sink => {
    sink.begin({ table: 'conntrack', columns: ['field', 'type', 'example'].map(textColumn) });
    for (const { name, type, example } of fields) sink.row([name, type, example]);
    sink.end();
  });
  run.shell.messages.note(summary);
}

/** What each recorder has written. */
async function showHistory({ store: given, output }: CheckedShow, run: StatementContext): Promise<void> {
  const { place } = run.shell;
  const store = given ?? (place.kind === 'history' ? place.store : HISTORY_FOLDER);
  const { overviewOf } = await import('../../engine/sources/history/read-overview.js');
  const { rows, summary, notice } = await overviewOf(store, run.session.signal);
  const time = { name: 'time' } as const;
  const number = { name: 'integer' } as const;
  await withSink(output, run, ROWS, async sink => {
    sink.begin({
      table: 'conntrack',
      columns: [
        { name: 'gateway', type: TEXT },
        { name: 'netns', type: TEXT },
        { name: 'from', type: time },
        { name: 'to', type: time },
        { name: 'rows', type: number },
        { name: 'gaps', type: number },
        { name: 'lost', type: number },
      ],
    });
    for (const { gateway, netns, from, to, rows: count, gaps, lost } of rows)
      sink.row([gateway, netns, from, to, count, gaps, lost]);
    sink.end();
  });
  if (notice !== undefined) run.session.warn(notice);
  run.shell.messages.note(summary);
}

/** The members of the fleet, how each is reached, and what it says. */
async function showFleet({ gateways: names = [], output }: CheckedShow, run: StatementContext): Promise<void> {
  const { membersOf, readFleet } = await import('../../engine/sources/fleet/members.js');
  const { memberState } = await import('../../engine/query/exec/fleet/member-states.js');
  const { missingError, missingOf } = await import('../../engine/sources/fleet/missing.js');
  const { shell, session } = run;
  const members = membersOf(readFleet(), names);
  const source = shell.sourceOf({ kind: 'fleet', names }) as FleetSource;
  const { deadline } = source.options();
  const states = await Promise.all(source.members.map(member => memberState(member, deadline, session.signal)));
  const lacks = states.map(({ error }, i) => (error === undefined ? undefined : missingOf(members[i].name, error)));
  const columns = FLEET_COLUMNS.map(([name, type, more]) => ({ name, type: { name: type }, ...more }));
  await withSink(output, run, ROWS, async sink => {
    sink.begin({ table: 'conntrack', columns });
    for (const [i, { name, groups, transport, target }] of members.entries()) {
      const { version = null, since = null, roundTrip = null, clockAhead = null, lost = null } = states[i];
      const { entries, most } = states[i];
      const fill = entries === undefined || !most ? null : Math.round((Number(entries) / Number(most)) * 1000) / 10;
      sink.row([
        ...[name, groups.join(' '), `${transport} ${target}`, printable(lacks[i]?.reason ?? 'ok'), version],
        // ctq relay begins with each question.
        ...[transport === 'ssh' ? null : since, roundTrip, clockAhead, entries ?? null, fill],
        transport === 'ssh' ? null : lost,
      ]);
    }
    sink.end();
  });
  const missing = lacks.filter(each => each !== undefined);
  if (missing.length > 0) session.incomplete?.(missingError(missing, members.length));
}

const FLEET_COLUMNS = [
  ['gateway', 'text', {}],
  ['groups', 'text', { spare: 1 }],
  ['reached', 'text', { spare: 0 }],
  ['state', 'text', { wraps: true }],
  ['version', 'text', { spare: 2 }],
  ['since', 'time', { spare: 5, isSince: true }],
  ['round_trip', 'duration', { spare: 3 }],
  ['clock_ahead', 'duration', { spare: 4 }],
  ['entries', 'integer', {}],
  ['full_percent', 'decimal', {}],
  ['lost_events', 'integer', { spare: 6 }],
] as const;

function resultOf(
  what: Exclude<CheckedShow['what'], 'fleet' | 'history'>,
  { table, setting }: CheckedShow,
  run: StatementContext,
): [readonly string[], string[][]] {
  switch (what) {
    case 'tables':
      return [
        ['table', 'what', 'operations'],
        Object.values(TABLES).map(({ name, doc, operations }) => [name, doc, operations.join(', ')]),
      ];
    case 'fields':
      return [['field', 'type', 'what', 'values'], fieldsOf(TABLES[table ?? 'conntrack'])];
    case 'variables':
      return [['variable', 'value', 'type'], variablesOf(run)];
    case 'queries':
      return [['query', 'parameters', 'statement'], queriesOf(run)];
    case 'settings': {
      const settings = run.shell.settings();
      return [
        ['setting', 'value', 'what'],
        SETTING_NAMES.filter(name => setting === undefined || name === setting).map(name => [
          name,
          settingText(name, settings.get(name)),
          SETTINGS[name].doc,
        ]),
      ];
    }
  }
}

function queriesOf({ shell }: StatementContext): string[][] {
  return shell.queries.names().map(name => {
    const { parameters, statement } = shell.queries.get(name)!;
    const list = parameters.map(each => (each.default ? `${each.name.text} = ${print(each.default)}` : each.name.text));
    return [name, list.join(', '), print(statement)];
  });
}

/** Those of `let` and `--set`. */
function variablesOf({ shell }: StatementContext): string[][] {
  const { environment, variables } = shell;
  return [...variables.bindings].map(([name, binding]) => {
    const textOf = (value: Value): string => (value === null ? 'null' : exactText(value, binding.type, environment));
    const isList = binding.kind === 'list';
    const text = isList ? listText(binding, textOf) : textOf(binding.value);
    return [name, text, isList ? `list of ${binding.type.name}` : binding.type.name];
  });
}

/** A list in a variable, with its ranges after its values. */
export function listText(
  { values, items = [] }: Extract<Binding, { kind: 'list' }>,
  textOf: (value: Value) => string,
): string {
  const ranges = items.filter(({ kind }) => kind === 'range');
  return `(${[...values.map(textOf), ...ranges.map(print)].join(', ')})`;
}

/** The value of a setting, as `set` takes it. */
export function settingText(name: SettingName, value: Value | undefined): string {
  if (SETTINGS[name].kind === 'duration') return describeDuration(value as Integer);
  return value === true ? 'on' : value === false ? 'off' : String(value);
}

function fieldsOf(table: Table): string[][] {
  return Object.entries<Field>(table.fields).map(([name, field]) => [name, field.type, field.doc, valuesOf(field)]);
}

function valuesOf(field: Field): string {
  if (field.vocabulary) return enumNames(field.vocabulary).join(' ');
  if (field.flags) return flagNames(field.flags).join(' ');
  return '';
}
