/** Joins with files of names, and of expectations with their masters. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { select } from '../kit/engine.js';
import { fillTables } from '../kit/flows.js';
import { conntrack } from '../kit/oracle.js';

const test = suite('join');
const folder = mkdtempSync(join(tmpdir(), 'ctq-join-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

test.before(() => {
  fillTables();
  for (const [src, sport] of [
    ['203.0.113.1', '1'],
    ['203.0.113.1', '2'],
    ['203.0.113.2', '3'],
    ['203.0.113.200', '4'],
  ]) {
    conntrack([
      '-I',
      '-p',
      'udp',
      '-t',
      '600',
      '-s',
      src,
      '-d',
      '198.51.100.1',
      '--sport',
      sport,
      '--dport',
      '53',
      '-m',
      '99',
    ]);
  }
});

test.after(() => rmSync(folder, { recursive: true }));

const OURS = 'where mark = 99';

test('a CSV file brings its columns', async () => {
  const path = file('hosts.csv', 'ip,owner,weight\n203.0.113.1,"Smith, Ann",3\n203.0.113.2,Bob,4\n');
  const { rows } = await select(
    `select hosts.owner as owner, count(*) as n from conntrack join '${path}' on src = hosts.ip and sport > 0 ${OURS} group by owner order by owner`,
  );
  assert.equal(
    rows.map(row => row.slice(0, 2)),
    [
      ['Bob', 1],
      ['Smith, Ann', 2],
    ],
  );
});

test('a left join keeps rows without a partner', async () => {
  const path = file('few.jsonl', '{"ip":"203.0.113.2","owner":"Bob"}\n');
  const { rows } = await select(
    `select src, h.owner from conntrack left join '${path}' as h on src = h.ip ${OURS} order by h.owner, sport`,
  );
  assert.equal(
    rows.map(row => row[1]),
    ['Bob', null, null, null],
  );
});

test('networks match by the longest prefix', async () => {
  const path = file(
    'nets.json',
    JSON.stringify([
      { net: '203.0.113.0/24', site: 'all' },
      { net: '203.0.113.0/30', site: 'core' },
    ]),
  );
  const { rows } = await select(
    `select nets.site, count(*) as n from conntrack join '${path}' on src = nets.net ${OURS} group by nets.site order by n`,
  );
  assert.equal(rows, [
    ['all', 1],
    ['core', 3],
  ]);
});

test('an expectation and its master', async () => {
  const { rows } = await select('select master.src, conntrack.state, conntrack.helper from expect join conntrack');
  assert.ok(rows.length >= 1);
  for (const [, , helper] of rows) assert.is(typeof helper, 'string');
});

test('what is wrong with a file is told', async () => {
  const path = file('bad.csv', 'a,b\n1,2\n');
  for (const [text, message] of [
    [`select x.c from conntrack join '${path}' as x on src = x.a`, /has no column 'c'/],
    [`select x.a from conntrack join '${folder}/none.csv' as x on src = x.a`, /cannot read .*none\.csv/],
    [`select x.a from conntrack join '${file('bad.json', '[{')}' as x on src = x.a`, /cannot read .*bad\.json/],
  ] as const) {
    try {
      await select(text);
      assert.unreachable(text);
    } catch (error) {
      assert.match((error as Error).message, message);
    }
  }
});

test.run();
