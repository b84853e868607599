import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { printable } from '../../../../lang/diagnostics/printable.js';
import { integer } from '../../../../lang/values/value.js';
import {
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_EXP_DELETE,
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_EXP_DESTROY,
  NFNLGRP_CONNTRACK_EXP_NEW,
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
} from '../../../ctnetlink/constants.js';
import { CtqError } from '../../../errors.js';
import { detectFormat, headerOf, isLineFormat, openReader } from '../../../formats/detect.js';
import { Entries } from '../../../formats/reading/entries.js';
import type { Reader } from '../../../formats/reading/reader.js';
import { ParseReport } from '../../../formats/reading/report/parse-report.js';
import { NLM_F_CREATE, NLM_F_MULTI } from '../../../netlink/constants.js';
import { host16 } from '../../../netlink/messages/framing.js';
import type { EventChunk, ListenOptions } from '../../../netlink/messages/streams.js';
import { matchingFiles } from '../../matching-files.js';
import type { LineOptions } from '../../opener.js';
import { nameOf, STANDARD_INPUT } from '../../standard-input.js';
import { type Compression, compressionOf, compressionOfName } from '../compression/compressions.js';
import { decompressed } from '../compression/decompressed.js';
import { BEFORE_CUT, isCutOff } from '../compression/errors.js';
import { openInput, unreadable } from '../input.js';
import { SnapshotText } from '../snapshot-text.js';
import { nextMessage, selectMessages, tableAt } from '../table-messages.js';
import { untilAborted } from '../until-aborted.js';
import { FollowedFile, pause, type Turn } from './followed-file.js';

/** Bytes by which the format is detected. */
const HEAD = 64 * 1024;
const LINE_FEED = 0x0a;
const NS_PER_MS = 1_000_000n;

/** The multicast group in which the kernel would send a message. */
function groupAt(bytes: Uint8Array, at: number): number {
  const type = host16(bytes, at + 4);
  if (tableAt(bytes, at) === 'expect') {
    return type === IPCTNL_MSG_EXP_DELETE ? NFNLGRP_CONNTRACK_EXP_DESTROY : NFNLGRP_CONNTRACK_EXP_NEW;
  }
  if (type === IPCTNL_MSG_CT_DELETE) return NFNLGRP_CONNTRACK_DESTROY;
  return (host16(bytes, at + 6) & NLM_F_CREATE) !== 0 ? NFNLGRP_CONNTRACK_NEW : NFNLGRP_CONNTRACK_UPDATE;
}

const EXPECT_GROUPS: readonly number[] = [NFNLGRP_CONNTRACK_EXP_NEW, NFNLGRP_CONNTRACK_EXP_DESTROY];

/** One file of a log, while it is read. */
interface Reading {
  readonly entries: Entries<ParseReport>;
  readonly report: ParseReport;
  read(piece: Uint8Array): Promise<void> | undefined;
  end(): Promise<void>;
}

const notOneFile = (what: string, path: string): CtqError =>
  new CtqError({
    code: 'watch-several',
    kind: 'input',
    message: `watch follows one file, got ${what}: '${printable(path)}'`,
    hint: 'name the file; select reads all that match a pattern',
  });

/**
 * The events of a log as they are appended, as `tail -F` shows lines: a file that is renamed and created again is read to its end, then the
 * new one from its beginning, and so is one that was cut. An event is shown when its line is complete. A pipe ends with its writer.
 */
export class LogEvents implements AsyncIterable<EventChunk> {
  readonly #path: string;
  /** For messages. */
  readonly #name: string;
  readonly #groups: ReadonlySet<number>;
  readonly #options: LineOptions & ListenOptions;
  readonly #signal: AbortSignal;
  #reported = new Set<string>();

  /** @param signal ends the stream after what has been written */
  constructor(path: string, groups: readonly number[], options: LineOptions & ListenOptions, signal: AbortSignal) {
    this.#path = path;
    this.#name = nameOf(path);
    this.#groups = new Set(groups);
    this.#options = options;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk> {
    if (await this.#isStream()) yield* this.#stream();
    else yield* this.#follow();
  }

  #warn(message: string, hint?: string): void {
    (this.#options.warn ?? (() => {}))(message, hint);
  }

  /** Once for each message. */
  #note(message: string, hint?: string): void {
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    this.#warn(message, hint);
  }

