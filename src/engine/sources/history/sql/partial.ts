/**
 * Level *partial*: SQL groups by what it knows, and by the fields that it needs for what it does not: ctq computes the rest once for each of
 * these groups instead of for each row, and merges them.
 */
import type { Aggregate, CheckedSelect, Typed } from '../../../../lang/checked/ast.js';
import { walk } from '../../../../lang/checked/walk.js';
import { toPlain } from '../../../../lang/conversion/plain.js';
import type { State } from '../../../../lang/functions/aggregate/accumulator.js';
import {
  COMPUTED,
  isComputed,
  isRecorded,
  RECORDED,
  RECORDED_FIELDS,
  type RecordedField,
} from '../../../../lang/schema/history.js';
import { type Integer, multiply, type Value } from '../../../../lang/values/value.js';
import type { Conditions } from './conditions.js';
import type { Output } from './dialect.js';
import { aggregateOf, keyOf } from './groups.js';

/** How SQL's groups become the statement's. Positions are those of the outputs. */
export interface Partial {
  /** Of each key; undefined: computed from the fields. */
  readonly keys: readonly (number | undefined)[];
  readonly states: readonly PartialState[];
  /** The number of rows of a group of SQL. */
  readonly count: number;
}

/** The state of an aggregate for a group of SQL. */
export type PartialState =
  /** From outputs. */
  | { readonly at: readonly number[]; of(values: readonly Value[]): State }
  /** From the value of its argument, which all rows of the group have, and their number. */
  | { readonly arg: Typed; of(value: Value, count: number): State };

export interface PartialQuery {
  readonly fields: readonly RecordedField[];
  /** The fields first; the first `grouped` of them are what SQL groups by. */
  readonly outputs: readonly Output[];
  readonly grouped: number;
  readonly partial: Partial;
}

/** Fields with about as many values as there are flows: by these there is nothing to group. */
const UNLIKE: ReadonlySet<RecordedField> = new Set<RecordedField>([
  'start',
  'since',
  'stop',
  'id',
  'orig.packets',
  'orig.bytes',
  'reply.packets',
  'reply.bytes',
]);
/** Fields with many values: a group of more than two of them has few rows. */
const MANY: ReadonlySet<RecordedField> = new Set<RecordedField>([
  ...RECORDED_FIELDS.filter(field => RECORDED[field].stored === 'address'),
  'orig.sport',
  'reply.dport',
  'orig.icmp_id',
  'reply.icmp_id',
]);

/** @returns undefined if rows must be read, or where SQL's groups would be about as many */
export function partialOf(
  { grouping }: Pick<CheckedSelect, 'grouping'>,
  residual: readonly Typed[],
  conditions: Conditions,
): PartialQuery | undefined {
  if (!grouping) return undefined;
  const { list } = conditions.numbers.parameters;
  const translated = <T>(work: () => T | undefined): T | undefined => {
    const before = list.length;
    const result = work();
    if (result === undefined) list.length = before;
    return result;
  };
  const needed: Typed[] = [...residual];
  const keys = grouping.keys.map(key => {
    const output = translated(() => keyOf(key, conditions));
    if (output === undefined) needed.push(key);
    return output;
  });
  const parts = grouping.aggregates.map(aggregate => {
    const part = translated(() => partOf(aggregate, conditions));
    if (part === undefined && aggregate.arg) needed.push(aggregate.arg);
    return part;
  });
  const fields = fieldsOf(needed);
  if (fields.some(field => UNLIKE.has(field)) || fields.filter(field => MANY.has(field)).length > 2) return undefined;
  const outputs: Output[] = fields.map(conditions.numbers.dialect.field);
  const place = (output: Output): number => outputs.push(output) - 1;
  const keyPlaces = keys.map(output => output && place(output));
  const distinctPlaces = parts.map(part => part?.key && place(part.key));
  const grouped = outputs.length;
  const count = place({ columns: ['count(*)'], read: ([cell]) => Number(cell) });
  const states = grouping.aggregates.map((aggregate, i): PartialState | undefined => {
    const part = parts[i];
    if (part !== undefined) {
      const key = distinctPlaces[i];
      return { at: [...(key === undefined ? [] : [key]), ...part.outputs.map(place)], of: part.of };
    }
    const { arg } = aggregate;
    const of = arg && weightedState(aggregate, arg);
    return of && { arg, of };
  });
  if (states.includes(undefined)) return undefined;
  return { fields, outputs, grouped, partial: { keys: keyPlaces, states: states as PartialState[], count } };
}

