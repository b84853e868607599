/** What a history knows about its recorders: one small JSON file each, and a line for each time when events were lost. */
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { CtqError } from '../../../errors.js';
import { namesIn } from './layout.js';

/** A time in which flows are missing; ms since the epoch. */
export interface Gap {
  readonly writer: string;
  readonly from: number;
  readonly to: number;
  /** Events; null if it is not known. */
  readonly count: number | null;
  readonly reason: 'lost' | 'stopped' | 'crashed' | 'disk' | 'spool' | 'rejected';
}

/** The state of a recorder, as it wrote it last. */
export interface RecorderState {
  readonly writer: string;
  readonly gateway: string;
  readonly netns: string;
  readonly pid: number;
  /** Start time of the process, from /proc: distinguishes it from a later process with the same number. */
  readonly processStart: string;
  /** When the first recording of this writer began; ms since the epoch. Undefined in files of earlier recorders. */
  readonly recordedSince?: number;
  /** Everything is recorded up to this time; ms since the epoch. */
  readonly recordedUntil: number;
  /** The machine's boot, and the seconds from it to `recordedUntil`: they are right also where the clock was set. */
  readonly boot?: string;
  readonly uptime?: number;
  readonly hasEnded: boolean;
  readonly lastSegment: number;
  /** For how long its flows may be kept, in ms. */
  readonly keepAge?: number;
  /** The fields that are recorded; all if left out. */
  readonly fields?: readonly string[];
  /** Flows that were recorded in pieces: the counters of their last piece, by flow. */
  readonly pieces?: readonly PieceEntry[];
}

/** Key of the flow; original packets and bytes, reply packets and bytes, as decimal text; end of the last piece in ms. */
export type PieceEntry = readonly [key: string, counters: readonly (string | null)[], until: number];

const statePath = (folder: string, writer: string): string => join(folder, `recorder-${writer}.json`);
const gapsPath = (folder: string, writer: string): string => join(folder, `losses-${writer}.jsonl`);

/** Names of what may be in the folder of a history; that of the system in the root of a disk, too. */
const OWN_NAMES = /^(?:\.|recorder-|losses-|\d{4}-\d\d-\d\d$|lost\+found$)/;

/** A file of another purpose in a folder that no one records to yet: its oldest hours would be deleted with them. */
export const foreignName = (folder: string): string | undefined =>
  readStates(folder).length > 0 ? undefined : namesIn(folder).find(name => !OWN_NAMES.test(name));

/** Writes a file whole, or not at all. */
export function writeWhole(path: string, text: string): void {
  const fresh = `${path}.new`;
  const fd = openSync(fresh, 'w', 0o640);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(fresh, path);
}

export const writeState = (folder: string, state: RecorderState): void =>
  writeWhole(statePath(folder, state.writer), JSON.stringify(state));

export function readState(folder: string, writer: string): RecorderState | undefined {
  return parsed<RecorderState>(textOf(statePath(folder, writer)));
}

export const readStates = (folder: string): RecorderState[] =>
  namesIn(folder)
    .filter(name => /^recorder-.*\.json$/.test(name))
    .flatMap(name => parsed<RecorderState>(textOf(join(folder, name))) ?? []);

export function addGap(folder: string, gap: Gap): void {
  // A full disk may have left the beginning of a line.
  appendFileSync(gapsPath(folder, gap.writer), `\n${JSON.stringify(gap)}\n`, { mode: 0o640 });
}

/** Gaps of one writer, those of the same reason as one. */
export function joinedGaps(gaps: readonly Gap[]): Gap[] {
  const joined = new Map<Gap['reason'], Gap>();
  for (const gap of gaps) {
    const other = joined.get(gap.reason);
    joined.set(
      gap.reason,
      other === undefined
        ? gap
        : {
            ...gap,
            from: Math.min(gap.from, other.from),
            to: Math.max(gap.to, other.to),
            count: gap.count === null || other.count === null ? null : gap.count + other.count,
          },
    );
  }
  return [...joined.values()];
}

/** The gaps that touch a range, in order. */
export function gapsIn(folder: string, from: number, to: number): Gap[] {
  return namesIn(folder)
    .filter(name => /^losses-.*\.jsonl$/.test(name))
    .flatMap(name => textOf(join(folder, name)).split('\n'))
    .flatMap(line => parsed<Gap>(line) ?? [])
    .filter(gap => gap.to >= from && gap.from < to)
    .sort((a, b) => a.from - b.from);
}

/** Drops the gaps that ended before a time. */
export function forgetGaps(folder: string, writer: string, before: number): void {
  const path = gapsPath(folder, writer);
  const lines = textOf(path)
    .split('\n')
    .filter(line => line !== '');
  const kept = lines.filter(line => (parsed<Gap>(line)?.to ?? 0) >= before);
  if (kept.length < lines.length) writeWhole(path, kept.map(line => `${line}\n`).join(''));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * @param before the last state of a writer
 * @param to where it records, and what else could be recorded to, for the message
 * @throws CtqError if another process records as this writer
 */
export function assertOnlyRecorder(before: RecorderState | undefined, to: string, other: string): void {
  if (!before || before.hasEnded || before.pid === process.pid) return;
  if (processStart(before.pid) !== before.processStart) return;
  throw new CtqError({
    code: 'history-recorder',
    kind: 'output',
    message: `process ${before.pid} records ${before.gateway} to ${to} already`,
    hint: `stop it, or record to another ${other}`,
  });
}

/** Now, by the clock and by the time since the boot. */
export const stateTimes = (): Pick<RecorderState, 'recordedUntil' | 'boot' | 'uptime'> => ({
  recordedUntil: Date.now(),
  boot: textOf('/proc/sys/kernel/random/boot_id').trim(),
  uptime: uptime(),
});

/** The times, by any clock that there may have been, from the last state of a recorder to now (ms). */
export function timesSince(
  { recordedUntil, boot, uptime: before = 0 }: RecorderState,
  now: number,
): { from: number; to: number } {
  const current = { boot: '', uptime: 0, ...stateTimes() };
  // Of the time before a boot nothing is known.
  const passed = boot === undefined ? 0 : Math.ceil((current.uptime - (boot === current.boot ? before : 0)) * 1000);
  return { from: Math.min(recordedUntil, now - passed), to: Math.max(recordedUntil + passed, now) };
}

/** A damaged line, as a crash may leave it, has no meaning. */
function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Start time of a process in ticks since boot; undefined if it does not exist. */
export function processStart(pid: number): string | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}
