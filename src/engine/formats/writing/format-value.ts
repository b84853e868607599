/** A value as text: exact for machines (csv, tsv), and short for people (table, bars). */

import { decimalText, exactText, type Labels } from '../../../lang/conversion/exact-text.js';
import type { Type } from '../../../lang/schema/type.js';
import type { Integer, Value } from '../../../lang/values/value.js';

type Present = Exclude<Value, null>;

const NS = 1_000_000_000n;

/** Whether a number counts bytes: by its type, or by its column's name if it comes from a file. Other counts have no unit, and are exact. */
export function countsBytes(column: string, type: Type): boolean {
  if (type.unit === 'bytes') return true;
  return (type.name === 'integer' || type.name === 'decimal') && /(^|[^a-z])bytes($|[^a-z])/i.test(column);
}

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** `1536` → `1.5 KiB`. */
export function humanBytes(value: Integer): string {
  let n = Number(value);
  let scale = 0;
  // 1023.95 would be written as 1024.0: it is 1.0 of the next unit.
  while (Math.abs(n) >= (scale === 0 ? 1024 : 1024 - 0.05) && scale < BINARY.length - 1) {
    n /= 1024;
    scale++;
  }
  const digits = scale === 0 ? decimalText(Math.round(n * 10) / 10) : n.toFixed(Math.abs(n) < 99.95 ? 1 : 0);
  return `${digits} ${BINARY[scale]}`;
}

/** The two largest units of a duration: `3m20s`, `4d23h`, `250ms`. */
export function humanDuration(ns: Integer): string {
  const big = BigInt(ns);
  if (big < 0n) return `-${humanDuration(-big)}`;
  if (big < 1_000n) return big === 0n ? '0s' : `${big}ns`;
  if (big < 1_000_000n) return `${big / 1_000n}µs`;
  if (big < NS) return `${big / 1_000_000n}ms`;
  const total = Number(big / NS);
  if (total < 10 && big % NS !== 0n) return `${total}.${(big % NS) / 100_000_000n}s`.replace('.0s', 's');
  const parts: [number, string][] = [
    [Math.floor(total / 86400), 'd'],
    [Math.floor(total / 3600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'm'],
    [total % 60, 's'],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n}${unit}`)
    .join('');
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Local time to the second, as people read it. */
export function localTime(ns: Integer): string {
  const date = new Date(Number(BigInt(ns) / 1_000_000n));
  if (Number.isNaN(date.getTime())) return `${ns}`;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** How long ago a time is: `3d4h ago`. */
export function humanSince(ns: Integer): string {
  const seconds = (BigInt(Date.now()) * 1_000_000n - BigInt(ns)) / NS;
  return `${humanDuration(seconds < 0n ? 0n : seconds * NS)} ago`;
}

/** The short text for people. @param column the name of its column */
export function humanText(value: Present, type: Type, labels: Labels, column = ''): string {
  const text = humanAmount(value, type, labels, column);
  return type.isRate === true ? `${text}/s` : text;
}

function humanAmount(value: Present, type: Type, labels: Labels, column: string): string {
  if ((typeof value === 'number' || typeof value === 'bigint') && countsBytes(column, type)) return humanBytes(value);
  switch (type.name) {
    case 'duration':
      return humanDuration(value as Integer);
    case 'time':
      return localTime(value as Integer);
    case 'decimal':
      return typeof value === 'number' ? decimalText(Math.round(value * 1000) / 1000) : String(value);
    default:
      return exactText(value, type, labels);
  }
}
