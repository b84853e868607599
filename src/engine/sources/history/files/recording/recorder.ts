import { join } from 'node:path';
import { RECORDED, RECORDED_FIELDS } from '../../../../../lang/schema/history.js';
import { isoSeconds } from '../../../../../lang/values/iso-time.js';
import type { Integer } from '../../../../../lang/values/value.js';
import type { MessageView } from '../../../../ctnetlink/view/view.js';
import { CtqError } from '../../../../errors.js';
import type { Loss, Sink } from '../../../../formats/sink.js';
import { makeFolders } from '../../../../make-folders.js';
import { milliseconds, store } from '../../columns.js';
import { type Recorded, recordedFields, recordedValue } from '../../recorded-values.js';
import { hourOf, hourPath, lastSegmentOf, segmentName, writerName } from '../layout.js';
import { type PieceCounters, Pieces } from '../pieces.js';
import type { Cell, RowChunk } from '../row-chunk.js';
import { Clock } from './clock.js';
import {
  addGap,
  assertOnlyRecorder,
  foreignName,
  type Gap,
  joinedGaps,
  readState,
  readStates,
  recordingProcess,
  stateTimes,
  timesSince,
  writeState,
} from './journal.js';
import { SegmentWriter } from './segment-writer.js';
import { compact, expire, type Retention } from './upkeep.js';

export interface RecorderOptions extends Recorded {
  readonly folder: string;
  readonly keep: Retention;
  /** ns since the epoch. */
  now(): Integer;
  warn(message: string, hint?: string): void;
}

/** A segment is written after this time, or this number of rows. */
const SEGMENT_MS = 10_000;
const SEGMENT_ROWS = 20_000;
const UPKEEP_MS = 60_000;
/** When it ends, a recorder merges segments for this time; what is left is merged by the next one. */
const LAST_UPKEEP_MS = 5000;
/** Rows of segments that wait until those before them are written. */
const MAX_ROWS = SEGMENT_ROWS;

/** Writes flows to the segments of a history. One recorder a gateway and network namespace; any number of readers. */
export class Recorder implements Sink {
  /** Rows recorded. */
  recorded = 0;
  /** Rows that could not be written. */
  unwritten = 0;
  readonly #options: RecorderOptions;
  readonly #writer: string;
  readonly #segments: SegmentWriter;
  readonly #fields: ReadonlySet<string>;
  readonly #pieces: Pieces;
  /** By hour: rows that are not passed on to DuckDB yet, and how many there are since the last segment. */
  readonly #hours = new Map<number, RowChunk>();
  #counts = new Map<number, number>();
  #rows = 0;
  #lastSegment: number;
  /** Rows that wait to be written, and the writing itself: one segment at a time. */
  #waiting = 0;
  #writing: Promise<void> = Promise.resolve();
  readonly #timers: NodeJS.Timeout[];
  /** ms since the epoch. */
  #compactUntil = Number.POSITIVE_INFINITY;
  #hasFailed = false;
  readonly #clock: Clock;
  /** When the first recording of this writer began, ms. */
  #since: number | undefined;
  /** Those that could not be written. */
  #gaps: Gap[] = [];
  #lastEvent: number;
  /** When rows were last passed on to be written, ms. */
  #flushed = Date.now();

