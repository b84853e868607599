/** Whole entries of an event log in formats of columns: what happened, and when, is not lost. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('columns of logs');

const cwd = mkdtempSync(join(tmpdir(), 'ctq-log-columns-'));
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));

const TUPLES = 'src=10.0.0.1 dst=10.0.0.2 sport=1 dport=80 src=10.0.0.2 dst=10.0.0.1 sport=80 dport=1';
const LOG = [
  ['    [NEW]', 'tcp      6 120 SYN_RECV'],
  [' [UPDATE]', 'tcp      6 60 ESTABLISHED'],
  ['[DESTROY]', 'tcp      6'],
];
writeFileSync(join(cwd, 'e.log'), LOG.map(([event, begin]) => `${event} ${begin} ${TUPLES}\n`).join(''));
writeFileSync(
  join(cwd, 'timed.log'),
  LOG.map(([event, begin], i) => `[176400000${i}.5]\t${event} ${begin} ${TUPLES}\n`).join(''),
);
writeFileSync(join(cwd, 'list.txt'), `tcp      6 60 ESTABLISHED ${TUPLES}\n`);

async function run(statement: string): Promise<string> {
  const { stdout, stderr, code } = await ctqHere([statement], { cwd });
  assert.is(code, 0, stderr);
  assert.is(stderr, '');
  return stdout;
}

test('csv and tsv begin with the event, and with its time if the log has it; they are read back', async () => {
  for (const [format, separator] of [
    ['csv', ','],
    ['tsv', '\t'],
  ]) {
    const lines = (await run(`select from 'timed.log' output ${format}`)).split('\n');
    assert.is(lines[0].indexOf(`event,event_time,proto,orig.src,`.replaceAll(',', separator)), 0, lines[0]);
    assert.equal(
      lines.slice(1, 4).map(line => line.split(separator).slice(0, 3)),
      ['new', 'update', 'destroy'].map((event, i) => [event, `2025-11-24T16:00:0${i}.500000000Z`, 'tcp']),
    );
    const plain = await run(`select from 'e.log' output ${format}`);
    assert.is(plain.indexOf(['event', 'proto', ''].join(separator)), 0);

    for (const log of ['timed', 'e']) {
      await run(`select from '${log}.log' output to '${log}.${format}'`);
      const query = (file: string): Promise<string> =>
        run(`select event, event_time, proto, src, dport, state, timeout from '${file}' output csv`);
      assert.is(await query(`${log}.${format}`), await query(`${log}.log`));
    }
  }
});

test('table, vertical and html show it too', async () => {
  assert.match(await run(`select from 'e.log' output table`), /^event +proto [\s\S]*\nnew +tcp [\s\S]*\ndestroy +tcp/);
  assert.match(await run(`select from 'timed.log' output vertical`), /\nevent +│ update\nevent_time +│ 2025/);
  assert.match(await run(`select from 'e.log' output html`), /<th>event<th>proto[\s\S]*<td>destroy<td>tcp/);
});

test('a list and a result without rows have the columns of entries', async () => {
  for (const query of [`select from 'list.txt'`, `select from 'e.log' where dport = 1`]) {
    assert.match(await run(`${query} output csv`), /^proto,orig\.src,/);
  }
});

test('whole entries in CSV are read where each cell is in quotes, also those that are empty', async () => {
  const lines = [
    `tcp 6 60 ESTABLISHED ${TUPLES} [ASSURED] mark=0 use=1`,
    `udp 17 29 ${TUPLES} mark=0 use=1`,
    'icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=7 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=7 mark=0 use=1',
  ];
  writeFileSync(join(cwd, 'mixed.txt'), lines.map(line => `${line}\n`).join(''));
  const columns =
    'proto, src, dst, sport, dport, reply.src, reply.dst, reply.sport, reply.dport, state, status, timeout';
  const csv = await run(`select ${columns} from 'mixed.txt' where proto != icmp output csv`);
  const quoted = csv
    .trim()
    .split('\n')
    .map(line =>
      line
        .split(/,(?![A-Z_]+(?:,[A-Z_]+)*")/)
        .map(cell => (cell.startsWith('"') ? cell : `"${cell}"`))
        .join(','),
    );
  assert.match(quoted[2], /,"",/);
  writeFileSync(join(cwd, 'quoted.csv'), `${quoted.join('\n')}\n`);
  assert.is(await run(`select ${columns} from 'quoted.csv' output csv`), csv);
});

test.run();
