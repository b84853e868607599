/**
 * A recorder that may die, for crash.ts: it writes a line for each flow before it records it. Its timers run a hundred times as fast.
 *
 *   node --import tsx test/bench/history/recorder.ts '{"folder": …}'
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

export interface Life {
  readonly folder: string;
  /** Of the first flow. */
  readonly firstId: number;
  /** Of a hundred flows each. */
  readonly batches: number;
  /** Before this call that changes a file, the process is killed. */
  readonly dieAtStep?: number;
  /** After this time (ms) the process is killed. */
  readonly dieAfter?: number;
  /** ms by which the clock differs from that of the machine, and by how much it is set in the middle. */
  readonly shift: number;
  readonly jump: number;
  /** A file that fills the disk for a third of the time. */
  readonly filler?: string;
  /** Hours, counted back from now, in which the flows end. */
  readonly hours: number;
}

const HOUR = 3_600_000;
const FASTER = 100;
const BATCH = 100;
const STEPS = [
  'openSync',
  'closeSync',
  'fsyncSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'writeSync',
  'appendFileSync',
] as const;

const life = JSON.parse(process.argv[2]) as Life;
const { writeSync, writeFileSync, rmSync } = fs;
let steps = 0;
let isArmed = false;

const die = (): void => void process.kill(process.pid, 'SIGKILL');
const files = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of STEPS) {
  const call = files[name];
  files[name] = (...args) => {
    if (isArmed && ++steps === life.dieAtStep) die();
    return call(...args);
  };
}
syncBuiltinESMExports();

/** Writes to a pipe, also while it is full. */
function say(text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

let { shift } = life;
const clock = Date.now;
Date.now = () => clock() + shift;
const repeat = globalThis.setInterval;
globalThis.setInterval = ((work: () => void, ms: number) => repeat(work, ms / FASTER)) as typeof setInterval;

function fillDisk(): void {
  try {
    if (life.filler) writeFileSync(life.filler, Buffer.alloc(1 << 24));
  } catch {
    // It is full.
  }
}

async function main(): Promise<void> {
  const { Recorder } = await import('../../../src/engine/sources/history/files/recording/recorder.js');
  const { flowAt, ns } = await import('../../kit/recorded.js');
  isArmed = true;
  const recorder = await Recorder.open({
    folder: life.folder,
    gateway: 'gw1',
    netns: '',
    keep: { age: 1000 * 24 * HOUR },
    now: () => ns(Date.now()),
    warn: message => void writeSync(2, `${message}\n`),
  });
  if (life.dieAfter !== undefined) setTimeout(die, life.dieAfter);
  for (let batch = 0; batch < life.batches; batch++) {
    if (batch === life.batches >> 1) shift += life.jump;
    if (batch === Math.floor(life.batches / 3)) fillDisk();
    if (batch === Math.floor((2 * life.batches) / 3) && life.filler) rmSync(life.filler);
    for (let i = 0; i < BATCH; i++) {
      const id = life.firstId + batch * BATCH + i;
      const now = Date.now();
      const stop = now - (id % life.hours) * HOUR;
      say(`made ${id} ${now}\n`);
      recorder.entry(flowAt(id, stop - 1000, stop, 1));
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  await recorder.close();
}

void main();
