/** The rules for results that are drawn as lines. */

import type { Type } from '../type.js';
import { isNumeric } from './metrics.js';
import type { ResultShape } from './result-shape.js';

/** Whether values of a type can be an axis. */
export const isAxis = ({ name }: Type): boolean =>
  name === 'time' || name === 'duration' || name === 'integer' || name === 'decimal' || name === 'port';

/** Why a result cannot be drawn as lines; undefined if it can. */
export function chartRefusal(
  format: string,
  { isGrouped, columns = [] }: ResultShape,
): { readonly message: string; readonly hint: string } | undefined {
  const hasAxis = columns.some(({ isMeasure, type }) => !isMeasure && isAxis(type));
  const hasMeasure = columns.some(({ isMeasure, type }) => isMeasure && isNumeric(type));
  if (isGrouped && hasAxis && hasMeasure) return undefined;
  return {
    message: `${format} requires ${isGrouped ? 'a time or a number among the keys, and an aggregate' : 'a grouped result'}`,
    hint: `for example: select bucket(start, 5m) as began, count(*) from conntrack group by began output ${format}`,
  };
}
