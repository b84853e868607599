/** New flows as fast as the kernel takes them, while somebody watches: what the watcher loses, and what it costs. */
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { until } from '../kit/until.js';
import { fill, flush } from './fill.js';
import { type Command, ENVIRONMENT, type Measurement, readUsage, timed } from './measure.js';

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

/**
 * Watches while 300,000 flows are made, in two halves, so that the table need not hold more.
 * @param command watches new flows until SIGINT
 */
export async function measureEvents(command: Command): Promise<EventMeasurement> {
  const [program, ...args] = timed(command);
  const child = spawn(program, args, { stdio: ['ignore', openSync('/dev/null', 'w'), 'pipe'], env: ENVIRONMENT });
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = new Promise<void>(resolve => child.on('close', () => resolve()));
  await until('the watch to subscribe', () => listeners().length > 0, { within: 20_000 });
  const began = performance.now();
  fill(0, EVENTS / 2);
  flush();
  fill(EVENTS / 2, EVENTS);
  let last: Listener = { unread: 0, dropped: 0 };
  // Nobody listens any more where the watcher has given up.
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
  const watcher = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  if (watcher !== '') process.kill(Number(watcher), 'SIGINT');
  await closed;
  flush();
  return { wall, ...readUsage(), said, lost: last.dropped };
}
