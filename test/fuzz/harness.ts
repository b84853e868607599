/** Runs a target's property again and again with seed after seed, and watches what it costs. */

import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { CtqError } from '../../src/engine/errors.js';

/** Something that takes what others wrote. */
export interface Target {
  readonly name: string;
  /** What is tried, for `npm run fuzz -- --help`. */
  readonly what: string;
  /** Cases of a batch, which should take about a second. */
  readonly runs: number;
  /** True where it changes the kernel's tables: it runs in namespaces of its own. */
  readonly needsKernel?: true;
  /** Called once. */
  open?(): Promise<void> | void;
  close?(): Promise<void> | void;
  property(): fc.IRawProperty<unknown>;
  /** What it counted beside its cases: rows compared, for one. */
  readonly counts?: Readonly<Record<string, number>>;
}

export interface Figures {
  readonly cases: number;
  readonly seconds: number;
  /** Processor time of the slowest case, ms. */
  readonly slowest: number;
  /** Bytes of the heap that are in use at the end and were not after the first batches. */
  readonly grown: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Processor time that one case may take, ms, on a busy machine. */
const PATIENCE = 5000;
/** Bytes by which a target's memory may differ between two collections: caches fill, code is compiled. */
const ROOM = 48 << 20;
/** Batches after which memory is looked at for the first time. */
const WARM = 3;

/** Processor time in ms: what other programs do meanwhile does not count. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let collect: (() => void) | undefined;
function heapInUse(): number {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

let slowest = 0;
/** Fails where a case takes longer than any case should. */
function judge(began: number, value: unknown): void {
  const took = cpuTime() - began;
  slowest = Math.max(slowest, took);
  if (took > PATIENCE) throw new Error(`it took ${Math.round(took)} ms: ${fc.stringify(value).slice(0, 500)}`);
}

/** A property of one value, with a limit on the time that a case takes. */
export function property<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void): fc.IRawProperty<unknown> {
  return fc.property(arbitrary, value => {
    const began = cpuTime();
    check(value);
    judge(began, value);
  }) as fc.IRawProperty<unknown>;
}

export function asyncProperty<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<void>,
): fc.IRawProperty<unknown> {
  return fc.asyncProperty(arbitrary, async value => {
    const began = cpuTime();
    await check(value);
    judge(began, value);
  }) as fc.IRawProperty<unknown>;
}

/** Lets pass what is thrown for the user to read: our own error, unless it says that ctq is wrong. */
export async function ours<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CtqError && error.kind !== 'internal') return undefined;
    throw error;
  }
}

export interface FuzzOptions {
  /** Every one of these is tried, however long it takes. */
  readonly seeds: readonly number[];
  /** Then this one, and those that follow it, until the time is over. */
  readonly seed: number;
  readonly seconds: number;
  /** Batches from `seed` on that run even where the time is over: what a test counts on. */
  readonly batches?: number;
  /** Called before each batch. */
  readonly tell?: (seed: number, cases: number) => void;
}

/** @throws Error with the smallest failing case, and the seed that leads to it */
export async function fuzz(
  target: Target,
  { seeds, seed, seconds, batches: minimum = 1, tell }: FuzzOptions,
): Promise<Figures> {
  slowest = 0;
  let cases = 0;
  let batches = 0;
  let before = 0;
  const began = performance.now();
  const run = async (current: number): Promise<void> => {
    tell?.(current, cases);
    // What fails is made smaller for so long; the smallest by then is reported.
    const details = await fc.check(target.property(), {
      seed: current,
      numRuns: target.runs,
      interruptAfterTimeLimit: 60_000,
    });
    cases += details.numRuns;
    if (details.failed) {
      const message = fc.defaultReportMessage(details) ?? 'failed';
      const reason = details.errorInstance instanceof Error ? details.errorInstance.message : '';
      throw new Error(`npm run fuzz -- --seed ${current} ${target.name}\n${reason}\n${message.slice(0, 8000)}`, {
        cause: details.errorInstance,
      });
    }
    if (++batches === WARM) before = heapInUse();
  };
  await target.open?.();
  try {
    for (const kept of seeds) await run(kept);
    for (let done = 0; done < minimum || performance.now() - began < seconds * 1000; done++) {
      await run((seed + done) | 0);
    }
  } finally {
    await target.close?.();
  }
  let grown = batches > WARM ? heapInUse() - before : 0;
  // What is only being ended is still not growth: it goes when the event loop has turned, and a leak does not.
  for (let tries = 0; grown > ROOM && tries < 20; tries++) {
    await pause(100);
    grown = heapInUse() - before;
  }
  if (grown > ROOM) throw new Error(`${target.name}: ${grown >> 20} MiB more are in use after ${cases} cases`);
  const { counts = {} } = target;
  return { cases, seconds: (performance.now() - began) / 1000, slowest, grown, counts: { ...counts } };
}

/** A line for people. */
export function figuresText(name: string, { cases, seconds, slowest: most, grown, counts }: Figures): string {
  const more = Object.entries(counts).map(([what, count]) => `, ${count.toLocaleString('en')} ${what}`);
  return `${name.padEnd(12)} ${cases.toLocaleString('en')} cases in ${seconds.toFixed(1)} s${more.join('')}; slowest ${Math.round(most)} ms, ${(grown / (1 << 20)).toFixed(1)} MiB more in use`;
}
