/** What the programs `ctq` and `ctq-conntrack` are: bundled as one file, which `load.ts` runs. */

import { fileOutput } from '../output/standard-output.js';
import type { Io } from './io.js';
import { run, type Signals } from './run.js';

/** @returns the exit status */
export type Program = (args: readonly string[], io: Io & Signals) => Promise<number>;

/** `ctq`. */
export const ctq: Program = (args, io) => run(args, withFileOutput(io));

/** `ctq-conntrack`, or whatever a link calls it: the command line of conntrack(8). */
export const conntrack: Program = async (args, io) =>
  (await import('../conntrack8/run.js')).runConntrack(args, withFileOutput(io));

/** The same with standard output as a stream that tells what it could write, where it is a file. */
function withFileOutput(io: Io & Signals): Io & Signals {
  const stdout = fileOutput(1);
  if (stdout === undefined) return io;
  return {
    get stdin() {
      return io.stdin;
    },
    stdout,
    get stderr() {
      return io.stderr;
    },
    env: io.env,
    on: (signal, listener) => io.on(signal, listener),
    off: (signal, listener) => io.off(signal, listener),
    exit: code => io.exit?.(code) as never,
  };
}
