/** Short programs that are run to their end: ip(8), nft(8), conntrack(8), ping(8). */
import { spawnSync } from 'node:child_process';

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code; 128 + the signal's number is not made up: a killed program throws. */
  readonly code: number;
}

export interface CommandOptions {
  readonly input?: string;
  /** Name of the network namespace to run in (see namespace.ts); this process's own where left out. */
  readonly netns?: string;
  /** Milliseconds; 20,000 where left out. */
  readonly timeout?: number;
}

/** The command line that runs `argv` in a named network namespace. */
export function within(netns: string | undefined, argv: readonly string[]): string[] {
  return netns === undefined ? [...argv] : ['nsenter', `--net=/run/netns/${netns}`, '--', ...argv];
}

/**
 * @throws Error where the program cannot be started, is killed, or takes too long
 */
export function run(argv: readonly string[], { input = '', netns, timeout = 20_000 }: CommandOptions = {}): Finished {
  const [program = '', ...rest] = within(netns, argv);
  const { stdout, stderr, status, signal, error } = spawnSync(program, rest, {
    input,
    timeout,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  });
  if (status === null) {
    throw new Error(`${argv.join(' ')}: ${error?.message ?? `killed by ${signal}`}\n${stderr ?? ''}`);
  }
  return { stdout, stderr, code: status };
}

/** As `run`, for what must succeed; returns its standard output. */
export function must(argv: readonly string[], options: CommandOptions = {}): string {
  const { stdout, stderr, code } = run(argv, options);
  if (code !== 0) {
    throw new Error(`${argv.join(' ')}: exit code ${code}\n${stderr}${stdout}`);
  }
  return stdout;
}
