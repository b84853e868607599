import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import type { Io } from '../../cli/io.js';
import type { ShellSession } from '../../session/session.js';

const INTERRUPT = '\x03';

/** Asks a question on the terminal. @returns whether the answer is y or yes; false at the end of input or Ctrl-C */
export async function confirm(question: string, shell: ShellSession, signal?: AbortSignal): Promise<boolean> {
  const ask = shell.ask ?? (text => askOnTerminal(text, shell, signal));
  const answer = await shell.userTime.during(ask(`${question} [y/N] `, signal));
  return /^\s*y(es)?\s*$/i.test(answer);
}

async function askOnTerminal(question: string, { io }: ShellSession, signal?: AbortSignal): Promise<string> {
  const isInterrupted = await dropTyped(io);
  if (isInterrupted || signal?.aborted) return '';
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  return new Promise(resolve => {
    const done = (answer: string): void => {
      signal?.removeEventListener('abort', abort);
      lines.removeAllListeners();
      lines.close();
      resolve(answer);
    };
    const abort = (): void => done('');
    signal?.addEventListener('abort', abort, { once: true });
    lines.once('close', abort);
    lines.once('SIGINT', () => {
      io.stderr.write('\n');
      done('');
    });
    lines.question(question, done);
  });
}

/** Drops what was typed before a question is shown: it was not meant as the answer. @returns whether Ctrl-C was typed */
async function dropTyped({ stdin }: Io): Promise<boolean> {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return false;
  let hasCome = true;
  let isInterrupted = false;
  const drop = (chunk: unknown): void => {
    hasCome = true;
    if (String(chunk).includes(INTERRUPT)) isInterrupted = true;
  };
  // Without raw mode, a line that has no end yet cannot be read.
  stdin.setRawMode(true);
  stdin.on('data', drop);
  while (hasCome) {
    hasCome = false;
    // The terminal may not be read between this and the first turn.
    await turn();
    await turn();
  }
  stdin.off('data', drop);
  stdin.pause();
  stdin.setRawMode(false);
  return isInterrupted;
}