interface Part {
  /** By whose values SQL groups, too. */
  readonly key?: Output;
  readonly outputs: readonly Output[];
  of(values: readonly Value[]): State;
}

/** The state of what collects different values, over one. */
const listOf = (value: Value): State => (value === null ? [] : [toPlain(value)]);

/** What SQL computes of an aggregate, so that it can be merged. */
function partOf(aggregate: Aggregate, conditions: Conditions): Part | undefined {
  const { name, arg, distinct } = aggregate;
  const first = ([value]: readonly Value[]): State => toPlain(value);
  if (name === 'list' || (name === 'count' && distinct)) {
    const key = arg && keyOf(arg, conditions);
    return key && { key, outputs: [], of: ([value]) => listOf(value) };
  }
  switch (name) {
    case 'count': {
      const output = aggregateOf(aggregate, conditions);
      return output && { outputs: [output], of: first };
    }
    case 'min':
    case 'max':
    case 'sum': {
      const output = aggregateOf(aggregate, conditions);
      return output && { outputs: [output], of: first };
    }
    case 'avg': {
      const sum = aggregateOf({ ...aggregate, name: 'sum' }, conditions);
      const count = sum && aggregateOf({ ...aggregate, name: 'count' }, conditions);
      return count && { outputs: [sum, count], of: ([total, rows]) => [toPlain(total), toPlain(rows)] };
    }
    default:
      return undefined;
  }
}

/** The state of an aggregate over equal values; undefined if it cannot be computed at once. */
function weightedState(
  { name, distinct }: Aggregate,
  arg: Typed,
): ((value: Value, count: number) => State) | undefined {
  const total = (value: Value, count: number): State =>
    value === null ? null : toPlain(multiply(value as Integer, count));
  switch (name) {
    case 'count':
      return distinct ? listOf : (value, count) => (value === null ? 0 : count);
    case 'list':
      return listOf;
    case 'min':
    case 'max':
      return value => toPlain(value);
    case 'sum':
      return arg.type.name === 'decimal' ? undefined : total;
    case 'avg':
      return arg.type.name === 'decimal'
        ? undefined
        : (value, count) => [total(value, count), value === null ? 0 : count];
    default:
      return undefined;
  }
}

/** The recorded fields that expressions are computed from. */
function fieldsOf(expressions: readonly Typed[]): RecordedField[] {
  const names = new Set<RecordedField>();
  for (const expression of expressions)
    walk(expression, node => {
      if (node.kind !== 'field') return;
      if (isRecorded(node.name)) names.add(node.name);
      else if (isComputed(node.name)) for (const each of COMPUTED[node.name]) names.add(each);
    });
  return RECORDED_FIELDS.filter(field => names.has(field));
}

/** A select that makes SQL's groups. @param from what follows its columns */
export function partialSql({ outputs, grouped }: PartialQuery, from: string): string {
  const columns = outputs.flatMap(output => output.columns);
  const count = outputs.slice(0, grouped).reduce((sum, output) => sum + output.columns.length, 0);
  const by = Array.from({ length: count }, (_, i) => i + 1).join(', ');
  return `SELECT ${columns.join(', ')} ${from}${by === '' ? '' : ` GROUP BY ${by}`}`;
}
