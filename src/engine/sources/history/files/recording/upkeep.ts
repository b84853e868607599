/** Compaction of the hours that are over, and deletion of what is older or larger than what is to be kept. */
import { rmdirSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { allSegments, hoursOf, namesIn, type Segment, segmentName, segmentsOf, sizeOf } from '../layout.js';
import { forgetGaps, readStates } from './journal.js';
import type { SegmentWriter } from './segment-writer.js';

const HOUR = 3_600_000;
/** The last segment of an hour is written some seconds after its end. */
const SETTLED = 120_000;
/** Of the file system: below this the oldest hours are deleted. */
const LEAST_FREE = 0.05;
/** Bytes of segments that are merged at once: about 700,000 flows. */
const MERGED = 32 << 20;

export interface Retention {
  /** ms. */
  readonly age: number;
  /** Bytes. */
  readonly size?: number;
}

/**
 * Merges segments of an hour that is over, which the writer wrote itself: as many as are merged in a few seconds, as new segments wait
 * meanwhile.
 * @param now ms since the epoch
 * @param most bytes that are merged at once
 * @returns whether there may be more to merge
 */
export async function compact(
  folder: string,
  writer: string,
  segments: SegmentWriter,
  now: number,
  most = MERGED,
): Promise<boolean> {
  for (const { path, start } of hoursOf(folder)) {
    if (start + HOUR + SETTLED > now) continue;
    const group = firstToMerge(
      segmentsOf(path).filter(each => each.writer === writer),
      most,
    );
    if (group) {
      const name = segmentName(writer, group[0].first, group[group.length - 1].last);
      await segments.merge(
        group.map(each => each.path),
        join(path, name),
      );
    }
    removeContained(path, writer);
    if (group) return true;
  }
  return false;
}

/** Consecutive segments that together are not too large to be merged at once; undefined where there are not two of them. */
function firstToMerge(own: readonly Segment[], most: number): readonly Segment[] | undefined {
  const ordered = [...own].sort((a, b) => a.first - b.first);
  let group: Segment[] = [];
  let bytes = 0;
  for (const each of ordered) {
    const size = sizeOf(each.path);
    // What was merged and is large enough is left as it is.
    const isLarge = size > most / 2;
    if ((isLarge || bytes + size > most) && group.length > 1) return group;
    if (isLarge || bytes + size > most) {
      group = [];
      bytes = 0;
    }
    if (isLarge) continue;
    group.push(each);
    bytes += size;
  }
  return group.length > 1 ? group : undefined;
}

/** Removes the segments that a compacted one contains, and what an interrupted recorder left. */
function removeContained(hour: string, writer: string): void {
  const read = new Set(segmentsOf(hour).map(({ path }) => path));
  for (const { path, writer: by } of allSegments(hour))
    if (by === writer && !read.has(path)) rmSync(path, { force: true });
  removeUnfinished(hour, writer);
}

function removeUnfinished(hour: string, writer: string): void {
  for (const name of namesIn(hour)) if (name.startsWith(`.${writer}@`)) rmSync(join(hour, name), { force: true });
}

export interface ExpiryOptions {
  /** Whether flows are deleted by their age, too; default: yes. */
  readonly byAge?: boolean;
  /** Whether the file system has too little room; default: less than 5 % free. */
  isFull?(folder: string): boolean;
}

/**
 * Deletes what a recorder may delete: the oldest hours of its own segments; and of every other recorder what is older than that recorder
 * promised to keep, even if it no longer runs.
 */
export function expire(
  folder: string,
  writer: string,
  { age, size = Number.POSITIVE_INFINITY }: Retention,
  now: number,
  { byAge = true, isFull = isAlmostFull }: ExpiryOptions = {},
): void {
  const hours = hoursOf(folder).map(({ path, start }) => ({ path, start, segments: allSegments(path) }));
  const ownOf = (segments: readonly Segment[]): Segment[] => segments.filter(each => each.writer === writer);
  let bytes = hours.reduce((sum, { segments }) => sum + bytesOf(ownOf(segments)), 0);
  const ages = new Map(readStates(folder).map(state => [state.writer, state.keepAge]));
  ages.set(writer, age);
  for (const { path, start, segments } of hours) {
    const isOver = (limit = Number.POSITIVE_INFINITY): boolean => byAge && start + HOUR <= now - limit;
    const writers = new Set(segments.filter(each => isOver(ages.get(each.writer))).map(each => each.writer));
    const own = ownOf(segments);
    const isCurrent = start + HOUR > now;
    if (own.length > 0 && !isCurrent && (bytes > size || isFull(folder))) writers.add(writer);
    if (writers.has(writer)) bytes -= bytesOf(own);
    for (const each of segments) if (writers.has(each.writer)) rmSync(each.path, { force: true });
    if (isOver(age)) removeUnfinished(path, writer);
    if (writers.size > 0 || (segments.length === 0 && isOver(age))) removeEmpty(path);
  }
  if (byAge) for (const [each, limit] of ages) if (limit !== undefined) forgetGaps(folder, each, now - limit);
}

const bytesOf = (segments: readonly Segment[]): number => segments.reduce((sum, { path }) => sum + sizeOf(path), 0);

function isAlmostFull(folder: string): boolean {
  const { bavail, blocks } = statfsSync(folder);
  return bavail < blocks * LEAST_FREE;
}

/** Removes the folder of an hour, and that of its day, if nothing is left in them. */
function removeEmpty(hour: string): void {
  try {
    rmdirSync(hour);
    rmdirSync(dirname(hour));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}
