import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { abortable, following } from '../../abortable.js';
import { CtqError } from '../../errors.js';
import { untilAborted } from '../snapshot/until-aborted.js';
import { GREETING, type Job } from './job.js';
import { NOTHING, ONLY_CONNTRACK, UNABLE } from './remote-command.js';
import type { Reach } from './transport.js';

/** Maximum bytes that login scripts may write before the greeting. */
const LONGEST_BANNER = 64 * 1024;
/** Bytes kept from the end of standard error. */
const LONGEST_COMPLAINT = 2048;
/** How long (ms) it may take to end. */
const PATIENCE = 500;
/** The program that answers. */
export type Answerer = 'ctq' | 'conntrack';

/** One run of ssh(1), or another transport, for one job of a remote ctq. */
export class Connection {
  readonly #reach: Reach;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #signal: AbortSignal;
  readonly #release: () => void;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  readonly #closed: Promise<{ readonly code: number | null; readonly error?: NodeJS.ErrnoException }>;
  #complaint = '';
  readonly #closing = new AbortController();

  /** @param signals any of them ends it, with its reason */
  constructor(reach: Reach, job: Job, signals: readonly (AbortSignal | undefined)[]) {
    for (const signal of signals) signal?.throwIfAborted();
    this.#reach = reach;
    const { signal, release } = following([...signals, this.#closing.signal]);
    this.#signal = signal;
    this.#release = release;
    // In its own process group: Ctrl-C goes to ctq, which then ends it.
    this.#child = spawn(reach.program, reach.args(job), {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-LONGEST_COMPLAINT);
    });
    this.#closed = new Promise(resolve => {
      this.#child.on('error', error => resolve({ code: null, error }));
      this.#child.on('close', code => resolve({ code }));
    });
    // Errors of the stream are reported by the exit status.
    this.#child.stdout.on('error', () => {});
    this.#pieces = untilAborted(this.#child.stdout, signal) as AsyncGenerator<Uint8Array>;
    process.once('exit', this.#end);
    this.write(JSON.stringify(job));
  }

  /** Also ends the processes that it started on this machine. */
  readonly #end = (): void => this.#kill('SIGTERM');

  #kill(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has already ended.
    }
  }

  get label(): string {
    return this.#reach.label;
  }

  /** The hint for missing privileges there. */
  get rights(): string {
    return this.#reach.rights;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /**
   * Reads up to the greeting, which names the program that answers.
   * @returns the program, and the bytes after the greeting
   * @throws CtqError if there is no greeting
   */
  async greeted(): Promise<{ readonly answerer: Answerer; readonly rest: AsyncGenerator<Uint8Array> }> {
    let head = Buffer.alloc(0);
    for (;;) {
      const { done, value } = await this.#pieces.next();
      if (done) throw await this.failure();
      head = Buffer.concat([head, value]);
      const match = /(?:^|\n)(ctq-relay [a-z0-9 ]{1,40})\r?\n/.exec(head.toString('latin1'));
      if (match !== null)
        return { answerer: this.#answererOf(match[1]), rest: this.#rest(head.subarray(match.index + match[0].length)) };
      if (head.length > LONGEST_BANNER) throw this.#error('relay-strange', 'something else answers than was asked for');
    }
  }

  #answererOf(greeting: string): Answerer {
    if (greeting === GREETING) return 'ctq';
    if (greeting === ONLY_CONNTRACK) return 'conntrack';
    if (greeting === NOTHING)
      throw this.#error('relay-nothing', 'there is neither ctq nor conntrack(8)', 'install one of them there');
    if (greeting === UNABLE)
      throw this.#error('relay-unable', 'conntrack(8) cannot answer this', 'install ctq there: it can');
    throw this.#error('relay-strange', 'its ctq speaks otherwise', 'it must be of the same version and byte order');
  }

  async *#rest(first: Uint8Array): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first;
    yield* this.#pieces;
  }

  /** The reason for its end, from the error output of ssh or the remote program. Waits for its end. */
  async failure(): Promise<CtqError> {
    const { code, error } = await abortable(this.#closed, this.#signal);
    const { program, package: from, unreached, rights } = this.#reach;
    if (error !== undefined) {
      const isMissing = error.code === 'ENOENT';
      return this.#error(
        'relay-missing',
        isMissing ? `${program} is not installed on this machine` : `cannot start ${program} (${error.code})`,
        isMissing ? `install ${from}` : undefined,
      );
    }
    const words = this.#complaint
      .trim()
      .split(/\s*\n\s*/)
      .slice(-3)
      .join('; ');
    if (code === unreached?.status) return this.#error('relay-unreached', words || `${program} failed`, unreached.hint);
    const isRights = /not permitted|you need to be root|permission denied/i.test(words);
    return this.#error(
      'relay-command',
      words || `the remote program ended with exit status ${code ?? 'unknown'} and without output`,
      isRights ? rights : undefined,
    );
  }

  /** Waits for its end. @throws CtqError if it failed */
  async ended(): Promise<void> {
    const { code } = await abortable(this.#closed, this.#signal);
    if (code !== 0) throw await this.failure();
  }

  #error(code: string, message: string, hint?: string): CtqError {
    return new CtqError({ code, kind: 'system', message: `${this.#reach.label}: ${message}`, hint });
  }

  /** Ends it at once, if it has not ended. */
  close(): void {
    if (this.isClosed) return;
    this.#closing.abort(this.#error('relay-closed', 'the connection was closed'));
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    process.off('exit', this.#end);
    this.#release();
    this.#kill('SIGTERM');
    // A process that ignores it is not waited for.
    this.#child.unref();
    const timer = setTimeout(() => this.#kill('SIGKILL'), PATIENCE).unref();
    this.#child.once('exit', () => clearTimeout(timer));
  }
}
