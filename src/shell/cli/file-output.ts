import { fileOutput } from '../output/standard-output.js';
import type { Io } from './io.js';
import type { Signals } from './run.js';

/** The same with a standard output that reports how much it could write, where it is a file. */
export function withFileOutput(io: Io & Signals): Io & Signals {
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