  private constructor(
    options: RecorderOptions,
    segments: SegmentWriter,
    writer: string,
    pieces: Pieces,
    lastSegment: number,
    clock: Clock,
    since: number | undefined,
  ) {
    this.#options = options;
    this.#segments = segments;
    this.#writer = writer;
    this.#pieces = pieces;
    this.#lastSegment = lastSegment;
    this.#clock = clock;
    this.#since = since;
    this.#fields = recordedFields(options);
    this.#lastEvent = Date.now();
    this.#timers = [
      setInterval(() => this.#flush(), SEGMENT_MS),
      setInterval(() => this.#enqueue(() => this.#upkeep()), UPKEEP_MS),
    ];
  }

  /** @throws CtqError if the folder cannot be written, or is recorded to by another process */
  static async open(options: RecorderOptions): Promise<Recorder> {
    const { folder, gateway, netns, namespace } = options;
    const writer = writerName(gateway, netns);
    try {
      makeFolders(folder, 0o750);
      assertOwnFolder(folder);
      const before = readState(folder, writer);
      assertOnlyRecorder({ writer, namespace }, readStates(folder), folder, 'folder');
      const now = Date.now();
      const segments = await SegmentWriter.open(join(folder, `.${writer}.spill`));
      // After a crash, and where the clock was set back, there may be later segments than the state knows.
      const last = Math.max(
        before?.lastSegment ?? 0,
        now,
        before?.hasEnded === false ? lastSegmentOf(folder, writer) : 0,
      );
      const clock = new Clock(now, before?.recordedUntil);
      const since = before ? before.recordedSince : now;
      const recorder = new Recorder(options, segments, writer, new Pieces(before?.pieces), last, clock, since);
      if (before)
        recorder.#gap({
          writer,
          ...timesSince(before, now),
          count: null,
          reason: before.hasEnded ? 'stopped' : 'crashed',
        });
      try {
        recorder.#saveState({ ...stateTimes(), recordedUntil: now }, false);
      } catch (error) {
        recorder.#stopTimers();
        segments.close();
        throw error;
      }
      return recorder;
    } catch (error) {
      throw asOutputError(error, folder);
    }
  }

  begin(): void {}
  row(): void {}
  end(): void {}

  /** Records a flow that ended. */
  entry(view: MessageView): void {
    const now = this.#options.now();
    this.#lastEvent = milliseconds(now);
    const known = this.#pieces.take(view);
    const stop = view.stop > 0 ? view.stop : now;
    this.#add(view, 'destroy', stop, known);
  }

  /** Records what a flow that is still open did since its last piece. */
  piece(view: MessageView): void {
    const now = this.#options.now();
    const known = this.#pieces.next(view, now);
    if (known !== undefined) this.#add(view, 'update', now, known.before);
  }

  #add(view: MessageView, event: 'destroy' | 'update', stop: Integer, before: PieceCounters | undefined): void {
    const hour = hourOf(milliseconds(stop));
    const rows = this.#hours.get(hour) ?? this.#segments.chunk();
    this.#hours.set(hour, rows);
    const end = { event, stop, before };
    const put = (cell: Cell): void => rows.put(cell);
    for (const field of RECORDED_FIELDS) {
      const value = this.#fields.has(field) ? recordedValue(view, field, end, this.#options) : null;
      store(RECORDED[field].stored, value, put);
    }
    this.recorded++;
    this.#counts.set(hour, (this.#counts.get(hour) ?? 0) + 1);
    if (rows.isFull) this.#pass(hour, rows);
    if (++this.#rows >= SEGMENT_ROWS) this.#flush();
  }

  /** Passes rows on to DuckDB. */
  #pass(hour: number, rows: RowChunk): void {
    this.#hours.delete(hour);
    this.#enqueue(() => this.#segments.add(hour, rows));
  }

  lost({ count, time }: Loss): void {
    const to = milliseconds(time);
    this.#gap({ writer: this.#writer, from: Math.min(this.#lastEvent, to), to, count, reason: 'lost' });
  }

  /** Writes a gap, and those that a full disk has kept from being written. */
  #gap(...gaps: readonly Gap[]): void {
    const all = [...this.#gaps, ...gaps];
    try {
      for (; all.length > 0; all.shift()) addGap(this.#options.folder, all[0]);
    } catch (error) {
      this.#warnOfFailure(error);
    }
    this.#gaps = joinedGaps(all);
  }

  /** While segments are being written: the events wait in the buffers of the watch. */
  ready(): Promise<void> | undefined {
    return this.#waiting > MAX_ROWS ? this.#writing : undefined;
  }

  #flush(): void {
    const counts = this.#counts;
    const from = this.#flushed;
    const until = stateTimes();
    this.#flushed = until.recordedUntil;
    this.#counts = new Map();
    for (const [hour, rows] of this.#hours) this.#pass(hour, rows);
    this.#waiting += this.#rows;
    this.#rows = 0;
    this.#enqueue(async () => {
      this.#noticeRemoval(from);
      for (const [hour, rows] of counts) await this.#write(hour, rows, from);
      this.#gap();
      this.#saveState(until, false);
    });
  }

  /** Its state is there from the beginning on: without it, somebody has removed what was recorded. @param since what is recorded still */
  #noticeRemoval(since: number): void {
    const { folder, warn } = this.#options;
    if (readState(folder, this.#writer) !== undefined) return;
    try {
      makeFolders(folder, 0o750);
      this.#since = since;
      this.#saveState({ ...stateTimes(), recordedUntil: since }, false);
      warn(`${folder} was removed, and is made again: what was recorded before ${isoSeconds(since)} is gone`);
    } catch (error) {
      this.#warnOfFailure(error);
    }
  }

  /** @param from when the first of the rows may have come, ms */
  async #write(hour: number, rows: number, from: number): Promise<void> {
    this.#lastSegment = Math.max(this.#lastSegment + 1, Date.now());
    const number = this.#lastSegment;
    const path = join(this.#options.folder, hourPath(hour), segmentName(this.#writer, number, number));
    try {
      await this.#segments.write(hour, path);
      this.#waiting -= rows;
      if (this.#hasFailed)
        this.#options.warn(`${this.#options.folder} is written again; flows lost so far: ${this.unwritten}`);
      this.#hasFailed = false;
    } catch (error) {
      this.#warnOfFailure(error);
      this.#waiting -= rows;
      this.recorded -= rows;
      this.unwritten += rows;
      this.#gap({ writer: this.#writer, ...between(from, Date.now()), count: rows, reason: 'disk' });
    }
  }

  async #upkeep(): Promise<void> {
    const { folder, keep } = this.#options;
    const now = Date.now();
    expire(folder, this.#writer, keep, now, { byAge: this.#clock.isTrusted(now) });
    await this.#compact();
  }

  /** One merge after another: between two of them, what was received meanwhile is written. */
  async #compact(): Promise<void> {
    const { folder } = this.#options;
    const isMore = await compact(folder, this.#writer, this.#segments, Date.now());
    if (isMore && Date.now() < this.#compactUntil) this.#enqueue(() => this.#compact());
  }

  #enqueue(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error: unknown) => this.#warnOfFailure(error));
  }

  #warnOfFailure(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const [message] = (error instanceof Error ? error.message : String(error)).split('\n');
    this.#options.warn(`cannot write to ${this.#options.folder}: ${message}`, 'flows are lost until it can be written');
  }

  #saveState(times: ReturnType<typeof stateTimes>, hasEnded: boolean): void {
    const { folder, gateway, netns, namespace, fields, keep } = this.#options;
    writeState(folder, {
      writer: this.#writer,
      gateway,
      netns,
      ...recordingProcess(namespace),
      ...times,
      hasEnded,
      lastSegment: this.#lastSegment,
      ...(this.#since === undefined ? {} : { recordedSince: this.#since }),
      keepAge: keep.age,
      ...(fields ? { fields: [...this.#fields] } : {}),
      pieces: this.#pieces.entries(),
    });
  }

  /** Writes what is in memory, and cares for the folder once more. */
  async close(): Promise<void> {
    this.#stopTimers();
    this.#flush();
    this.#compactUntil = Date.now() + LAST_UPKEEP_MS;
    this.#enqueue(() => this.#upkeep());
    for (let waited: Promise<void> | undefined; waited !== this.#writing; ) {
      waited = this.#writing;
      await waited;
    }
    this.#enqueue(async () => this.#saveState(stateTimes(), true));
    await this.#writing;
    this.#segments.close();
  }

  #stopTimers(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

/** @throws CtqError if it has other files: the folder of a history is its own */
function assertOwnFolder(folder: string): void {
  const name = foreignName(folder);
  if (name === undefined) return;
  throw new CtqError({
    code: 'history-folder',
    kind: 'output',
    message: `cannot record to ${folder}: it has other files, such as ${name}`,
    hint: 'name a folder that is empty or does not exist: it is made',
  });
}

/** The time between two readings of a clock that may have been set back. */
const between = (a: number, b: number): Pick<Gap, 'from' | 'to'> => ({ from: Math.min(a, b), to: Math.max(a, b) });

const OTHER_FOLDER = 'name another folder';
/** Words for the codes of errors, and what to do. */
const REASONS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  EACCES: ['permission denied', 'run it as a user who may write there, or name another folder'],
  EPERM: ['permission denied', 'run it as a user who may write there, or name another folder'],
  EEXIST: ['this is not a folder', OTHER_FOLDER],
  ENOTDIR: ['a part of the path is not a folder', OTHER_FOLDER],
  ENOENT: ['the folder cannot be made', OTHER_FOLDER],
  EROFS: ['the file system is read-only', OTHER_FOLDER],
  ENOSPC: ['the disk is full', `delete something, or ${OTHER_FOLDER}`],
};

function asOutputError(error: unknown, folder: string): unknown {
  if (error instanceof CtqError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const [what, hint] = REASONS[code] ?? [code || message, undefined];
  return new CtqError({
    code: 'history-folder',
    kind: 'output',
    message: `cannot record to ${folder}: ${what}`,
    hint,
    cause: error,
  });
}
