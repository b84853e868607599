/** New flows as fast as the kernel takes them, while they are watched: what is lost, and what it costs. */
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { until } from '../kit/until.js';
import { fill, flush } from './fill.js';
import { argvOf, type Command, ENVIRONMENT, type Measurement, readUsage, timed } from './measure.js';

export const EVENTS = 300_000;

export interface EventMeasurement extends Measurement {
  /** Events that the kernel had no room for in the watcher's socket. */
  readonly lost: number;
}

interface Listener {
  readonly unread: number;
  readonly dropped: number;
}

/** The sockets of netfilter netlink in this namespace that are subscribed to something, by the kernel's own table. */
function listeners(): Listener[] {
  return readFileSync('/proc/self/net/netlink', 'utf8')
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/ +/))
    .filter(([, family, , groups]) => family === '12' && Number.parseInt(groups, 16) !== 0)
    .map(columns => ({ unread: Number(columns[4]), dropped: Number(columns[8]) }));
}

/** Ticks a second: USER_HZ of Linux. */
const TICKS = 100;

/** Processor time of a process so far, in ticks. */
const ticksOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

/** Waits until programs have started: until none of them has used the processor for a while. */
async function settled(pids: readonly number[]): Promise<void> {
  const total = (): number => pids.map(ticksOf).reduce((a, b) => a + b, 0);
  let before = -1;
  for (let quiet = 0; quiet < 3; ) {
    const now = total();
    quiet = now - before <= 0 ? quiet + 1 : 0;
    before = now;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** Makes all flows, in two halves, so that the table need not hold more. @returns seconds */
function makeFlows(): number {
  const began = performance.now();
  fill(0, EVENTS / 2);
  const first = performance.now() - began;
  flush();
  const again = performance.now();
  fill(EVENTS / 2, EVENTS);
  return (first + performance.now() - again) / 1000;
}

/** Makes the flows while a number of watches, possibly none, watch them. @returns the seconds that it takes, and what all watches lose */
export async function measureWatched(commands: readonly Command[]): Promise<EventMeasurement> {
  const children = commands.map(command => {
    const [program, ...args] = argvOf(command);
    return spawn(program, args, { stdio: 'ignore', env: ENVIRONMENT });
  });
  const ended = children.map(child => new Promise<void>(resolve => child.on('close', () => resolve())));
  await until('the watches to subscribe', () => listeners().length === commands.length, { within: 60_000 });
  await settled(children.map(child => child.pid as number));
  const wall = makeFlows();
  const lost = listeners().reduce((sum, { dropped }) => sum + dropped, 0);
  for (const child of children) child.kill('SIGINT');
  await Promise.all(ended);
  flush();
  return { wall, cpu: 0, peak: 0, said: '', lost };
}

/** Times from a new flow to its line, in seconds: the 95th percentile of 200. */
export async function measureLatency(command: Command): Promise<Measurement> {
  const [program, ...args] = argvOf(command);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], env: ENVIRONMENT });
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()));
  await until('the watch to subscribe', () => listeners().length > 0, { within: 20_000 });
  await settled([child.pid as number]);
  const taken: number[] = [];
  for (let n = 0; n < LATENCIES; n++) {
    const line = new Promise<void>(resolve => child.stdout.once('data', () => resolve()));
    const began = performance.now();
    fill(n, n + 1);
    await line;
    taken.push((performance.now() - began) / 1000);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  child.kill('SIGINT');
  await ended;
  flush();
  return { wall: taken.sort((a, b) => a - b)[Math.floor(LATENCIES * 0.95)], cpu: 0, peak: 0, said: '' };
}

const LATENCIES = 200;

/**
 * Watches while 300,000 flows are made. The processor time is that of the events alone, without the start of the program, and of all
 * events, in proportion to those that were not lost.
 * @param command watches new flows until SIGINT
 * @param output where it writes
 */
export async function measureEvents(command: Command, output = '/dev/null'): Promise<EventMeasurement> {
  const [program, ...args] = timed(command);
  const child = spawn(program, args, { stdio: ['ignore', openSync(output, 'w'), 'pipe'], env: ENVIRONMENT });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = new Promise<void>(resolve => child.on('close', () => resolve()));
  await until('the watch to subscribe', () => listeners().length > 0, { within: 20_000 });
  const watcher = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  if (watcher !== '') await settled([Number(watcher)]);
  const start = watcher === '' ? 0 : ticksOf(Number(watcher)) / TICKS;
  const began = performance.now();
  makeFlows();
  let last: Listener = { unread: 0, dropped: 0 };
  // No one listens any more where the watcher has given up.
  await until(
    'the watcher to read what waits',
    () => {
      const [now] = listeners();
      last = now ?? { ...last, unread: 0 };
      return last.unread === 0;
    },
    { within: 60_000 },
  );
  const wall = (performance.now() - began) / 1000;
  if (watcher !== '') process.kill(Number(watcher), 'SIGINT');
  await closed;
  flush();
  const { cpu, peak } = readUsage();
  // What a program loses costs it nothing: this is what all events would have cost.
  return { wall, cpu: ((cpu - start) * EVENTS) / Math.max(1, EVENTS - last.dropped), peak, said, lost: last.dropped };
}
