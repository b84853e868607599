/** Sets of unsigned numbers of up to 128 bits, as ranges. */

/** Both ends included. */
export type Range = readonly [low: bigint, high: bigint];

/** Sorted, without overlaps, none next to another. */
export type Ranges = readonly Range[];

export const NONE: Ranges = [];

export const highest = (bytes: number): bigint => (1n << BigInt(bytes * 8)) - 1n;

const lesser = (a: bigint, b: bigint): bigint => (b < a ? b : a);
const greater = (a: bigint, b: bigint): bigint => (b > a ? b : a);

/** The union of ranges in any order, limited to the numbers that `bytes` bytes can hold. */
export function union(ranges: readonly Range[], bytes: number): Ranges {
  const most = highest(bytes);
  const clipped = ranges
    .map(([low, high]): Range => [greater(low, 0n), lesser(high, most)])
    .filter(([low, high]) => low <= high)
    .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  const merged: [bigint, bigint][] = [];
  for (const [low, high] of clipped) {
    const last = merged.at(-1);
    if (last === undefined || low > last[1] + 1n) merged.push([low, high]);
    else if (high > last[1]) last[1] = high;
  }
  return merged;
}

/** The numbers of `bytes` bytes that are not in the ranges. */
export function complement(ranges: Ranges, bytes: number): Ranges {
  const rest: Range[] = [];
  let from = 0n;
  for (const [low, high] of ranges) {
    if (low > from) rest.push([from, low - 1n]);
    from = high + 1n;
  }
  if (from <= highest(bytes)) rest.push([from, highest(bytes)]);
  return rest;
}

/** A superset of at most `most` ranges: those with the smallest gaps between them are joined. */
export function widened(ranges: Ranges, most: number): Ranges {
  if (ranges.length <= most) return ranges;
  const gaps = ranges.slice(1).map(([low], i) => ({ i: i + 1, gap: low - ranges[i][1] }));
  gaps.sort((a, b) => (a.gap > b.gap ? -1 : a.gap < b.gap ? 1 : 0));
  const begins = new Set([0, ...gaps.slice(0, most - 1).map(({ i }) => i)]);
  const joined: [bigint, bigint][] = [];
  ranges.forEach(([low, high], i) => {
    if (begins.has(i)) joined.push([low, high]);
    else joined[joined.length - 1][1] = high;
  });
  return joined;
}

/** A subset of at most `most` ranges: the longest. */
export function narrowed(ranges: Ranges, most: number): Ranges {
  if (ranges.length <= most) return ranges;
  const byLength = [...ranges].sort((a, b) => (a[1] - a[0] > b[1] - b[0] ? -1 : a[1] - a[0] < b[1] - b[0] ? 1 : 0));
  const kept = new Set(byLength.slice(0, most));
  return ranges.filter(range => kept.has(range));
}
