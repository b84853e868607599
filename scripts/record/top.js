/** The full screen that is drawn, inside the namespaces that `record.js` made. Its only argument is the picture's path. */
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { build, ping, start } from '../demo/network.js';
import { toSvg } from './svg.js';
import { coloured, open, seen, tmux } from './terminal.js';

const COLUMNS = 128;
const ROWS = 26;
/** Milliseconds in which the rates of the rows become a history. */
const HISTORY = 18_000;

async function main() {
  const [path = ''] = process.argv.slice(2);
  build();
  const ends = [
    await start('server'),
    await start('client'),
    await start('busy'),
    await start('visitor', { interval: 400 }),
  ];
  ping();
  open(COLUMNS, ROWS, ['top', '--no-config', '--every', '1s']);
  await seen(/flows\/s/);
  await pause(HISTORY);
  tmux('send-keys', 'Down', 'Down');
  await pause(500);
  const lines = coloured();
  tmux('kill-server');
  writeFileSync(path, toSvg(lines, { columns: COLUMNS, title: 'ctq top', hasCursor: false }));
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
