/** The built program, as its users start it: with pipes, or on a terminal. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Finished, must, within } from './command.js';
import { assertPrivateNamespace } from './namespace.js';
import { Program } from './program.js';
import { until } from './until.js';

/** dist/ctq.js, which `npm run build` makes. */
export const PROGRAM = fileURLToPath(new URL('../../dist/ctq.js', import.meta.url));

export interface CliOptions {
  /** Its standard input; empty where left out. */
  readonly input?: string | Uint8Array;
  /** Added to the environment; undefined takes a variable away. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Named network namespace to start it in; this process's own where left out. */
  readonly netns?: string;
  /** Milliseconds after which it is killed, and the promise rejects; 20,000 where left out. */
  readonly timeout?: number;
}

/** An environment in which nothing depends on who runs the tests: no history, no colours, UTC. */
export function environment(home: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, NODE_V8_COVERAGE, CTQ_TEST_OUTER_NETNS } = process.env;
  return { PATH, NODE_V8_COVERAGE, CTQ_TEST_OUTER_NETNS, HOME: home, LC_ALL: 'C.UTF-8', TZ: 'UTC', ...extra };
}

function programLine(args: readonly string[]): string[] {
  assertPrivateNamespace();
  if (!existsSync(PROGRAM)) {
    throw new Error(`${PROGRAM} is missing: npm run build makes it`);
  }
  return [process.execPath, PROGRAM, ...args];
}

/** A folder of this process's own, gone when it ends. */
let scratch: string | undefined;
export function scratchFolder(): string {
  if (scratch === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'ctq-test-'));
    process.on('exit', () => {
      for (const terminal of terminals) terminal.close();
      rmSync(folder, { recursive: true, force: true });
    });
    scratch = folder;
  }
  return scratch;
}

/**
 * Runs ctq to its end, without a terminal.
 * @throws Error where it takes too long or a signal kills it, with what it had printed
 */
export function ctq(args: readonly string[], options: CliOptions = {}): Promise<Finished> {
  const { input = '', env, cwd, netns, timeout = 20_000 } = options;
  const [program = '', ...rest] = within(netns, programLine(args));
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      cwd,
      env: environment(scratchFolder(), env),
      timeout,
      killSignal: 'SIGKILL',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', chunk => stdout.push(chunk));
    child.stderr.on('data', chunk => stderr.push(chunk));
    // It need not read what it is given.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const finished = {
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      };
      if (code === null) {
        reject(
          new Error(`ctq ${args.join(' ')}: ${signal} after up to ${timeout} ms\n${finished.stdout}${finished.stderr}`),
        );
      } else {
        resolve({ ...finished, code });
      }
    });
  });
}

/** Starts ctq with pipes and leaves it running: for `watch`, signals, closed pipes. */
export function startCtq(args: readonly string[], { netns, env }: Pick<CliOptions, 'netns' | 'env'> = {}): Program {
  return new Program(programLine(args), {
    ...(netns === undefined ? {} : { netns }),
    env: environment(scratchFolder(), env),
  });
}

export interface TerminalOptions extends Pick<CliOptions, 'env' | 'cwd' | 'netns'> {
  readonly columns?: number;
  readonly rows?: number;
}

/** Milliseconds that a terminal is waited for: a slow machine with other work may take some. */
const PATIENCE = 30_000;

/** Those that have not been closed. */
const terminals = new Set<Terminal>();
let made = 0;

/**
 * Leaves a program's exit code in the file $0, and then keeps the terminal, as tmux scrolls the screen of one that is given up.
 * A trap, other than an ignored signal, is not handed on to the program.
 */
const REPORT_STATUS = `trap : INT QUIT; "$@"; echo $? > "$0"; trap '' INT QUIT; exec sleep infinity`;

/** A program on a terminal of its own (tmux's), that can be typed to and looked at. */
export class Terminal {
  readonly #socket: string;
  /** The file in which the program's exit code appears; tmux's own #{pane_dead_status} is lost now and then. */
  readonly #status: string;
  /** What the program has written. The screen is asked for again when it has grown: that starts a program, and looking at a size does not. */
  readonly #written: string;
  /** How much had been written when the screen was last asked for; -1 if something else may have changed it. */
  #seen = -1;
  /** The process that leads the terminal's session. */
  readonly #leader: number;

