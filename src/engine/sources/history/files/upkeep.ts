/** Compaction of the hours that are over, and deletion of what is older or larger than what is to be kept. */
import { rmdirSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { forgetGaps } from './journal.js';
import { allSegments, hoursOf, namesIn, type Segment, segmentName, segmentsOf, sizeOf } from './layout.js';
import type { SegmentWriter } from './segment-writer.js';

const HOUR = 3_600_000;
/** The last segment of an hour is written some seconds after its end. */
const SETTLED = 120_000;
/** Of the file system: below this the oldest hours are deleted. */
const LEAST_FREE = 0.05;

export interface Retention {
  /** ms. */
  readonly age: number;
  /** Bytes. */
  readonly size?: number;
}

/** Merges the segments of each hour that is over, which the writer wrote itself. @param now ms since the epoch */
export async function compact(folder: string, writer: string, segments: SegmentWriter, now: number): Promise<void> {
  for (const { path, start } of hoursOf(folder)) {
    if (start + HOUR + SETTLED > now) continue;
    const own = segmentsOf(path).filter(each => each.writer === writer);
    if (own.length > 1) {
      const first = Math.min(...own.map(each => each.first));
      const last = Math.max(...own.map(each => each.last));
      await segments.merge(
        own.map(each => each.path),
        join(path, segmentName(writer, first, last)),
      );
    }
    removeContained(path, writer);
  }
}

/** Removes the segments that a compacted one contains, and what an interrupted recorder left. */
function removeContained(hour: string, writer: string): void {
  const read = new Set(segmentsOf(hour).map(({ path }) => path));
  for (const { path, writer: by } of allSegments(hour))
    if (by === writer && !read.has(path)) rmSync(path, { force: true });
  for (const name of namesIn(hour)) if (name.startsWith(`.${writer}@`)) rmSync(join(hour, name), { force: true });
}

/**
 * Deletes the oldest hours.
 * @param isFull whether the file system has too little room; default: less than 5 % free
 */
export function expire(
  folder: string,
  writer: string,
  { age, size = Number.POSITIVE_INFINITY }: Retention,
  now: number,
  isFull: (folder: string) => boolean = isAlmostFull,
): void {
  const hours = hoursOf(folder).map(({ path, start }) => ({ path, start, segments: allSegments(path) }));
  let bytes = hours.reduce((sum, { segments }) => sum + bytesOf(segments), 0);
  for (const { path, start, segments } of hours) {
    const isCurrent = start + HOUR > now;
    if (start + HOUR > now - age && (isCurrent || (bytes <= size && !isFull(folder)))) continue;
    bytes -= bytesOf(segments);
    for (const name of namesIn(path)) rmSync(join(path, name), { force: true });
    removeEmpty(path);
    removeEmpty(dirname(path));
  }
  forgetGaps(folder, writer, now - age);
}

const bytesOf = (segments: readonly Segment[]): number => segments.reduce((sum, { path }) => sum + sizeOf(path), 0);

function isAlmostFull(folder: string): boolean {
  const { bavail, blocks } = statfsSync(folder);
  return bavail < blocks * LEAST_FREE;
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}
