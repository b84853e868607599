/** Programs that run beside a test: servers, clients, `conntrack -E`. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './command.js';

/** What is waited for, the wait's end, and what to do then. */
interface Waiter {
  readonly pattern: RegExp;
  readonly resolve: (match: RegExpExecArray) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const living = new Set<Program>();
process.on('exit', () => {
  for (const program of living) {
    program.kill('SIGKILL');
  }
});

export class Program {
  /** All that it has written to its standard output. */
  stdout = '';
  stderr = '';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #argv: readonly string[];
  readonly #waiters = new Set<Waiter>();
  readonly #closed: Promise<number | null>;
  /** How much of stdout earlier waits have used up. */
  #seen = 0;
  #ended = false;

  /** @param netns the named network namespace to start it in; this process's own where left out */
  constructor(argv: readonly string[], { netns, env }: { netns?: string; env?: NodeJS.ProcessEnv } = {}) {
    this.#argv = argv;
    const [program = '', ...rest] = within(netns, argv);
    this.#child = spawn(program, rest, { env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC', ...env } });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#look();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    // A program that has gone cannot read; that it has gone is seen by the next wait.
    this.#child.stdin.on('error', () => {});
    living.add(this);
    this.#closed = new Promise(resolve => {
      this.#child.on('error', error => {
        this.stderr += error.message;
      });
      this.#child.on('close', code => {
        this.#ended = true;
        living.delete(this);
        this.#look();
        for (const waiter of this.#waiters) {
          this.#giveUp(waiter, `it ended with exit code ${code}`);
        }
        resolve(code);
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Ends its standard input. */
  end(): void {
    this.#child.stdin.end();
  }

  /**
   * Waits until its output holds the pattern after what the last wait found.
   * @throws Error where it ends first, or not `within` milliseconds
   */
  waitFor(pattern: RegExp, withinMs = 20_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(waiter, `not within ${withinMs} ms`), withinMs);
      const waiter: Waiter = { pattern, resolve, reject, timer };
      this.#waiters.add(waiter);
      this.#look();
      if (this.#ended && this.#waiters.has(waiter)) {
        this.#giveUp(waiter, 'it has ended');
      }
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for its end. @returns its exit code, null where a signal ended it */
  exit(): Promise<number | null> {
    return this.#closed;
  }

  /** Ends it, and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.#ended) {
      if (this.#child.pid === undefined) {
        await once(this.#child, 'close');
      }
      this.kill(signal);
    }
    return this.#closed;
  }

  #look(): void {
    for (const waiter of this.#waiters) {
      const match = waiter.pattern.exec(this.stdout.slice(this.#seen));
      if (match !== null) {
        this.#seen += match.index + match[0].length;
        clearTimeout(waiter.timer);
        this.#waiters.delete(waiter);
        waiter.resolve(match);
      }
    }
  }

  #giveUp(waiter: Waiter, why: string): void {
    clearTimeout(waiter.timer);
    this.#waiters.delete(waiter);
    waiter.reject(
      new Error(
        `${this.#argv.join(' ')}: waited for ${waiter.pattern}, ${why}\nstdout: ${this.stdout}\nstderr: ${this.stderr}`,
      ),
    );
  }
}
