/** The session that is drawn, inside the namespaces that `record.js` made. Its only argument is the picture's path. */
import { writeFileSync } from 'node:fs';
import { build, ping, start } from '../demo/network.js';
import { toSvg } from './svg.js';
import { coloured, open, seen, tmux } from './terminal.js';

const COLUMNS = 104;
/** As many as the session may need; empty ones at the end are cut off. */
const ROWS = 80;

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

async function main() {
  const [path = ''] = process.argv.slice(2);
  build();
  const ends = [await start('server'), await start('client')];
  ping();
  open(COLUMNS, ROWS, ['--no-config']);
  let before = await seen(READY);
  for (const [text, wanted] of SESSION) {
    // A semicolon at the end would be tmux's own.
    tmux('send-keys', '-l', '--', text.replace(/;$/, '\\;'));
    before = await seen(/\S/, before);
    tmux('send-keys', 'Enter');
    before = await seen(wanted, before);
  }
  const lines = coloured();
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
