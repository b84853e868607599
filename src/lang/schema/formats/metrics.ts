/** The rules for results that are written as metrics: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md */

import { phrase, type Type } from '../type.js';
import type { ResultShape, ShapeColumn } from './result-shape.js';

/** Whether values of a type can be samples: durations and times in seconds, conditions as 0 and 1. */
export const isNumeric = ({ name }: Type): boolean =>
  name === 'integer' || name === 'decimal' || name === 'duration' || name === 'time' || name === 'boolean';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const COUNTER = /_total$/;

/** The label of a key: `orig.src` is `orig_src`. */
export const labelName = (column: string): string => column.replaceAll('.', '_');

/** A counter's samples end in `_total`. */
export const isCounter = (metric: string): boolean => COUNTER.test(metric);

/** The name of the family that a sample is of: in OpenMetrics, counters without their `_total`. */
export const familyOf = (metric: string): string => metric.replace(COUNTER, '');

interface Refusal {
  readonly message: string;
  readonly hint: string;
}

const EXAMPLE = 'select proto, count(*) as ctq_flows from conntrack group by proto output';

/**
 * Why a result cannot be written as metrics; undefined if it can.
 * @param canCount whether its numbers may only grow, as counters do
 */
export function metricsRefusal(
  format: string,
  { isGrouped, columns = [] }: ResultShape,
  canCount: boolean,
): Refusal | undefined {
  if (!isGrouped) return { message: `${format} requires a grouped result`, hint: `for example: ${EXAMPLE} ${format}` };
  if (!columns.some(({ isMeasure }) => isMeasure))
    return { message: `${format} requires an aggregate`, hint: 'for example: count(*) as ctq_flows' };
  const seen = new Set<string>();
  for (const column of columns) {
    const refusal = columnRefusal(column, canCount);
    if (refusal !== undefined) return refusal;
    const name = column.isMeasure ? `metric '${familyOf(column.name)}'` : `label '${labelName(column.name)}'`;
    if (seen.has(name)) return { message: `duplicate ${name}`, hint: 'give each column a name of its own with as' };
    seen.add(name);
  }
  return undefined;
}

/** Why a result cannot be the state of a check; undefined if it can. */
export function checkRefusal(
  format: string,
  { isGrouped, isRepeated = false, columns = [] }: ResultShape,
): Refusal | undefined {
  if (isRepeated)
    return {
      message: `${format} requires a single result`,
      hint: 'the monitor repeats the check: use a select without every',
    };
  const example = `select count(*) as flows from conntrack output ${format} warning flows > 200k critical flows > 250k`;
  if (!isGrouped) return { message: `${format} requires a grouped result`, hint: `for example: ${example}` };
  if (columns.some(({ isMeasure }) => isMeasure)) return undefined;
  return { message: `${format} requires an aggregate`, hint: 'for example: count(*) as flows' };
}

function columnRefusal({ name, type, isMeasure }: ShapeColumn, canCount: boolean): Refusal | undefined {
  if (!isMeasure) {
    if (LABEL_NAME.test(labelName(name)) && !name.startsWith('__')) return undefined;
    return { message: `invalid label name '${name}'`, hint: 'name the column with as: letters, digits and _' };
  }
  if (!METRIC_NAME.test(name))
    return {
      message: `invalid metric name '${name}'`,
      hint: 'name the column with as, for example: count(*) as ctq_flows',
    };
  if (!isNumeric(type))
    return {
      message: `a metric requires a number, ${name} is ${phrase(type)}`,
      hint: 'group by it, and it becomes a label',
    };
  if (isCounter(name) && !canCount)
    return {
      message: `${name} is not a counter: it falls when entries end`,
      hint: `name it ${familyOf(name)}; only statistics of the kernel (stats, expect_stats) are counters`,
    };
  return undefined;
}
