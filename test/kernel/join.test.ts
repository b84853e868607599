/** Joins with files of names, and of expectations with their masters. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TABLES } from '../../src/lang/schema/catalogue.js';
import type { Field } from '../../src/lang/schema/fields/field.js';
import { formatAddress } from '../../src/lang/values/address.js';
import type { Value } from '../../src/lang/values/value.js';
import { select } from '../kit/engine.js';
import { ENVIRONMENT } from '../kit/environment.js';
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
  writeFileSync('/proc/sys/net/netfilter/nf_conntrack_timestamp', '1');
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

const CLOCK = { ...ENVIRONMENT, now: () => BigInt(Date.now()) * 1_000_000n };
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

test('an address goes with every network that holds it', async () => {
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
    ['core', 3],
    ['all', 4],
  ]);
});

test('an expectation and its master', async () => {
  const { rows } = await select('select master.src, conntrack.state, conntrack.helper from expect join conntrack');
  assert.ok(rows.length >= 1);
  for (const [, , helper] of rows) assert.is(typeof helper, 'string');
});

test('a joined flow has its own age', async () => {
  const { rows } = await select(
    `select c.age, age, c.netns from conntrack join conntrack as c on c.sport = sport and c.src = src ${OURS}`,
    { environment: CLOCK },
  );
  assert.is(rows.length, 4);
  for (const [joined, own] of rows) {
    assert.is(joined, own);
    assert.ok((joined as number) >= 0 && (joined as number) < 3600e9, `${joined}`);
  }
  const none = await select(
    `select src from conntrack join conntrack as c on c.sport = sport and c.age < 0s or c.age > 1h ${OURS}`,
    { environment: CLOCK },
  );
  assert.equal(none.rows, []);
});

test('every table can be joined to every other, with all of its fields', async () => {
  const tables = ['conntrack', 'expect', 'dying', 'unconfirmed', 'stats', 'expect_stats', 'sysctl'] as const;
  const counts = new Map<string, number>();
  for (const table of tables) counts.set(table, (await select(`select netns from ${table}`)).rows.length);
  for (const own of tables) {
    for (const joined of tables) {
      const fields = Object.entries<Field>(TABLES[joined].fields).filter(
        ([, field]) => !field.anyOf && !field.watchOnly,
      );
      const columns = fields.map(([name]) => `j.${name}`).join(', ');
      const text = `select ${columns} from ${own} join ${joined} as j on true`;
      const { rows } = await select(text);
      assert.is(rows.length, (counts.get(own) as number) * (counts.get(joined) as number), text);
      const plain = await select(`select ${fields.map(([name]) => name).join(', ')} from ${joined} order by 1, 2, 3`);
      if (rows.length > 0) assert.equal(new Set(rows.map(nulls)), new Set(plain.rows.map(nulls)), text);
    }
  }
  assert.ok((counts.get('sysctl') as number) > 0 && (counts.get('stats') as number) > 0);
});

/** What runs on between two looks aside: times, and the count of the settings. */
const nulls = (row: readonly Value[]): string =>
  row.map(value => (typeof value === 'number' && value > 1e9 ? 'time' : typeof value)).join();

test('a condition with networks holds in every kind of join', async () => {
  const path = file(
    'sites.csv',
    'p,net,site\n53,203.0.113.0/24,all\n54,203.0.113.0/30,core\n53,203.0.113.2,one\n,::/0,six\n',
  );
  const expected = [
    ['203.0.113.1', 'all'],
    ['203.0.113.1', 'all'],
    ['203.0.113.2', 'all'],
    ['203.0.113.2', 'one'],
    ['203.0.113.200', 'all'],
  ];
  const found = async (on: string, where = ''): Promise<unknown[]> => {
    const text = `select src, s.site from conntrack join '${path}' as s on ${on} ${OURS} ${where} order by src, s.site`;
    return (await select(text)).rows.map(([src, site]) => [formatAddress(src as number), site]);
  };
  for (const on of [
    'src = s.net and dport = s.p',
    'dport = s.p and src = s.net',
    'dport = s.p and s.net = src',
    'dport = s.p and src in (s.net)',
    'not (dport != s.p or src != s.net)',
    '(src = s.net or src = 198.51.100.77) and dport = s.p',
    'true and dport = s.p and (sport < 0 or src = s.net)',
  ])
    assert.equal(await found(on), expected, on);
  assert.equal(await found('true', 'and src = s.net and dport = s.p'), expected);
  assert.equal(await found('s.net = 203.0.113.0/24 and dport = s.p and src = s.net'), expected);
  assert.equal(await found('s.net in (203.0.113.0/30) and src = s.net and sport > 0'), [
    ['203.0.113.1', 'core'],
    ['203.0.113.1', 'core'],
    ['203.0.113.2', 'core'],
    ['203.0.113.2', 'one'],
  ]);
});

test('what is wrong with a file is reported', async () => {
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