  /** @param argv what to run; use `tty()` for ctq */
  constructor(argv: readonly string[], { env, cwd, netns, columns = 100, rows = 30 }: TerminalOptions = {}) {
    made += 1;
    this.#socket = join(scratchFolder(), `tmux-${made}`);
    this.#status = join(scratchFolder(), `status-${made}`);
    this.#written = join(scratchFolder(), `written-${made}`);
    const variables = Object.entries(environment(scratchFolder(), { TERM: 'tmux-256color', ...env }))
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${value}`);
    const size = ['-x', String(columns), '-y', String(rows)];
    const leader = must([
      ...['tmux', '-u', '-S', this.#socket, '-f', '/dev/null'],
      ...['set-option', '-g', 'remain-on-exit', 'on', ';', 'set-option', '-g', 'status', 'off', ';'],
      ...['set-option', '-sg', 'escape-time', '0', ';', 'set-option', '-g', 'history-limit', '10000', ';'],
      ...['new-session', '-d', '-P', '-F', '#{pane_pid}', ...size, '-c', cwd ?? process.cwd(), '--'],
      ...['env', '-i', ...variables, 'sh', '-c', REPORT_STATUS, this.#status, ...within(netns, argv)],
      ...[';', 'pipe-pane', `exec cat >'${this.#written}'`],
    ]);
    this.#leader = Number(leader);
    terminals.add(this);
  }

  #tmux(...args: readonly string[]): string {
    return must(['tmux', '-u', '-S', this.#socket, ...args]);
  }

  /** What stands on the screen now, without the blanks at the ends of its lines. @param colours with its escape codes */
  screen({ colours = false, history = false } = {}): string {
    const flags = [...(colours ? ['-e'] : []), ...(history ? ['-S', '-'] : [])];
    return this.#tmux('capture-pane', '-p', ...flags).trimEnd();
  }

  /** Whether the screen may differ from what it was when this was called last. */
  #hasChanged(): boolean {
    const size = existsSync(this.#written) ? statSync(this.#written).size : -1;
    const hasChanged = size === -1 || size !== this.#seen;
    this.#seen = size;
    return hasChanged;
  }

  /** Types text unchanged. */
  type(text: string): void {
    // At the end of an argument tmux takes a semicolon for the end of its own command.
    this.#tmux('send-keys', '-l', '--', text.replace(/;$/, '\\;'));
  }

  /** Presses keys by tmux's names: Enter, Tab, Up, C-c, C-d, Escape. */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', '--', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.drag([columns], rows);
  }

  /** Gives the window several widths, one soon after the other, as a mouse does that drags its edge: tmux waits in between, so that a slow machine does not. */
  drag(widths: readonly number[], rows: number): void {
    this.#seen = -1;
    const pause = [';', 'run-shell', '-d', '0.015', ';'];
    this.#tmux(
      ...widths.flatMap((columns, i) => [
        ...(i === 0 ? [] : pause),
        ...['resize-window', '-x', String(columns), '-y', String(rows)],
      ]),
    );
  }

  /** Waits until the screen shows a text (but for blanks at its end, which no screen keeps) or pattern, and returns the screen. @throws Error with the screen as it was */
  async waitFor(wanted: string | RegExp, milliseconds = PATIENCE): Promise<string> {
    let screen = '';
    this.#seen = -1;
    try {
      return await until(
        `${wanted} on the terminal`,
        () => {
          if (!this.#hasChanged()) return false;
          screen = this.screen();
          return (typeof wanted === 'string' ? screen.includes(wanted.trimEnd()) : wanted.test(screen)) && screen;
        },
        { within: milliseconds },
      );
    } catch (error) {
      throw new Error(`${(error as Error).message}, which shows\n${screen}`);
    }
  }

  /** Waits for the program's end. @returns its exit code, or 128 and the number of the signal that ended it */
  async exit(milliseconds = PATIENCE): Promise<number> {
    const code = await until(
      'the program on the terminal to end',
      () => existsSync(this.#status) && /^\d+(?=\n)/.exec(readFileSync(this.#status, 'utf8')),
      { within: milliseconds },
    );
    return Number(code[0]);
  }

  /** Ends all that runs on the terminal, and waits until it has gone: nothing more is written to any file then. */
  close(): void {
    terminals.delete(this);
    try {
      this.#tmux('kill-server');
    } catch {
      // It has been closed already.
    }
    const deadline = performance.now() + 20_000;
    for (;;) {
      const pids = sessionOf(this.#leader);
      if (pids.length === 0) return;
      if (performance.now() > deadline) throw new Error(`still running on a closed terminal: ${pids.join(' ')}`);
      for (const pid of pids) endProcess(pid);
      Atomics.wait(SLEEPER, 0, 0, 5);
    }
  }
}

const SLEEPER = new Int32Array(new SharedArrayBuffer(4));

/** The processes of a session that have not ended yet; proc_pid_stat(5). */
function sessionOf(leader: number): number[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // After the name, which may hold anything: state, parent, process group, session.
      const [state, , , session] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(session) === leader && state !== 'Z' && state !== 'X' ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Starts ctq on a terminal. Close it at the end. */
export function tty(args: readonly string[], options: TerminalOptions = {}): Terminal {
  return new Terminal(programLine(args), options);
}
