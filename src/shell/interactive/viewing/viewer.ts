import { type ChildProcess, spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import type { Paging } from '../../../engine/formats/writing/format.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { terminalSize } from '../../display/terminal-size.js';
import { textWidth } from '../../display/text/width.js';
import type { Terminal } from '../../io.js';
import { type Destination, StreamDestination } from '../../output/destination.js';
import type { UserTime } from '../../session/messages/user-time.js';
import type { ExitCode, ShellSession } from '../../session/session.js';
import { isInstalled, notStarted } from '../child.js';
import type { Editor } from '../editor.js';
import { Collected } from './collected.js';
import { keepsHeader, type Pager, pagerEnvironment, pagerOf, promptArguments } from './pager.js';
import { RepeatedHeader } from './repeated-header.js';

/** Where a result goes, and whether somebody looks at it there. */
export interface View {
  readonly destination: Destination;
  readonly isTTY: boolean;
  readonly paging?: Paging;
}

/** Chooses where results go: the screen, the pager once they exceed it, or the command after `|`. */
export class Viewer {
  readonly #shell: ShellSession;
  readonly #editor: Editor;
  /** What results are piped to, as the user wrote it. */
  readonly #command: () => string | undefined;
  /** The pager or the command ended before the result of a query: the user has seen enough. */
  isLeft = false;
  #copied: Copied | undefined;
  /** The last result of a query when something was shown last. */
  #last: unknown;
  #collected: Collected | undefined;
  /** A pager that cannot be started, of which the user knows. */
  #missing: string | undefined;

  constructor(shell: ShellSession, editor: Editor, command: () => string | undefined) {
    this.#shell = shell;
    this.#editor = editor;
    this.#command = command;
  }

  /** Undefined: as everywhere, to the standard output. */
  open(isLive: boolean, signal?: AbortSignal): View | undefined {
    const shell = this.#shell;
    if (this.#collected !== undefined) return { destination: this.#collected, isTTY: false };
    this.isLeft = false;
    const command = this.#command();
    const ended = (): void => {
      const { isReading } = shell;
      this.isLeft = shell.interrupt() && isReading;
    };
    if (command !== undefined) {
      // The user's own shell line, typed a moment ago.
      return {
        destination: new Program(['/bin/sh', '-c', command], this.#editor, ended, { signal }),
        isTTY: false,
      };
    }
    const { stdout } = shell.io;
    if (isLive || stdout.isTTY !== true) return undefined;
    this.#last = this.#lastResult;
    const pager = this.#pager();
    if (pager === undefined) {
      this.#copied = new Copied(new StreamDestination(stdout), shell.userTime);
      return { destination: this.#copied, isTTY: true };
    }
    const paging: Paging = { lines: linesOf(stdout), scrollsSideways: pager.scrollsSideways, header: 0 };
    const start = (): Destination => {
      // Lines that are broken by the pager would be counted as one.
      const header = paging.scrollsSideways ? paging.header : 0;
      const env = pagerEnvironment(process.env);
      const argv = [...pager.argv, ...promptArguments(pager, shell.io.env, terminalSize(stdout).columns)];
      if (header > 0 && keepsHeader(pager))
        return new Program([...argv, `--header=${header}`], this.#editor, ended, { env });
      const program = new Program(argv, this.#editor, ended, { env });
      const page = terminalSize(stdout).rows - 1;
      return header > 0 && page > 2 * header ? new RepeatedHeader(program, header, page) : program;
    };
    this.#copied = new Copied(new Paged(stdout, start), shell.userTime);
    return { destination: this.#copied, isTTY: true, paging };
  }

  /** The pager, if it can be started. */
  #pager(): Pager | undefined {
    const { io, messages } = this.#shell;
    const setting = String(this.#shell.setting('pager'));
    const pager = pagerOf(setting, io.env);
    const program = pager?.argv[0];
    if (program === undefined || isInstalled(program, io.env.PATH)) return pager;
    const isChosen = setting !== 'auto' || io.env.PAGER;
    if (isChosen && program !== this.#missing)
      messages.print('warning', `cannot start the pager ${printable(program)}: results are shown without one`, SETTING);
    this.#missing = program;
    return undefined;
  }

  get #lastResult(): unknown {
    return this.#shell.queries.last;
  }

  /** A query had a result after something else was shown last, or is what was shown. */
  get isBehind(): boolean {
    return this.#lastResult !== this.#last;
  }

  /** Takes the result of some work as a text; undefined if it fails. */
  async collect(work: () => Promise<ExitCode>): Promise<string | undefined> {
    const collected = new Collected();
    this.#collected = collected;
    try {
      return (await work()) === 0 ? collected.text : undefined;
    } finally {
      this.#collected = undefined;
    }
  }

  /** The text of the last result, without colours and the rules of tables; undefined if there is none, or too much. */
  get shown(): string | undefined {
    return this.#copied?.text?.replace(RULES, '');
  }
}

/** Lines below the titles of a table. */
const RULES = /^[─-][─ -]*\n/gm;

const SETTING = "install it, or choose another: set pager = 'less', set pager = off";

/** Bytes of a result that are kept, to be copied. */
const MAX_KEPT = 256 * 1024;

/** What the user looks at: keeps a copy of it, unless it is long, and counts the time in the pager as the user's own. */
class Copied implements Destination {
  readonly #inner: Destination;
  readonly #userTime: UserTime;
  #chunks: Uint8Array[] | undefined = [];
  #size = 0;

  constructor(inner: Destination, userTime: UserTime) {
    this.#inner = inner;
    this.#userTime = userTime;
  }

  get text(): string | undefined {
    return this.#chunks && stripVTControlCharacters(Buffer.concat(this.#chunks).toString('utf8'));
  }

  write(chunk: Uint8Array, done: () => void): void {
    this.#size += chunk.length;
    if (this.#size > MAX_KEPT) this.#chunks = undefined;
    this.#chunks?.push(Uint8Array.from(chunk));
    this.#inner.write(chunk, done);
  }

  ready(): Promise<void> | undefined {
    const congested = this.#inner.ready();
    return congested !== undefined && this.isUsers ? this.#userTime.during(congested) : congested;
  }

  get waiting(): number {
    return this.#inner.waiting ?? 0;
  }

  get isUsers(): boolean {
    return this.#inner.isUsers === true;
  }

  close(): Promise<void> {
    const closed = this.#inner.close();
    return this.isUsers ? this.#userTime.during(closed) : closed;
  }

  abort(): void {
    this.#inner.abort();
  }
}

/** Lines of a result for which the screen has room: three more are for the rows, the time and the prompt. */
const linesOf = (screen: Terminal): number => terminalSize(screen).rows - 3;

/** Holds text back until it exceeds the screen. */
class Paged implements Destination {
  readonly #screen: ShellSession['io']['stdout'];
  readonly #start: () => Destination;
  #held: Uint8Array[] = [];
  #rows = 0;
  #pager: Destination | undefined;

  constructor(screen: ShellSession['io']['stdout'], start: () => Destination) {
    this.#screen = screen;
    this.#start = start;
  }

  write(chunk: Uint8Array, done: () => void): void {
    if (this.#pager) {
      this.#pager.write(chunk, done);
      return;
    }
    this.#held.push(Uint8Array.from(chunk));
    this.#rows += this.#rowsOf(chunk);
    if (this.#rows > linesOf(this.#screen)) {
      this.#pager = this.#start();
      for (const each of this.#held) this.#pager.write(each, () => {});
      this.#held = [];
    }
    done();
  }

  #rowsOf(chunk: Uint8Array): number {
    const columns = terminalSize(this.#screen).columns;
    const lines = Buffer.from(chunk).toString('utf8').split('\n').slice(0, 500);
    return lines.reduce((sum, line, i) => {
      if (i === lines.length - 1 && line === '') return sum;
      return sum + Math.max(1, Math.ceil(textWidth(stripVTControlCharacters(line)) / columns));
    }, 0);
  }

  ready(): Promise<void> | undefined {
    return this.#pager?.ready();
  }

  get waiting(): number {
    return this.#pager?.waiting ?? 0;
  }

  get isUsers(): boolean {
    return this.#pager !== undefined;
  }

  async close(): Promise<void> {
    if (this.#pager) return this.#pager.close();
    const screen = new StreamDestination(this.#screen);
    for (const each of this.#held) screen.write(each, () => {});
    this.#held = [];
    await screen.close();
  }

  /** The rows read so far are shown: they may be the ones looked for. */
  abort(): void {
    if (this.#pager) this.#pager.abort();
    else for (const each of this.#held) this.#screen.write(each);
    this.#held = [];
  }
}

/** A program that has the terminal, and reads a result. */
class Program implements Destination {
  #child!: ChildProcess;
  readonly #finished: Promise<void>;
  #failure: Error | undefined;
  #hasEnded = false;
  #drained: Promise<void> | undefined;

  /**
   * @param ended called when it ends before the result does
   * @param signal ends it; a pager is left to its user
   */
  constructor(
    [program, ...args]: readonly string[],
    editor: Editor,
    ended: () => void,
    { signal, env = process.env }: { readonly signal?: AbortSignal; readonly env?: NodeJS.ProcessEnv } = {},
  ) {
    // It is started when the terminal is as it expects it: what it sets then must not be undone.
    this.#finished = editor.lend(() => {
      this.#child = spawn(program, args, { stdio: ['pipe', 'inherit', 'inherit'], env });
      const stdin = this.#child.stdin!;
      stdin.on('error', () => {});
      const end = (): void => void this.#child.kill('SIGTERM');
      signal?.addEventListener('abort', end, { once: true });
      process.once('exit', end);
      return new Promise<void>(resolve => {
        this.#child.once('error', cause => {
          this.#failure = notStarted(program, cause);
          resolve();
        });
        this.#child.once('exit', () => resolve());
      }).then(() => {
        this.#hasEnded = true;
        signal?.removeEventListener('abort', end);
        process.off('exit', end);
        if (!stdin.writableEnded) ended();
        stdin.destroy();
      });
    });
  }

  write(chunk: Uint8Array, done: () => void): void {
    const stdin = this.#child.stdin!;
    if (this.#hasEnded || stdin.destroyed) {
      done();
      return;
    }
    if (stdin.write(Uint8Array.from(chunk)) || this.#drained) {
      done();
      return;
    }
    done();
    // Its end closes its input.
    this.#drained = new Promise<void>(resolve => {
      const go = (): void => {
        stdin.off('drain', go);
        stdin.off('close', go);
        this.#drained = undefined;
        resolve();
      };
      stdin.on('drain', go);
      stdin.on('close', go);
    });
  }

  ready(): Promise<void> | undefined {
    return this.#drained;
  }

  get waiting(): number {
    return this.#child.stdin!.writableLength;
  }

  async close(): Promise<void> {
    this.#child.stdin!.end();
    await this.#finished;
    if (this.#failure) throw this.#failure;
  }

  abort(): void {
    this.#child.stdin!.end();
  }
}
