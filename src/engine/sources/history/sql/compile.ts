/**
 * A checked select as SQL over recorded flows. Three levels: `whole`, where the engine filters and groups; `partial`, where it groups by what it
 * knows, and the pipeline merges these groups; and `rows`, where it filters as much as can be translated and the pipeline does the rest. The
 * condition of SQL is never narrower than the statement's.
 */
import type { CheckedRange, CheckedSelect, InNode, Typed } from '../../../../lang/checked/ast.js';
import { mentionsRow } from '../../../../lang/checked/walk.js';
import { compile, type EvalContext } from '../../../../lang/evaluate/evaluate.js';
import {
  COMPUTED,
  isComputed,
  isRecorded,
  RECORDED_FIELDS,
  type RecordedField,
} from '../../../../lang/schema/history.js';
import { add, type Integer, subtract, type Value } from '../../../../lang/values/value.js';
import { milliseconds } from '../columns.js';
import { bestGroups, bestRows } from './best.js';
import type { Bounds } from './bounds.js';
import { Conditions } from './conditions.js';
import type { Dialect, Output } from './dialect.js';
import { aggregateOf, keyOf } from './groups.js';
import { isOfHours } from './hours.js';
import { Numbers } from './numbers.js';
import { type Partial, partialOf, partialSql } from './partial.js';
import { type Parameter, Parameters } from './statement.js';

export type HistoryLevel = 'whole' | 'partial' | 'rows';

export interface HistoryQuery {
  readonly level: HistoryLevel;
  readonly sql: string;
  /** What it reads: a table, or files. */
  readonly source: string;
  readonly parameters: readonly Parameter[];
  /** When the flows that are wanted may have ended: which hours to read. */
  readonly bounds: Bounds;
  /** The conjuncts that SQL does not decide. */
  readonly residual: readonly Typed[];
  /** What SQL does, for `explain`. */
  readonly does: readonly string[];
  readonly outputs: readonly Output[];
  /** The fields of the first outputs. */
  readonly fields: readonly RecordedField[];
  /** Of level `partial`. */
  readonly partial?: Partial;
}

/**
 * @param constants how variables, subqueries and `now()` are read; what it cannot read is not translated
 * @param most the level that is tried first
 */
export function compileHistory(
  select: CheckedSelect,
  names: readonly string[],
  constants: EvalContext<never>,
  dialect: Dialect,
  most: HistoryLevel = 'whole',
): HistoryQuery {
  const parameters = new Parameters(dialect.parameter);
  const constantOf = (node: Typed): { value: Value } | undefined => {
    if (node.kind === 'const') return node;
    if (mentionsRow(node)) return undefined;
    try {
      return { value: compile<null>(node, constants as EvalContext<null>)(null) };
    } catch {
      // A subquery that has not been read.
      return undefined;
    }
  };
  const numbers = new Numbers(dialect, parameters, constantOf);
  const conditions = new Conditions(numbers, node => listOf(node, constants));
  const { tests, bounds } = rangeTests(
    select.range,
    parameters,
    dialect,
    node => constantOf(node)?.value as Integer | null,
  );
  if (dialect.hours && isOfHours(select, bounds, constantOf)) {
    const ofHours = compileHistory(select, names, constants, dialect.hours, most);
    if (ofHours.level === 'whole') return ofHours;
  }
  const residual: Typed[] = [];
  for (const conjunct of conjunctsOf(select.where)) {
    const before = parameters.list.length;
    const sql = conditions.truthOf(conjunct);
    const isTooLong = parameters.list.length > (dialect.mostParameters ?? Number.POSITIVE_INFINITY);
    if (sql === undefined || isTooLong) {
      // Parameters of a part that was not used must not remain.
      parameters.list.length = before;
      residual.push(conjunct);
    } else tests.push(sql);
  }
  const where = tests.length > 0 ? ` WHERE ${tests.join(' AND ')}` : '';
  const from = `FROM ${dialect.source}${where}`;
  const filters = select.where && residual.length < conjunctsOf(select.where).length ? ['where'] : [];
  const used = parameters.list.length;
  const isAlone = select.joins.length === 0;
  const whole = most === 'whole' && residual.length === 0 && isAlone ? groupsOf(select, conditions) : undefined;
  if (whole) {
    const { keys, outputs } = whole;
    const count = keys.reduce((sum, { columns }) => sum + columns.length, 0);
    const by = [...Array(count).keys()].map(i => i + 1).join(', ');
    const tail = `${from}${by === '' ? '' : ` GROUP BY ${by}`}`;
    const { sql, does } = bestGroups(select, { outputs, keys: keys.length, tail }, conditions);
    return {
      level: 'whole',
      sql,
      source: dialect.source,
      parameters: parameters.list,
      bounds,
      residual,
      does: [...filters, 'group', ...does],
      outputs,
      fields: [],
    };
  }
  parameters.list.length = used;
  const part = most !== 'rows' && isAlone ? partialOf(select, residual, conditions) : undefined;
  if (part) {
    return {
      level: 'partial',
      sql: partialSql(part, from),
      source: dialect.source,
      parameters: parameters.list,
      bounds,
      residual,
      does: [...filters, 'group'],
      outputs: part.outputs,
      fields: part.fields,
      partial: part.partial,
    };
  }
  parameters.list.length = used;
  const fields = fieldsNeeded(names);
  const outputs = fields.map(dialect.field);
  const columns = outputs.flatMap(output => output.columns);
  const mayLimit = residual.length === 0 && isAlone && !select.grouping;
  const best = mayLimit ? bestRows(select, conditions) : undefined;
  if (best === undefined) parameters.list.length = used;
  return {
    level: 'rows',
    sql: `SELECT ${columns.join(', ') || '1'} ${from}${best ? ` ${best.sql}` : ''}`,
    source: dialect.source,
    parameters: parameters.list,
    bounds,
    residual,
    does: [...filters, ...(best?.does ?? [])],
    outputs,
    fields,
  };
}