  /** Whether it cannot be read from another place than where it is. */
  async #isStream(): Promise<boolean> {
    if (this.#path === STANDARD_INPUT) return true;
    const stats = await stat(this.#path).catch(() => undefined);
    if (stats?.isDirectory()) throw notOneFile('a folder', this.#path);
    if (matchingFiles(this.#path) !== undefined) throw notOneFile('a pattern', this.#path);
    return stats !== undefined && !stats.isFile();
  }

  async *#stream(): AsyncGenerator<EventChunk> {
    const { stdin } = this.#options;
    const signal = this.#signal;
    const input = await openInput(this.#path, stdin ?? process.stdin, signal);
    const reading = this.#open(Date.now(), this.#name);
    try {
      for await (const piece of untilAborted(decompressed(input.pieces, input.name), signal)) {
        await reading.read(piece);
        yield* this.#take(reading);
      }
      await reading.end();
    } catch (error) {
      if (isCutOff(error)) this.#warn(error.message, reading.entries.read > 0 ? BEFORE_CUT : undefined);
      else if (!signal.aborted || error !== signal.reason) throw error;
    } finally {
      // A pending read would keep the process alive. A terminal is read by others too.
      const source: Readable & { readonly isTTY?: boolean } = stdin ?? process.stdin;
      if (this.#path === STANDARD_INPUT && source.isTTY !== true) source.destroy();
    }
    yield* this.#take(reading);
    reading.report.finish(reading.entries.read);
  }

  async *#follow(): AsyncGenerator<EventChunk> {
    let atEnd = this.#options.existing !== true;
    let file = await this.#find();
    try {
      while (file !== undefined) {
        const turn: Turn | undefined = yield* this.#read(file, await this.#begin(file, atEnd));
        atEnd = false;
        if (turn === undefined) return;
        this.#warn(`${this.#name} was ${turn}: it is read from its beginning`);
        if (turn === 'truncated') file.position = 0;
        else {
          await file.close();
          file = undefined;
          file = await this.#find();
        }
      }
    } finally {
      await file?.close();
    }
  }

  /** The file, once there is one; undefined if the signal comes first. @throws CtqError */
  async #find(): Promise<FollowedFile | undefined> {
    while (!this.#signal.aborted) {
      let file: FollowedFile | undefined;
      try {
        file = await FollowedFile.open(this.#path);
      } catch (error) {
        throw unreadable(this.#path, error);
      }
      if (file !== undefined) return file;
      this.#refuseCompressed(compressionOfName(this.#path), 'does not exist, and its name is that of a file');
      this.#note(`${this.#name} does not exist yet: waiting for it`);
      await pause(this.#signal);
    }
    return undefined;
  }

  /** @param what the file is. @throws CtqError */
  #refuseCompressed(compression: Compression | undefined, what: string): void {
    if (compression === undefined) return;
    throw new CtqError({
      code: 'snapshot-compression',
      kind: 'input',
      message: `${this.#name} ${what} compressed with ${compression.name}: what is appended to it cannot be read`,
      hint: `select from it, or decompress it: ${compression.program} -dc FILE | ctq "watch from '-'"`,
    });
  }

  /** Prepares the reading of a file. @param atEnd from what is appended on */
  async #begin(file: FollowedFile, atEnd: boolean): Promise<Reading> {
    const written = await file.written();
    const head = Buffer.from(await file.at(0, HEAD));
    this.#refuseCompressed(compressionOf(head), 'is');
    if (!atEnd) return this.#open(written, this.#name);
    const size = await file.size();
    const text = head.toString('latin1');
    const format = await detectFormat(text, head.length === size, this.#name);
    if (format === undefined || format === 'nothing' || !isLineFormat(format)) {
      // Objects and elements have several lines: it is read from its beginning, and left out until here.
      const reading = this.#open(written, this.#name);
      while (file.position < size && !this.#signal.aborted) {
        const piece = await file.at(file.position, size - file.position);
        if (piece.length === 0) break;
        file.position += piece.length;
        await reading.read(piece);
        reading.entries.take(true);
      }
      return reading;
    }
    const entries = this.#entries(written, `new lines of ${this.#name}`);
    const reader = await openReader(format, entries, text);
    const header = await headerOf(format, text);
    if (header !== '') reader.read(Buffer.from(header, 'latin1'));
    // A line that is not complete yet is still to be shown.
    const from = Math.max(0, size - HEAD);
    const last = await file.at(from, size - from);
    const end = last.lastIndexOf(LINE_FEED);
    file.position = Math.max(header.length, end < 0 && from > 0 ? size : from + end + 1);
    return new FromLine(entries, reader);
  }

  #entries(written: number, name: string): Entries<ParseReport> {
    const { labelBit } = this.#options;
    const report = new ParseReport(name, (message, hint) => this.#warn(message, hint));
    const taken = integer(BigInt(Math.trunc(written)) * NS_PER_MS);
    return new Entries({ labelBit: label => labelBit(label), taken, isLog: true }, report);
  }

  #open(written: number, name: string): Reading {
    const entries = this.#entries(written, name);
    return new FromBeginning(entries, new SnapshotText(entries, name));
  }

  /** @returns how the file ended; undefined if the signal was first */
  async *#read(file: FollowedFile, reading: Reading): AsyncGenerator<EventChunk, Turn | undefined> {
    for (;;) {
      const next = await file.next(this.#signal);
      if (next === undefined || typeof next === 'string') {
        // The last line of a log that is being written is not cut off.
        if (next !== undefined) await reading.end();
        yield* this.#take(reading);
        reading.report.finish(reading.entries.read);
        return next;
      }
      await reading.read(next);
      yield* this.#take(reading);
      // Of what is there already nothing is waited for.
      if (this.#signal.aborted) return undefined;
    }
  }

  /** The events that have been read. */
  *#take({ entries }: Reading): Generator<EventChunk> {
    for (const { bytes } of entries.take(true)) {
      const own = selectMessages(
        bytes,
        (all, at) => (host16(all, at + 6) & NLM_F_MULTI) === 0 && this.#groups.has(groupAt(all, at)),
        (all, at) => this.#leaveOut(all, at),
      );
      if (own.length > 0) yield { bytes: own, count: countMessages(own), dropped: 0 };
    }
  }

  #leaveOut(bytes: Uint8Array, at: number): void {
    if ((host16(bytes, at + 6) & NLM_F_MULTI) !== 0) {
      this.#note(`${this.#name} holds entries that are not events: they are not shown`, `select from '${this.#path}'`);
      return;
    }
    const isExpectation = tableAt(bytes, at) === 'expect';
    const isOther = [...this.#groups].every(group => EXPECT_GROUPS.includes(group) !== isExpectation);
    if (!isOther) return;
    this.#note(
      `${isExpectation ? 'expectations' : 'flows'} in ${this.#name} are left out`,
      `watch from ${isExpectation ? 'expect' : 'conntrack'} in file '${this.#path}'`,
    );
  }
}

/** A file that is read from its beginning, by which its format is detected. */
class FromBeginning implements Reading {
  readonly report: ParseReport;

  constructor(
    readonly entries: Entries<ParseReport>,
    readonly text: SnapshotText,
  ) {
    this.report = entries.report;
  }

  read(piece: Uint8Array): Promise<void> | undefined {
    return this.text.read(piece);
  }

  end(): Promise<void> {
    return this.text.end();
  }
}

/** A file of a known format that is read from one of its lines on. */
class FromLine implements Reading {
  readonly report: ParseReport;

  constructor(
    readonly entries: Entries<ParseReport>,
    readonly reader: Reader,
  ) {
    this.report = entries.report;
  }

  read(piece: Uint8Array): undefined {
    this.reader.read(piece);
  }

  async end(): Promise<void> {
    this.reader.end();
  }
}

function countMessages(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at = nextMessage(bytes, at)) count++;
  return count;
}
