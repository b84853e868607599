/** What the programs `ctq` and `ctq-conntrack` are: bundled as one file, which `load.ts` runs. */
import type { Io } from './io.js';
import { run, type Signals } from './run.js';

/** @returns the exit status */
export type Program = (args: readonly string[], io: Io & Signals) => Promise<number>;

/** `ctq`. */
export const ctq: Program = run;

/** `ctq-conntrack`, or whatever a link calls it: the command line of conntrack(8). */
export const conntrack: Program = async (args, io) => (await import('../conntrack8/run.js')).runConntrack(args, io);
