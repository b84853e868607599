/** The session that is drawn as docs/session.svg. Its only argument is the picture's path. */
import { draw } from './picture.js';
import { seen, tmux } from './terminal.js';

/** The prompt is the last line. */
const READY = /(^|\n)ctq> ?$/;

/** What is typed, and the screen after it. */
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

async function play() {
  let before = await seen(READY);
  for (const [text, after] of SESSION) {
    // A semicolon at the end would be tmux's own.
    tmux('send-keys', '-l', '--', text.replace(/;$/, '\\;'));
    before = await seen(/\S/, before);
    tmux('send-keys', 'Enter');
    before = await seen(after, before);
  }
}

await draw(
  {
    columns: 104,
    // As many as the session may need; empty ones at the end are cut off.
    rows: 80,
    args: ['--no-config'],
    actors: [['server'], ['client']],
    title: 'ctq',
  },
  play,
);
