/** The interactive shell on a terminal, as tests type to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Terminal, type TerminalOptions, tty } from './cli.js';

/** Milliseconds: what a slow machine with other work may take. */
export const LONG = 30_000;

/** The prompt is below everything. */
export const READY = /\nctq[^\n]*> ?$/;

/** A shell in a home of its own, both gone at the end. @param prepare is given the home before the shell starts */
export async function inShell(
  work: (shell: Terminal, home: string) => Promise<void>,
  {
    args = [],
    prepare = () => {},
    ...options
  }: TerminalOptions & { args?: string[]; prepare?: (home: string) => void } = {},
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'ctq-home-'));
  prepare(home);
  const shell = tty(args, { ...options, cwd: home, env: { HOME: home, ...options.env } });
  try {
    await shell.waitFor(/^ctq.*> ?$/m, LONG);
    await work(shell, home);
  } finally {
    shell.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Types a line and ends it. */
export function enter(shell: Terminal, text: string): void {
  shell.type(text);
  shell.press('Enter');
}
