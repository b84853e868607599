/** Whole programs, measured from outside: wall time, processor time, peak memory. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program with its arguments, or a command line of sh(1). */
export type Command = readonly string[] | string;

export interface Measurement {
  /** Seconds of wall time, from the start of the program to its end. */
  readonly wall: number;
  /** Seconds of processor time, its own and the kernel's for it; in a pipe, of all its programs together. */
  readonly cpu: number;
  /** Largest resident memory in bytes; in a pipe, of the largest program. */
  readonly peak: number;
  /** What it wrote to standard error. */
  readonly said: string;
}

const scratch = mkdtempSync(join(tmpdir(), 'ctq-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
/** Where time(1) leaves what it measured. */
export const USAGE_FILE = join(scratch, 'usage');

const nowhere = openSync('/dev/null', 'w');

export const argvOf = (command: Command): readonly string[] =>
  typeof command === 'string' ? ['sh', '-c', command] : command;

/** The environment of all programs: no configuration or history of the user who measures. */
export const ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`,
  HOME: scratch,
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
};

/**
 * A program under time(1). A small program must be between: what Linux reports of a child's memory begins with that of the process
 * which started it, and that would be this one.
 */
export const timed = (command: Command): readonly string[] => [
  ...['/usr/bin/time', '-q', '-o', USAGE_FILE, '-f', '%U %S %M'],
  ...argvOf(command),
];

export function readUsage(): Pick<Measurement, 'cpu' | 'peak'> {
  const [user, system, peak] = readFileSync(USAGE_FILE, 'utf8').trim().split('\n').at(-1)!.split(' ').map(Number);
  return { cpu: user + system, peak: peak * 1024 };
}

/**
 * Runs a program to its end, its standard output to /dev/null.
 * @throws Error where it fails
 */
export function measure(command: Command): Measurement {
  const [program, ...args] = timed(command);
  const began = performance.now();
  const { status, signal, stderr, error } = spawnSync(program, args, {
    stdio: ['ignore', nowhere, 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: ENVIRONMENT,
  });
  const wall = (performance.now() - began) / 1000;
  if (status !== 0) {
    const text = typeof command === 'string' ? command : command.join(' ');
    throw new Error(`${text}: ${error?.message ?? `exit code ${status ?? signal}`}\n${stderr}`);
  }
  return { wall, ...readUsage(), said: stderr };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
