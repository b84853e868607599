/** The terminal (tmux's) on which ctq is recorded, inside the namespaces that `record.js` made. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../lib/project.js';

const PATIENCE = 60_000;
const HOME = '/run/ctq-record';

/** @param {readonly string[]} args */
export function tmux(...args) {
  const { status, stdout, stderr, error } = spawnSync('tmux', ['-u', '-S', '/run/tmux', ...args], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`tmux ${args[0]}: ${error?.message ?? stderr}`);
  }
  return stdout;
}

const screen = () => tmux('capture-pane', '-p').trimEnd();

/** The lines of the screen, with their escape codes. */
export const coloured = () => tmux('capture-pane', '-p', '-e').trimEnd().split('\n');

/** @param {RegExp} wanted @param {string} [unlike] the screen that it must differ from */
export async function seen(wanted, unlike) {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const text = screen();
    if (text !== unlike && wanted.test(text)) {
      return text;
    }
    if (performance.now() > deadline) {
      throw new Error(`${wanted} did not appear:\n${text}`);
    }
    await pause(50);
  }
}

/**
 * Starts ctq on a terminal of its own.
 * @param {number} columns @param {number} rows @param {readonly string[]} args
 */
export function open(columns, rows, args) {
  mkdirSync(HOME, { recursive: true });
  const environment = [`PATH=${process.env.PATH}`, `HOME=${HOME}`, 'TERM=tmux-256color', 'LC_ALL=C.UTF-8', 'PAGER=cat'];
  tmux(
    ...['-f', '/dev/null', 'set-option', '-g', 'status', 'off', ';', 'new-session', '-d'],
    ...['-x', String(columns), '-y', String(rows), '--', 'env', '-i', ...environment],
    ...[process.execPath, join(root, 'dist/ctq.js'), ...args],
  );
}
