import { join } from 'node:path';
import { RECORDED_FIELDS } from '../../../../lang/schema/history.js';
import type { HistoryServer } from '../../../../lang/schema/history-server.js';
import type { Integer } from '../../../../lang/values/value.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import { CtqError } from '../../../errors.js';
import type { Loss, Sink } from '../../../formats/sink.js';
import { milliseconds } from '../columns.js';
import { namesIn, writerName } from '../files/layout.js';
import { type PieceCounters, Pieces } from '../files/pieces.js';
import {
  assertOnlyRecorder,
  bootId,
  type Gap,
  readState,
  readStates,
  recordingProcess,
  writeState,
} from '../files/recording/journal.js';
import { type Recorded, recordedFields, recordedValue } from '../recorded-values.js';
import { Connection } from './connection.js';
import { writeValue } from './flow-row.js';
import { RefusedRows } from './refused-rows.js';
import { ByteWriter } from './row-binary.js';
import { Sender } from './sender.js';
import { Spool, type SpoolSegment } from './spool.js';

export interface ServerRecorderOptions extends Recorded {
  readonly server: HistoryServer;
  /** Folder for the segments of this server, and bytes that may wait in it. */
  readonly spool: { readonly folder: string; readonly size: number };
  /** ns since the epoch. */
  now(): Integer;
  warn(message: string, hint?: string): void;
}

/** A segment is written after this time, or this number of rows. */
const SEGMENT_MS = 10_000;
const SEGMENT_ROWS = 50_000;
/** How often (ms) the server is sent the time up to which everything is recorded. */
const REPORT_MS = 60_000;
/** Rows that wait in memory while they cannot be written. */
const MAX_ROWS = 500_000;
/** When it ends, a recorder sends for this time (ms) what waits. */
const LAST_SENDING = 10_000;

