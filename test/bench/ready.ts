/** From the start of a watch to the first event that it gets, while flows are inserted from the first moment on. */
import { spawn } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { fill, flow, flush } from './fill.js';
import { ENVIRONMENT, type Measurement } from './measure.js';

/** Seconds after which something is wrong. */
const PATIENCE = 20;

/** @param command writes lines with `src=ADDRESS` of new flows until SIGTERM. @returns its wall time until it was subscribed */
export async function measureReady([program, ...args]: readonly string[]): Promise<Measurement> {
  const inserted: number[] = [];
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], env: ENVIRONMENT });
  const closed = new Promise<void>(resolve => child.on('close', () => resolve()));
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
  });
  while (!/src=\S+ /.test(seen)) {
    const now = performance.now();
    if (now - began > PATIENCE * 1000) throw new Error(`${program}: no event in ${PATIENCE} s`);
    fill(inserted.length, inserted.length + 1);
    inserted.push(now);
    await setImmediate();
  }
  child.kill();
  await closed;
  flush();
  const [, first] = /src=(\S+) /.exec(seen)!;
  const number = inserted.findIndex((_, n) => dotted(flow(n).src) === first);
  return { wall: (inserted[number] - began) / 1000, cpu: 0, peak: 0, said: '' };
}

const dotted = (n: number): string => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');