/** The conjuncts of a condition. */
const conjunctsOf = (where: Typed | undefined): readonly Typed[] =>
  where === undefined
    ? []
    : where.kind === 'logical' && where.op === 'and'
      ? where.operands.flatMap(conjunctsOf)
      : [where];

function listOf(
  node: InNode,
  { variable, query }: EvalContext<never>,
): { readonly values: readonly Value[] } | undefined {
  if (node.query) return query?.(node.query);
  const binding = variable?.(node.variable as string);
  return binding?.kind === 'list' ? binding : undefined;
}

function groupsOf(
  { grouping }: CheckedSelect,
  conditions: Conditions,
): { keys: Output[]; outputs: Output[] } | undefined {
  if (!grouping) return undefined;
  const keys = grouping.keys.map(key => keyOf(key, conditions));
  const aggregates = grouping.aggregates.map(aggregate => aggregateOf(aggregate, conditions));
  const all = [...keys, ...aggregates];
  return all.includes(undefined) ? undefined : { keys: keys as Output[], outputs: all as Output[] };
}

/** The recorded fields that some fields are read from. */
function fieldsNeeded(names: readonly string[]): readonly RecordedField[] {
  const needed = new Set<RecordedField>();
  for (const name of names) {
    if (isRecorded(name)) needed.add(name);
    else if (isComputed(name)) for (const each of COMPUTED[name]) needed.add(each);
  }
  return RECORDED_FIELDS.filter(field => needed.has(field));
}

function rangeTests(
  range: CheckedRange | undefined,
  parameters: Parameters,
  { isDestroy, stop }: Dialect,
  readValue: (node: Typed) => Integer | null,
): { tests: string[]; bounds: Bounds } {
  const bound = (ms: number): string => parameters.add('TIMESTAMP_MS', BigInt(ms));
  if (range?.kind === 'at') {
    const time = readValue(range.time);
    if (time === null) return { tests: ['false'], bounds: {} };
    const first = milliseconds(subtract(time, range.within));
    const last = milliseconds(add(time, range.within));
    // A flow that ended at the very time was there; a piece that ended then is followed by the next one.
    const ended = `(stop > ${bound(first)} OR (stop = ${bound(first)} AND ${isDestroy}))`;
    return { tests: [`since <= ${bound(last)}`, `stop >= ${bound(first)}`, ended], bounds: { from: first } };
  }
  const ends = [range?.from, range?.to].map(each => each && readValue(each));
  if (ends.includes(null)) return { tests: ['false'], bounds: {} };
  const [from, to] = ends.map(each => (each === undefined ? undefined : milliseconds(each as Integer)));
  const tests = [
    ...(from === undefined ? [] : [`${stop} >= ${bound(from)}`]),
    ...(to === undefined ? [] : [`${stop} < ${bound(to)}`]),
  ];
  return { tests, bounds: { from, to } };
}
