import type { Integer } from './value.js';

const NS = 1_000_000_000n;

/** A time (ns since the epoch) in ISO 8601, UTC, to the nanosecond. */
export function isoTime(ns: Integer): string {
  const all = BigInt(ns);
  // The remainder of a time before 1970 is negative.
  const rest = ((all % NS) + NS) % NS;
  const date = new Date(Number((all - rest) / 1_000_000n));
  // A time after the year 275760, which Date does not support, is printed as a number.
  if (Number.isNaN(date.getTime())) return `${ns}`;
  return `${date.toISOString().slice(0, -5)}.${rest.toString().padStart(9, '0')}Z`;
}
