/**
 * Performance data: `'label'=value[unit];warning;critical`.
 * https://www.monitoring-plugins.org/doc/guidelines.html#AEN201
 */
import type { Alert } from '../../../lang/checked/ast.js';
import { isCounter } from '../../../lang/schema/formats/metrics.js';
import type { Type } from '../../../lang/schema/type.js';
import type { Value } from '../../../lang/values/value.js';
import type { ResultColumn } from '../sink.js';
import { sample } from '../writing/sample.js';
import { plainLine } from './line.js';

type Bound = Extract<Alert, { kind: 'bound' }>;

/** A measurement without performance data has no value. @param counts whether numbers of the table may only grow */
export function performance(
  label: string,
  column: ResultColumn,
  value: Value,
  counts: boolean,
  ranges: { readonly warning?: string; readonly critical?: string },
): string | undefined {
  const number = value === null ? '' : decimal(sample(value, column.type));
  if (number === '') return undefined;
  const { warning = '', critical = '' } = ranges;
  return `${quoted(label)}=${number}${unitOf(column, counts)};${warning};${critical}`.replace(/;+$/, '');
}

/** The values without an alert; with '@', those with one. */
export function rangeOf(value: Value, { op }: Pick<Bound, 'op'>, type: Type): string | undefined {
  const bound = value === null ? '' : decimal(sample(value, type));
  if (bound === '') return undefined;
  switch (op) {
    // Short for 0:bound, which graphs draw as a line.
    case '>':
      return bound.startsWith('-') ? `~:${bound}` : bound;
    case '>=':
      return `@${bound}:`;
    case '<':
      return `${bound}:`;
    case '<=':
      return `@~:${bound}`;
  }
}

/** A label may have any character but '=', and quotes are doubled. */
function quoted(label: string): string {
  const text = plainLine(label).replaceAll('=', ':');
  return /[\s';]/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}

function unitOf({ name, type }: ResultColumn, counts: boolean): string {
  if (type.name === 'duration' || type.name === 'time') return 's';
  if (type.unit === 'bytes' && !type.isRate) return 'B';
  return counts && isCounter(name) ? 'c' : '';
}

/** A number without an exponent; empty for a text. */
function decimal(text: string): string {
  if (!Number.isFinite(Number(text)) || text === '') return '';
  return /e/i.test(text) ? Number(text).toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 }) : text;
}
