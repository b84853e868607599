import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { CtqError } from '../../../engine/errors.js';
import type { Io, Terminal } from '../../io.js';
import type { ShellSession, StatementContext } from '../../session/session.js';
import { isDeclined } from './piped-answer.js';
import { onTerminal } from './question-terminal.js';

const INTERRUPT = '\x03';

/** Whether somebody is at the terminal to be asked. */
export const isAsked = (shell: ShellSession): boolean =>
  shell.io.stdin.isTTY === true && shell.setting('confirm') === true;

/**
 * Asks before a statement does something, where somebody is at the terminal. Elsewhere an answer that is piped to ctq may forbid it.
 * @param show shows what would be done. It returns the question; undefined if there is nothing to ask
 * @throws CtqError if the answer is not yes
 */
export async function askBefore(
  { shell, session, text }: StatementContext,
  show: (terminal: Terminal) => Promise<string | undefined>,
): Promise<void> {
  if (shell.setting('confirm') !== true) return;
  if (shell.io.stdin.isTTY !== true) {
    // A statement that reads standard input has no answer there.
    if (shell.io.stdin === process.stdin && !readsStandardInput(text) && isDeclined())
      throw notConfirmed('the answer on standard input is no: nothing was changed');
    return;
  }
  await onTerminal(shell.io, async terminal => {
    const question = await show(terminal);
    if (question === undefined || (await confirm(question, shell, terminal, session.signal))) return;
    session.signal?.throwIfAborted();
    throw notConfirmed('nothing was changed');
  });
}

const notConfirmed = (message: string): CtqError => new CtqError({ code: 'not-confirmed', kind: 'system', message });

const readsStandardInput = (text: string): boolean => /(['"])(?:-|\/dev\/stdin|\/dev\/fd\/0)\1/.test(text);

/** @returns whether the answer is y or yes; false at the end of input or Ctrl-C */
async function confirm(
  question: string,
  shell: ShellSession,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<boolean> {
  const ask = shell.ask ?? (text => askOnTerminal(text, shell.io, terminal, () => void shell.interrupt(), signal));
  const answer = await shell.userTime.during(ask(`${question} [y/N] `, signal));
  return /^\s*y(es)?\s*$/i.test(answer);
}

async function askOnTerminal(
  question: string,
  io: Io,
  terminal: Terminal,
  interrupt: () => void,
  signal?: AbortSignal,
): Promise<string> {
  if (await dropTyped(io)) interrupt();
  if (signal?.aborted) return '';
  const lines = createInterface({ input: io.stdin, output: terminal });
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
      terminal.write('\n');
      interrupt();
      done('');
    });
    // After Ctrl-Z, node does not read on by itself.
    lines.on('SIGCONT', () => lines.prompt(true));
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
