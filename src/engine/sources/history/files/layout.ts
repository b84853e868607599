/**
 * The folder of a history: `DATE/HH/GATEWAY@FIRST.parquet`, or `GATEWAY@FIRST-LAST.parquet` for what was compacted. The hour (UTC) is that in
 * which the flows of a segment ended. FIRST and LAST number the segments of a gateway; a reader ignores the segments that a compacted one
 * contains, so that readers and the recorder need no lock.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const HOUR = 3_600_000;

export interface Segment {
  readonly path: string;
  /** Who wrote it: host and network namespace. */
  readonly writer: string;
  readonly first: number;
  readonly last: number;
}

/** An hour that has segments; `start` in ms since the epoch. */
export interface HourFolder {
  readonly path: string;
  readonly start: number;
}

/** A host and its network namespace as a part of a file's name. */
export const writerName = (gateway: string, netns: string): string =>
  encodeURIComponent(netns === '' ? gateway : `${gateway}+${netns}`)
    .replaceAll('%', '_')
    .replace(/^\./, '_')
    .replaceAll('@', '_');

/** The same for people. */
export const recorderName = ({ gateway, netns }: { readonly gateway: string; readonly netns: string }): string =>
  netns === '' ? gateway : `netns ${netns} of ${gateway}`;

export const hourOf = (ms: number): number => Math.floor(ms / HOUR) * HOUR;

/** The folder of the hour of a time, relative to the history's. */
export function hourPath(ms: number): string {
  const text = new Date(ms).toISOString();
  return join(text.slice(0, 10), text.slice(11, 13));
}

export const segmentName = (writer: string, first: number, last: number): string =>
  `${writer}@${first}${last === first ? '' : `-${last}`}.parquet`;

/** Names of a folder; none if it does not exist (any more). */
export function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/** The hours of a history that may have flows that ended in a range, in order. @param from ms @param to ms, excluded */
export function hoursOf(folder: string, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY): HourFolder[] {
  const hours: HourFolder[] = [];
  for (const day of namesIn(folder).sort()) {
    const midnight = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
    if (!(midnight + 24 * HOUR > from && midnight < to)) continue;
    for (const name of namesIn(join(folder, day)).sort()) {
      const start = /^\d\d$/.test(name) ? midnight + Number(name) * HOUR : Number.NaN;
      if (start + HOUR > from && start < to) hours.push({ path: join(folder, day, name), start });
    }
  }
  return hours;
}

/** Of a segment that is complete: one that is being written begins with a dot. */
const NAME = /^([^.@][^@]*)@(\d+)(?:-(\d+))?\.parquet$/;

/** All segments of an hour, also those that a compacted one contains. */
export const allSegments = (hour: string): Segment[] =>
  namesIn(hour).flatMap(name => {
    const match = NAME.exec(name);
    if (match === null) return [];
    const first = Number(match[2]);
    return { path: join(hour, name), writer: match[1], first, last: Number(match[3] ?? first) };
  });

/** The segments to read of an hour: each flow is in one of them. */
export function segmentsOf(hour: string): Segment[] {
  const all = allSegments(hour);
  const wide = all.filter(({ first, last }) => last > first);
  return all.filter(
    each =>
      !wide.some(
        other => other !== each && other.writer === each.writer && other.first <= each.first && each.last <= other.last,
      ),
  );
}

/** The highest number of a writer's segments; 0 if it has none. */
export const lastSegmentOf = (folder: string, writer: string): number =>
  hoursOf(folder)
    .flatMap(({ path }) => allSegments(path))
    .reduce((last, each) => (each.writer === writer ? Math.max(last, each.last) : last), 0);

/** Bytes of a file; 0 if it is gone. */
export function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
