/** conntrack(8), whose output ctq's must equal where both can print a thing. */
import { readFileSync } from 'node:fs';
import { type Finished, run } from './command.js';
import { assertPrivateNamespace } from './namespace.js';
import { Program } from './program.js';
import { until } from './until.js';

export interface OracleOptions {
  readonly input?: string;
  readonly netns?: string;
}

/** Runs conntrack(8); what it changes, it changes in a private namespace. */
export function conntrack(args: readonly string[], options: OracleOptions = {}): Finished {
  assertPrivateNamespace();
  return run(['conntrack', ...args], options);
}

/** What `conntrack ARGS` prints. @throws Error where it fails */
export function listConntrack(args: readonly string[] = ['-L', '-o', 'extended'], options: OracleOptions = {}): string {
  const { stdout, stderr, code } = conntrack(args, options);
  if (code !== 0) {
    throw new Error(`conntrack ${args.join(' ')}: exit code ${code}\n${stderr}`);
  }
  return stdout;
}

/** @returns such as [1, 4, 7] */
export function conntrackVersion(): number[] {
  const { stdout } = conntrack(['--version']);
  const [, version] = /v(\d+(?:\.\d+)+)/.exec(stdout) ?? [];
  if (version === undefined) {
    throw new Error(`conntrack --version says ${stdout}`);
  }
  return version.split('.').map(Number);
}

/** The lines of a text, sorted; a dump's order is that of the kernel's hash table. */
export function sortedLines(text: string): string[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .sort();
}

/** A line of `plain` or `extended`, its timeout (seconds) taken out, so that it can be compared with one of another second. */
export function splitTimeout(line: string): { line: string; timeout: number | undefined } {
  const match = /^((?:ipv[46] +\d+ )?\w+ +\d+ )(\d+)( .*)$/.exec(line);
  return match === null
    ? { line, timeout: undefined }
    : { line: `${match[1]}TIMEOUT${match[3]}`, timeout: Number(match[2]) };
}

/** The lines of a dump without their timeouts, sorted. */
export function linesWithoutTimeouts(text: string): string[] {
  return sortedLines(text)
    .map(line => splitTimeout(line).line)
    .sort();
}

/**
 * Takes what conntrack(8) and ctq print of one table in the same second: the oracle is asked before and after, until nothing moved
 * between. Then the two must be equal byte for byte, timeouts included.
 */
export async function inTheSameSecond<T>(
  oracle: () => string,
  ours: () => T | Promise<T>,
): Promise<{ expected: string; actual: T }> {
  return until(
    'a second in which the table does not change',
    async () => {
      const before = oracle();
      const actual = await ours();
      return before === oracle() ? { expected: before, actual } : undefined;
    },
    { within: 20_000, every: 1 },
  );
}

/** The netlink sockets of netfilter in a namespace: port id → the bit mask of its multicast groups. */
export function netfilterSockets(netns?: string): Map<number, number> {
  const path = '/proc/self/net/netlink';
  const table = netns === undefined ? readFileSync(path, 'utf8') : run(['cat', path], { netns }).stdout;
  const sockets = new Map<number, number>();
  for (const line of table.split('\n').slice(1)) {
    const [, family, port, groups] = line.trim().split(/ +/);
    if (family === '12' && port !== undefined && groups !== undefined) {
      sockets.set(Number(port), Number.parseInt(groups, 16));
    }
  }
  return sockets;
}

/** Waits until some socket of a namespace is subscribed to all the given groups (1 NEW, 2 UPDATE, 3 DESTROY, 4 … 6 of expectations). */
export async function subscribed(groups: readonly number[], netns?: string): Promise<void> {
  const mask = groups.reduce((bits, group) => bits | (1 << (group - 1)), 0);
  await until(`a subscription to the groups ${groups.join(', ')}`, () =>
    [...netfilterSockets(netns).values()].some(bits => (bits & mask) === mask),
  );
}

/** Starts `conntrack -E ARGS`, and returns when it is subscribed. */
export async function conntrackEvents(args: readonly string[] = [], netns?: string): Promise<Program> {
  assertPrivateNamespace();
  const before = netfilterSockets(netns);
  const program = new Program(['stdbuf', '-oL', 'conntrack', '-E', ...args], netns === undefined ? {} : { netns });
  await until('conntrack -E to subscribe', () =>
    [...netfilterSockets(netns)].some(([port, groups]) => groups !== 0 && !before.has(port)),
  );
  return program;
}
