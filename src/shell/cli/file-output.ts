import type { Io } from '../io.js';
import { closedOutput, fileOutput } from '../output/standard-output.js';
import type { Signals } from './run.js';

/**
 * The same with a standard output that reports how much it could write, where it is a file.
 * @param mayBeClosed whether a closed one is ignored, as conntrack(8) does
 */
export function withFileOutput(io: Io & Signals, mayBeClosed = false): Io & Signals {
  const isClosed = !mayBeClosed && io.env.CTQ_CLOSED !== undefined;
  // Programs that are started have a standard output of their own.
  delete process.env.CTQ_CLOSED;
  const stdout = isClosed ? closedOutput() : fileOutput(1);
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
