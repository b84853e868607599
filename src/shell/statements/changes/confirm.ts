import { createInterface } from 'node:readline';
import type { ShellSession } from '../../session/session.js';

/** Asks a question on the terminal. @returns whether the answer is y or yes; false at the end of input or Ctrl-C */
export async function confirm(question: string, shell: ShellSession, signal?: AbortSignal): Promise<boolean> {
  const ask = shell.ask ?? (text => askOnTerminal(text, shell, signal));
  const answer = await shell.userTime.during(ask(`${question} [y/N] `, signal));
  return /^\s*y(es)?\s*$/i.test(answer);
}

function askOnTerminal(question: string, { io }: ShellSession, signal?: AbortSignal): Promise<string> {
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
