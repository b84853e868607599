/** The compiled part of `shapes.ts` (`matcher.as.ts`): one instance, with memory of its own. */
import { readFileSync } from 'node:fs';
import { attempt } from '../../report/parse-error.js';
import { parseCtime } from '../../text/time.js';
import { MATCHER } from './generated/matcher.js';

/** A step of how a shape's message follows from its values. */
export interface Operation {
  readonly code: number;
  /** Where in the message, and how many bytes. */
  readonly place?: number;
  readonly width?: number;
  /** Indices of values. */
  readonly value?: number;
  readonly other?: number;
  readonly constant?: bigint;
}

/** What `matcher.as.ts` exports, and its memory. */
export interface Matcher {
  readonly memory: WebAssembly.Memory;
  readonly textAt: number;
  readonly maxText: number;
  readonly maxMessage: number;
  readonly messagesAt: number;
  readonly rootAt: number;
  readonly resultsAt: number;
  room(bytes: number): number;
  addEdge(
    list: number,
    text: number,
    length: number,
    kind: number,
    most: number,
    isUsed: boolean,
    repeats: number,
  ): number;
  listAfter(edge: number, isIPv6: boolean): number;
  setShape(edge: number, message: number, length: number, operations: number, lineFeeds: number, own: number): number;
  setOperation(
    at: number,
    code: number,
    place: number,
    width: number,
    value: number,
    other: number,
    constant: bigint,
  ): number;
  clear(): void;
  setOuterTime(ns: bigint): void;
  run(from: number, length: number, mode: number, isLast: boolean, most: number): number;
}

let compiled: WebAssembly.Module | undefined;
let mayRun: boolean | undefined;

/** V8 reserves 10 GiB of address space for a memory; what is left under a limit may be too little for a thread. */
function isAddressSpaceLimited(): boolean {
  try {
    return !/^Max address space +unlimited/m.test(readFileSync('/proc/self/limits', 'latin1'));
  } catch {
    return false;
  }
}

/** @returns undefined where node cannot run it: with `--jitless`, and under a limit of address space (`ulimit -v`) */
export function makeMatcher(): Matcher | undefined {
  mayRun ??= typeof WebAssembly !== 'undefined' && !isAddressSpaceLimited();
  if (!mayRun) return undefined;
  try {
    return instance();
  } catch (error) {
    // There is no address space for another memory.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function instance(): Matcher {
  let memory: WebAssembly.Memory | undefined;
  const localTime = (at: number, length: number): bigint => {
    const text = Buffer.from(memory!.buffer, at, length).toString('latin1');
    return BigInt(attempt(() => parseCtime(text)) ?? -1);
  };
  compiled ??= new WebAssembly.Module(Buffer.from(MATCHER, 'base64'));
  const { exports } = new WebAssembly.Instance(compiled, { 'matcher.as': { localTime } });
  memory = exports.memory as WebAssembly.Memory;
  // Numbers are exported as objects with a value.
  const entries = Object.entries(exports).map(([name, value]) => [
    name,
    value instanceof WebAssembly.Global ? (value.value as number) : value,
  ]);
  return Object.fromEntries(entries) as Matcher;
}
