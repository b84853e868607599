/** The session that is drawn, inside the namespaces that `record.js` made. Its only argument is the picture's path. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build, ping, start } from '../demo/network.js';
import { root } from '../lib/project.js';
import { toSvg } from './svg.js';

const COLUMNS = 104;
/** As many as the session may need; empty ones at the end are cut off. */
const ROWS = 80;
const PATIENCE = 60_000;
const HOME = '/run/ctq-record';

/** The prompt is the last line. */
const READY = /(^|\n)ctq> ?$/;

/** What is typed, and what is then waited for. */
const SESSION = /** @type {const} */ ([
  ['select from conntrack where dport in (https, 8000..8999) limit 5;', READY],
  [
    'select src, count(*) as flows, sum(bytes) as bytes from conntrack group by src order by bytes desc output bars;',
    READY,
  ],
  ['select src, dst, dprot from conntrack where bytes > 1MiB;', READY],
  ['explain select from conntrack where src = 10.0.1.3 and proto = tcp and bytes > 100KiB;', READY],
  ['delete from conntrack where status has UNREPLIED;', /\[y\/N\] ?$/],
  ['y', READY],
]);

/** @param {readonly string[]} args */
function tmux(...args) {
  const { status, stdout, stderr, error } = spawnSync('tmux', ['-u', '-S', '/run/tmux', ...args], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`tmux ${args[0]}: ${error?.message ?? stderr}`);
  }
  return stdout;
}

const screen = () => tmux('capture-pane', '-p').trimEnd();

/** @param {RegExp} wanted @param {string} [unlike] the screen that it must differ from */
async function seen(wanted, unlike) {
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

function openShell() {
  mkdirSync(HOME);
  const environment = [`PATH=${process.env.PATH}`, `HOME=${HOME}`, 'TERM=tmux-256color', 'LC_ALL=C.UTF-8', 'PAGER=cat'];
  tmux(
    ...['-f', '/dev/null', 'set-option', '-g', 'status', 'off', ';', 'new-session', '-d'],
    ...['-x', String(COLUMNS), '-y', String(ROWS), '--', 'env', '-i', ...environment],
    ...[process.execPath, join(root, 'dist/ctq.js'), '--no-config'],
  );
}

async function main() {
  const [path = ''] = process.argv.slice(2);
  build();
  const ends = [await start('server'), await start('client')];
  ping();
  openShell();
  let before = await seen(READY);
  for (const [text, wanted] of SESSION) {
    // A semicolon at the end would be tmux's own.
    tmux('send-keys', '-l', '--', text.replace(/;$/, '\\;'));
    before = await seen(/\S/, before);
    tmux('send-keys', 'Enter');
    before = await seen(wanted, before);
  }
  const lines = tmux('capture-pane', '-p', '-e').trimEnd().split('\n');
  tmux('kill-server');
  writeFileSync(path, toSvg(lines, { columns: COLUMNS, title: 'ctq' }));
  for (const end of ends) {
    end();
  }
  console.log(`record: ${path}`);
}

try {
  await main();
} catch (error) {
  console.error(`record: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
process.exit(0);
