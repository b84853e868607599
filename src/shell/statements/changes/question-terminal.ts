import { openSync } from 'node:fs';
import { WriteStream } from 'node:tty';
import { CtqError } from '../../../engine/errors.js';
import type { Io, Terminal } from '../../io.js';

/** Where a question is shown where standard error is not a terminal: that of this process, else the one that is read. */
const TERMINALS = ['/dev/tty', '/proc/self/fd/0'];

/**
 * Does work with the terminal on which questions are shown: standard error, or, where that goes elsewhere (`2>/dev/null`), the terminal
 * itself. A question must be seen.
 * @throws CtqError if there is none
 */
export async function onTerminal<T>({ stderr }: Io, work: (terminal: Terminal) => Promise<T>): Promise<T> {
  if (stderr.isTTY === true) return work(stderr);
  const terminal = opened();
  try {
    return await work(terminal);
  } finally {
    terminal.destroy();
  }
}

function opened(): WriteStream {
  for (const path of TERMINALS) {
    try {
      const terminal = new WriteStream(openSync(path, 'w'));
      // One that has gone is not asked: its input ends as well, which is no answer.
      terminal.on('error', () => {});
      return terminal;
    } catch {
      // The next one.
    }
  }
  throw new CtqError({
    code: 'no-terminal',
    kind: 'system',
    message: 'there is no terminal to ask on: nothing was changed',
    hint: '--yes changes entries without a question',
  });
}
