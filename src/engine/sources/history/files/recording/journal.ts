/** What a history knows about its recorders: one small JSON file each, and a line for each time when events were lost. */
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { CtqError } from '../../../../errors.js';
import { namesIn, recorderName } from '../layout.js';

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
  /** The network namespace, whatever its name: the kernel's number for it, until the next boot. */
  readonly namespace?: string;
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

/** The process that records, for its state. */
export const recordingProcess = (
  namespace: string | undefined,
): Pick<RecorderState, 'pid' | 'processStart' | 'namespace'> => ({
  pid: process.pid,
  processStart: processStart(process.pid) ?? '',
  ...(namespace === undefined ? {} : { namespace }),
});

const isRunningElsewhere = ({ hasEnded, pid, processStart: began }: RecorderState): boolean =>
  !hasEnded && pid !== process.pid && processStart(pid) === began;

/**
 * @param own the writer that is to record, and its network namespace
 * @param states the last states of all that have recorded there
 * @param to where it records, and what else could be recorded to, for the message
 * @throws CtqError if another process records as this writer, or from the same network namespace under another name
 */
export function assertOnlyRecorder(
  own: { readonly writer: string; readonly namespace?: string },
  states: readonly RecorderState[],
  to: string,
  other: string,
): void {
  const running = states.filter(isRunningElsewhere);
  const same = running.find(({ writer }) => writer === own.writer);
  // Numbers of namespaces, and processes, are those of one machine: a folder may have the recorders of several.
  const again =
    own.namespace === undefined
      ? undefined
      : running.find(({ namespace, boot }) => namespace === own.namespace && boot === bootId());
  const found = same ?? again;
  if (found === undefined) return;
  const name = recorderName(found);
  throw new CtqError({
    code: 'history-recorder',
    kind: 'output',
    message: same
      ? `process ${found.pid} records ${name} to ${to} already`
      : `process ${found.pid} records this network namespace to ${to} already, as ${name}`,
    hint: `${same ? '' : 'each flow would be there twice: '}stop it, or record to another ${other}`,
  });
}

export const bootId = (): string => textOf('/proc/sys/kernel/random/boot_id').trim();

/** Now, by the clock and by the time since the boot. */
export const stateTimes = (): Pick<RecorderState, 'recordedUntil' | 'boot' | 'uptime'> => ({
  recordedUntil: Date.now(),
  boot: bootId(),
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

/** Start time of a process in ticks since boot; undefined if it does not exist, or has ended without its parent having noticed. */
export function processStart(pid: number): string | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  const [state, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' || state === 'Z' || state === 'X' ? undefined : rest[18];
}