/** Sends flows to ClickHouse, through a spool on disk. */
export class ServerRecorder implements Sink {
  /** Rows recorded. */
  recorded = 0;
  /** Rows that could not be written. */
  unwritten = 0;
  readonly #options: ServerRecorderOptions;
  readonly #writer: string;
  readonly #fields: ReadonlySet<string>;
  readonly #pieces: Pieces;
  readonly #spool: Spool;
  readonly #sender: Sender;
  readonly #rows = new ByteWriter();
  #count = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = 0;
  /** Rows that wait to be written, and the writing itself: one segment at a time. */
  #waiting = 0;
  #writing: Promise<void> = Promise.resolve();
  readonly #refused: RefusedRows;
  #hasFailed = false;
  #lastEvent = Date.now();
  #lastReport = 0;
  /** When the first recording of this writer began, ms. */
  readonly #since: number;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    options: ServerRecorderOptions,
    connection: Connection,
    spool: Spool,
    pieces: Pieces,
    since: number,
  ) {
    this.#options = options;
    this.#writer = writerName(options.gateway, options.netns);
    this.#fields = recordedFields(options);
    this.#pieces = pieces;
    this.#spool = spool;
    this.#refused = new RefusedRows(spool.folder);
    this.#since = since;
    this.#sender = new Sender({
      connection,
      spool,
      warn: (message, hint) => options.warn(message, hint),
      rejected: (segment, error) => this.#rejected(segment, error),
    });
    this.#timer = setInterval(() => void this.flush(), SEGMENT_MS);
  }

  /** @throws CtqError if the spool cannot be written, or another process writes to it; or without the client's package */
  static async open(options: ServerRecorderOptions): Promise<ServerRecorder> {
    const { server, gateway, netns, namespace, spool: place } = options;
    const writer = writerName(gateway, netns);
    const spools = join(place.folder, `${server.host}+${server.port}+${server.database}`);
    const folder = join(spools, writer);
    const connection = await Connection.open(server);
    try {
      const before = readState(folder, writer);
      const states = namesIn(spools).flatMap(name => readStates(join(spools, name)));
      assertOnlyRecorder({ writer, namespace }, states, 'this server', 'database');
      const spool = new Spool(folder, place.size, before?.lastSegment);
      const since = before?.recordedSince ?? Date.now();
      const recorder = new ServerRecorder(options, connection, spool, new Pieces(before?.pieces), since);
      await recorder.#begin(before);
      return recorder;
    } catch (error) {
      await connection.close();
      throw asOutputError(error, folder);
    }
  }

  /** Reports what an earlier recorder could not, and the time without one. */
  async #begin(before: ReturnType<typeof readState>): Promise<void> {
    const now = Date.now();
    if (before)
      await this.#addLoss({
        writer: this.#writer,
        from: Math.min(before.recordedUntil, now),
        to: now,
        count: null,
        reason: before.hasEnded ? 'stopped' : 'crashed',
      });
    await this.#reportRefused();
    // Something to send: a server that cannot be reached is reported at once.
    await this.#report(now, false);
    this.#saveState(now, false);
  }

  begin(): void {}
  row(): void {}
  end(): void {}

  /** Records a flow that ended. */
  entry(view: MessageView): void {
    const now = this.#options.now();
    this.#lastEvent = milliseconds(now);
    this.#add(view, 'destroy', view.stop > 0 ? view.stop : now, this.#pieces.take(view));
  }

  /** Records what a flow that is still open did since its last piece. */
  piece(view: MessageView): void {
    const now = this.#options.now();
    const known = this.#pieces.next(view, now);
    if (known !== undefined) this.#add(view, 'update', now, known.before);
  }

  #add(view: MessageView, event: 'destroy' | 'update', stop: Integer, before: PieceCounters | undefined): void {
    const end = { event, stop, before };
    for (const field of RECORDED_FIELDS)
      writeValue(this.#rows, field, this.#fields.has(field) ? recordedValue(view, field, end, this.#options) : null);
    const ms = milliseconds(stop);
    this.#first = Math.min(this.#first, ms);
    this.#last = Math.max(this.#last, ms);
    this.recorded++;
    if (++this.#count >= SEGMENT_ROWS) void this.flush();
  }

  lost({ count, time }: Loss): void {
    const to = milliseconds(time);
    const gap: Gap = { writer: this.#writer, from: Math.min(this.#lastEvent, to), to, count, reason: 'lost' };
    this.#enqueue(() => this.#addLoss(gap));
  }

  /** While segments are being written: the events wait in the buffers of the watch. */
  ready(): Promise<void> | undefined {
    return this.#waiting > MAX_ROWS ? this.#writing : undefined;
  }

  /** Writes what is in memory to the spool. */
  flush(): Promise<void> {
    const until = Date.now();
    const count = this.#count;
    const bytes = Buffer.from(this.#rows.written);
    const range = { rows: count, from: this.#first, until: this.#last };
    this.#rows.reset();
    this.#count = 0;
    this.#first = Number.POSITIVE_INFINITY;
    this.#last = 0;
    this.#waiting += count;
    this.#enqueue(async () => {
      if (count > 0) await this.#write(bytes, range);
      this.#waiting -= count;
      await this.#report(until, false);
      this.#saveState(until, false);
    });
    return this.#writing;
  }

  async #write(bytes: Buffer, range: Pick<SpoolSegment, 'rows' | 'from' | 'until'>): Promise<void> {
    const refuse = (reason: 'spool' | 'disk'): void => {
      this.recorded -= range.rows;
      this.unwritten += range.rows;
      this.#refused.add({ writer: this.#writer, from: range.from, to: range.until, count: range.rows, reason });
    };
    if (this.#spool.isFull('flows', bytes.length)) {
      this.#warnOnce(
        `the spool ${this.#spool.folder} is full: flows are lost`,
        'see why the server does not take them',
      );
      return refuse('spool');
    }
    try {
      await this.#spool.add('flows', bytes, range);
      await this.#reportRefused();
      this.#hasFailed = false;
    } catch (error) {
      const { message } = error as Error;
      this.#warnOnce(`cannot write to ${this.#spool.folder}: ${message}`, 'flows are lost until it can be written');
      refuse('disk');
    }
  }

  async #reportRefused(): Promise<void> {
    const { gap } = this.#refused;
    if (gap === undefined) return;
    await this.#addLoss(gap);
    this.#refused.clear();
  }

  async #rejected({ table, rows, from, until, name }: SpoolSegment, error: Error): Promise<void> {
    this.#options.warn(
      `the server does not take the segment ${name}: ${error.message}`,
      `it was moved to ${join(this.#spool.folder, 'rejected')}`,
    );
    if (table !== 'flows') return;
    this.recorded -= rows;
    this.unwritten += rows;
    await this.#addLoss({ writer: this.#writer, from, to: until, count: rows, reason: 'rejected' });
  }

  async #addLoss({ from, to, count, reason }: Gap): Promise<void> {
    const { gateway, netns } = this.#options;
    const row = new ByteWriter();
    row.text(gateway);
    row.text(netns);
    row.i64(BigInt(from));
    row.i64(BigInt(to));
    row.u8(count === null ? 1 : 0);
    if (count !== null) row.u64(BigInt(count));
    row.text(reason);
    await this.#spool.add('losses', row.written, { rows: 1, from, until: to });
  }

  /** Sends the time up to which everything is recorded, after the flows up to then. */
  async #report(until: number, hasEnded: boolean): Promise<void> {
    if ((!hasEnded && until - this.#lastReport < REPORT_MS) || this.#spool.isFull('recorders', 0)) return;
    this.#lastReport = until;
    const { gateway, netns, fields } = this.#options;
    const row = new ByteWriter();
    row.text(gateway);
    row.text(netns);
    row.i64(BigInt(this.#since));
    row.i64(BigInt(until));
    row.u8(hasEnded ? 1 : 0);
    row.text(fields ? [...this.#fields].join(',') : '');
    await this.#spool.add('recorders', row.written, { rows: 1, from: until, until });
  }

  #enqueue(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      this.#warnOnce(`cannot write to ${this.#spool.folder}: ${(error as Error).message}`);
    });
  }

  #warnOnce(message: string, hint?: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.warn(message, hint);
  }

  #saveState(recordedUntil: number, hasEnded: boolean): void {
    const { gateway, netns, namespace, fields } = this.#options;
    writeState(this.#spool.folder, {
      writer: this.#writer,
      gateway,
      netns,
      ...recordingProcess(namespace),
      boot: bootId(),
      recordedSince: this.#since,
      recordedUntil,
      hasEnded,
      lastSegment: this.#spool.sequence,
      ...(fields ? { fields: [...this.#fields] } : {}),
      pieces: this.#pieces.entries(),
    });
  }

  /** Writes what is in memory, and sends what waits. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    void this.flush();
    this.#enqueue(async () => {
      const now = Date.now();
      await this.#report(now, true);
      this.#saveState(now, true);
    });
    await this.#writing;
    await this.#sender.close(LAST_SENDING);
    if (this.#spool.oldest)
      this.#options.warn(
        `${this.#spool.bytes} bytes wait in ${this.#spool.folder}`,
        'the next recorder of this host sends them',
      );
  }
}

function asOutputError(error: unknown, folder: string): unknown {
  if (error instanceof CtqError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new CtqError({
    code: 'history-folder',
    kind: 'output',
    message: `cannot write to the spool ${folder}: ${code ?? (error as Error).message}`,
    hint: 'run it as a user who may write there, or name another folder in CTQ_SPOOL',
    cause: error,
  });
}
