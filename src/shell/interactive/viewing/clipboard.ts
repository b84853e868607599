/** Copying by OSC 52 (xterm's control sequences), which reaches the clipboard of the terminal through ssh as well. */
import { spawnSync } from 'node:child_process';
import { CtqError } from '../../../engine/errors.js';
import type { Io } from '../../io.js';

/** Terminals ignore longer sequences: xterm's limit, less than those of others. In bytes, before base64. */
const MAX_BYTES = 74_000;

/**
 * Copies a text to the clipboard of the terminal.
 * @returns what was copied, as a message
 * @throws CtqError if it is too long, or there is no terminal
 */
export function copyToClipboard(text: string, { stdout, stderr, env }: Io): string {
  const terminal = stdout.isTTY === true ? stdout : stderr;
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > MAX_BYTES)
    throw failed(
      `the result is too long to copy: ${bytes.length} bytes, at most ${MAX_BYTES}`,
      'use limit, or .once FILE',
    );
  if (terminal.isTTY !== true || env.TERM === 'dumb') throw failed('this terminal has no clipboard', 'use .once FILE');
  // By default tmux ignores the sequence of a program; it takes the text as a buffer, and hands it on itself.
  if (env.TMUX !== undefined && hasTaken(bytes)) return copied(text);
  terminal.write(`\x1b]52;c;${bytes.toString('base64')}\x07`);
  return copied(text);
}

const hasTaken = (input: Buffer): boolean =>
  spawnSync('tmux', ['load-buffer', '-w', '-'], { input, timeout: 2000, stdio: ['pipe', 'ignore', 'ignore'] })
    .status === 0;

function copied(text: string): string {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return `copied ${lines} line${lines === 1 ? '' : 's'} to the clipboard of the terminal`;
}

const failed = (message: string, hint: string): CtqError =>
  new CtqError({ code: 'clipboard', kind: 'system', message, hint });
