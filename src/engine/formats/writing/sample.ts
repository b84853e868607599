import { decimalText, seconds } from '../../../lang/conversion/exact-text.js';
import type { Type } from '../../../lang/schema/type.js';
import type { Integer, Value } from '../../../lang/values/value.js';

/** A number as monitors read it: durations and times in seconds, conditions as 0 and 1. */
export function sample(value: Exclude<Value, null>, { name }: Type): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (name === 'duration' || name === 'time') return seconds(value as Integer);
  return name === 'decimal' && typeof value === 'number' ? decimalText(value) : String(value);
}
