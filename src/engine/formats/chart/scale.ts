/** The marks of an axis: few, at round values, with their texts. */
import type { Type } from '../../../lang/schema/type.js';
import type { ShownColumn } from '../writing/format.js';
import { countsBytes, humanBytes, humanDuration } from '../writing/format-value.js';

export interface Mark {
  readonly at: number;
  readonly text: string;
}

const SECOND = 1e9;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Round steps of a clock, in ns; longer ones are whole days. */
const CLOCK = [1, 2, 5, 10, 15, 30]
  .map(n => n * SECOND)
  .concat(
    [1, 2, 5, 10, 15, 30].map(n => n * MINUTE),
    [1, 2, 3, 6, 12].map(n => n * HOUR),
    [1, 2, 7, 14, 28, 91, 182, 364].map(n => n * DAY),
  );

/** Marks at round values from 0 or below up to a value that no point exceeds. @param most at most this number of steps */
export function amountMarks(low: number, high: number, { name, type }: ShownColumn, most: number): Mark[] {
  const base = countsBytes(name, type) ? 1024 : 10;
  const range = Math.max(high, 0) - Math.min(low, 0) || 1;
  const round = roundStep(range / most, base);
  const clock = type.name === 'duration' && round >= SECOND ? CLOCK.find(each => each >= range / most) : undefined;
  const step = clock ?? (isWhole(type) ? Math.max(1, round) : round);
  const first = Math.floor(Math.min(low, 0) / step);
  const last = Math.max(first + 1, Math.ceil(Math.max(high, 0) / step));
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const at = (first + i) * step;
    return { at, text: amountText(at, name, type) };
  });
}

const isWhole = ({ name }: Type): boolean => name !== 'decimal';

/** The smallest of 1, 2 and 5 (of bytes: of the powers of two) times a power of the base that is not below a value. */
function roundStep(value: number, base: 10 | 1024): number {
  if (base === 1024) {
    const unit = 1024 ** Math.max(0, Math.floor(Math.log(Math.max(1, value)) / Math.log(1024)));
    const factor = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].find(each => each * unit >= value);
    return factor === undefined ? 1024 * unit : factor * unit;
  }
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find(each => each * power >= value * (1 - 1e-9)) ?? 10) * power;
}

function amountText(value: number, column: string, type: Type): string {
  if (countsBytes(column, type)) return humanBytes(value).replace('.0 ', ' ');
  if (type.name === 'duration') return humanDuration(Math.round(value));
  return String(Number(value.toPrecision(12)));
}

/** Marks of the axis that lines run along. @param most at most this number of marks @param isLocal the time of this machine, not UTC */
export function axisMarks(from: number, to: number, column: ShownColumn, most: number, isLocal: boolean): Mark[] {
  const { name: type } = column.type;
  const isTime = type === 'time';
  const least = (to - from) / Math.max(1, most);
  const step = isTime || type === 'duration' ? (CLOCK.find(each => each >= least) ?? least) : roundStep(least || 1, 10);
  const offset = isTime && isLocal ? new Date(from / 1e6).getTimezoneOffset() * -MINUTE : 0;
  const marks: Mark[] = [];
  let day = '';
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) {
    if (!isTime) {
      marks.push({ at, text: amountText(at, column.name, column.type) });
      continue;
    }
    const [date, clock] = new Date((at + offset) / 1e6).toISOString().split('T');
    const isNewDay = date !== day;
    day = date;
    marks.push({ at, text: isNewDay || step >= DAY ? date.slice(5) : clock.slice(0, step < MINUTE ? 8 : 5) });
  }
  return marks;
}
