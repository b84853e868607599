/** Sends the segments of a spool: one at a time, in order, again until the server answers. */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CtqError } from '../../../errors.js';
import type { Connection } from './connection.js';
import { codeOf } from './errors.js';
import type { Spool, SpoolSegment } from './spool.js';
import { TABLES } from './tables.js';

/** Between attempts (ms): doubled from the first to the last. */
const FIRST_WAIT = 50;
const LAST_WAIT = 30_000;
/** A clock that differs by more than this (ms) is worth a warning. */
const SKEW = 1000;

/** The server has read the segment, and does not take it: neither now nor later. */
const REJECTIONS = new Set([
  'ARGUMENT_OUT_OF_BOUND',
  'ATTEMPT_TO_READ_AFTER_EOF',
  'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  'CANNOT_READ_ALL_DATA',
  'CANNOT_READ_ARRAY_FROM_TEXT',
  'ILLEGAL_COLUMN',
  'INCORRECT_DATA',
  'NO_SUCH_COLUMN_IN_TABLE',
  'NOT_FOUND_COLUMN_IN_BLOCK',
  'SYNTAX_ERROR',
  'TOO_LARGE_STRING_SIZE',
  'TYPE_MISMATCH',
  'UNKNOWN_ELEMENT_OF_ENUM',
  'UNKNOWN_IDENTIFIER',
  'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE',
]);

export interface SenderOptions {
  readonly connection: Connection;
  readonly spool: Spool;
  warn(message: string, hint?: string): void;
  /** Called before a segment is put aside that the server does not take. */
  rejected(segment: SpoolSegment, error: Error): Promise<void>;
}

export class Sender {
  readonly #options: SenderOptions;
  readonly #ending = new AbortController();
  #isChecked = false;
  readonly #work: Promise<void>;
  /** The last problem that was reported: the same is reported once. */
  #problem = '';

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#work = this.#run();
  }

  async #run(): Promise<void> {
    const { spool } = this.#options;
    const { signal } = this.#ending;
    let wait = FIRST_WAIT;
    while (!signal.aborted) {
      const segment = spool.oldest;
      if (segment === undefined) {
        await spool.arrival(signal);
        continue;
      }
      try {
        await this.#send(segment);
        wait = FIRST_WAIT;
        this.#recovered();
      } catch (error) {
        if (signal.aborted) return;
        this.#report(error);
        await sleep(wait, undefined, { signal }).catch(() => {});
        wait = Math.min(wait * 2, LAST_WAIT);
      }
    }
  }

  async #send(segment: SpoolSegment): Promise<void> {
    const { connection, spool, rejected, warn } = this.#options;
    await this.#check();
    const columns = TABLES[segment.table].map(({ name }) => name);
    const rows = await readIfAny(segment.path);
    if (rows === undefined) {
      warn(`the segment ${segment.name} is gone from the spool: ${segment.rows} rows are lost`);
      await spool.remove(segment);
      return;
    }
    try {
      await connection.insert(segment.table, columns, rows, segment.name, this.#ending.signal);
    } catch (error) {
      if (!REJECTIONS.has(codeOf(error) ?? '')) throw error;
      // Before: if ctq ends here, the loss is reported twice rather than never.
      await rejected(segment, error as Error);
      await spool.reject(segment);
      return;
    }
    await spool.remove(segment);
  }

  /** Once, before the first segment: version, tables, clock. */
  async #check(): Promise<void> {
    if (this.#isChecked) return;
    const { connection, warn } = this.#options;
    await connection.check(this.#ending.signal);
    const before = Date.now();
    const [[clock]] = await connection.all('SELECT toUnixTimestamp64Milli(now64(3))', [], this.#ending.signal);
    this.#isChecked = true;
    const difference = Number(clock) - (before + Date.now()) / 2;
    if (Math.abs(difference) > SKEW)
      warn(
        `the clock of the server is ${(Math.abs(difference) / 1000).toFixed(1)} s ${difference > 0 ? 'fast' : 'slow'}`,
        'flows are found by time: synchronize both clocks',
      );
  }

  #report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (message === this.#problem) return;
    this.#problem = message;
    const hint = error instanceof CtqError ? error.hint : undefined;
    this.#options.warn(`${message}; flows wait in ${this.#options.spool.folder}`, hint);
  }

  #recovered(): void {
    if (this.#problem === '') return;
    this.#problem = '';
    this.#options.warn('flows are sent again');
  }

  /** Sends for up to a time what waits; what is left is sent by the next recorder. @param patience ms */
  async close(patience: number): Promise<void> {
    const end = Date.now() + patience;
    while (this.#options.spool.oldest !== undefined && Date.now() < end && this.#problem === '') await sleep(20);
    this.#ending.abort();
    await this.#work;
    await this.#options.connection.close();
  }
}

/** Undefined for a file that someone has removed. */
async function readIfAny(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
