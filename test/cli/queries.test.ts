/** Selects inside of others, `union`, `case` and what else a query can be made of. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('queries');
const folder = mkdtempSync(join(tmpdir(), 'ctq-queries-'));
const file = join(folder, 'flows.txt');
test.after(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  file,
  `tcp      6 100 ESTABLISHED src=10.0.0.1 dst=203.0.113.1 sport=1000 dport=443 src=203.0.113.1 dst=192.0.2.1 sport=443 dport=1000 [ASSURED] mark=5 use=1
udp      17 30 src=10.0.0.2 dst=203.0.113.1 sport=2000 dport=53 src=203.0.113.1 dst=10.0.0.2 sport=53 dport=2000 mark=7 use=1
udp      17 30 src=10.0.0.1 dst=203.0.113.9 sport=2001 dport=53 src=203.0.113.9 dst=10.0.0.1 sport=53 dport=2001 mark=7 use=1
`,
);

writeFileSync(join(folder, 'pods.csv'), 'ip,name\n10.0.0.1,alice\n10.0.9.9,bob\n10.0.0.2/32,carol\n');
writeFileSync(join(folder, 'pods.json'), '[{"ip":"10.0.0.1","n":3},{"ip":"10.0.0.7","n":4}]');

/** [statement, its lines] */
const CASES: readonly (readonly [string, ...string[]])[] = [
  [
    "select sport, case when proto = tcp then 'T' when mark = 7 then 'dns' end from conntrack",
    '1000\tT',
    '2000\tdns',
    '2001\tdns',
  ],
  ['select case proto when tcp then 1 else 2 end x, count(*) n from conntrack group by all order by x', '1\t1', '2\t2'],
  ["select src || ':' || sport from conntrack limit 1", '10.0.0.1:1000'],
  ['select mark::text || timeout::integer from conntrack limit 1', '5100'],
  ["select sport from conntrack where state ilike 'est%'", '1000'],
  ['select sport from conntrack where dport = 400..500', '1000'],
  ['select sport from conntrack where dport != 400..500', '2000', '2001'],
  // selects in from
  ['select * from (select src, count(*) as n from conntrack group by src) as t where n > 1', '10.0.0.1\t2'],
  ['select avg(n), max(t.n) from (select src, count(*) as n from conntrack group by src) t', '1.5\t2'],
  ['select sport from (select from conntrack where mark = 7) where src = 10.0.0.1', '2001'],
  ['select src from (select src, sport from conntrack order by sport desc limit 2) limit 1', '10.0.0.1'],
  ['select distinct n % 2 from (select mark as n from conntrack) order by 1', '1'],
  ['select count(*) from (select from (select from conntrack limit 2) where proto = tcp)', '1'],
  ['select count(*) from (select src from conntrack where false)', '0'],
  ["select name from (select from sysctl) where name like '%nosuch'"],
  [
    "select name, value from (select from sysctl except select from sysctl in kernel where name <> 'nf_conntrack_checksum')",
    'nf_conntrack_checksum\t1',
  ],
  [
    "select from (select from sysctl where name = 'nf_conntrack_checksum' union select from sysctl in kernel where false)",
    'nf_conntrack_checksum\t1\tcheck checksums of incoming packets; bad ones are not tracked (0 or 1)',
  ],
  // with
  [
    'with a as (select src, mark from conntrack where proto = udp), b as (select src from a) select * from b order by src',
    '10.0.0.1',
    '10.0.0.2',
  ],
  [
    'with a as (select src from conntrack) select sport from conntrack where src in (select src from a limit 1)',
    '1000',
    '2001',
  ],
  [
    'with a as (select mark from conntrack) select sport from conntrack where mark = (select max(mark) from a)',
    '2000',
    '2001',
  ],
  [
    'with a as (select from conntrack where proto = udp) select sport from a union all select sport from a',
    '2000',
    '2001',
    '2000',
    '2001',
  ],
  // union, and the clauses after it
  ['select src from conntrack union select dst from conntrack order by 1 desc limit 2', '203.0.113.9', '203.0.113.1'],
  [
    'select src from conntrack union all select src from conntrack limit 4',
    '10.0.0.1',
    '10.0.0.2',
    '10.0.0.1',
    '10.0.0.1',
  ],
  [
    'select src as x from conntrack union select dst from conntrack except select src from conntrack order by x',
    '203.0.113.1',
    '203.0.113.9',
  ],
  [
    'select sport from conntrack except select sport from conntrack where proto = tcp order by sport desc limit 1',
    '2001',
  ],
  ['select src from conntrack intersect select src from conntrack where mark = 5', '10.0.0.1'],
  ['select count(*) from (select from conntrack intersect select from conntrack where mark = 5)', '1'],
  [
    'with m as (select max(mark) as x from conntrack) select count(*) from conntrack where mark = (select x from m)',
    '2',
  ],
  ['select src, list(sport) from conntrack group by src order by src limit 1', '10.0.0.1\t1000, 2001'],
  ['select count(*) filter (where mark = 5), sum(mark) filter (where mark <> 5) from conntrack', '1\t14'],
  ['select mark from conntrack union select 1.5 from conntrack order by mark', '1.5', '5', '7'],
  ["select state from conntrack where proto = tcp union select 'x' from conntrack", 'ESTABLISHED', 'x'],
  ['select count(*) from (select from conntrack where mark = 7 union select from conntrack)', '3'],
  ['select count(*) from (select from conntrack where mark = 7 union all select from conntrack)', '5'],
  // joins with selects
  [
    'select c.sport, t.n from conntrack c join (select src as ip, count(*) as n from conntrack group by ip) as t on c.src = t.ip where t.n > 1',
    '1000\t2',
    '2001\t2',
  ],
  [
    'select a.src, b.m from (select src from conntrack) a join (select src, mark m from conntrack) b on a.src = b.src where b.m = 5',
    '10.0.0.1\t5',
    '10.0.0.1\t5',
  ],
  [
    'with t as (select from conntrack where mark = 5) select conntrack.sport from conntrack left join t on conntrack.sport = t.sport where t.sport is null',
    '2000',
    '2001',
  ],
  // files of columns
  ["select sport from conntrack where src in (select ip from 'pods.csv')", '1000', '2000', '2001'],
  ["select sport from conntrack where src not in (select ip from 'pods.csv' where name = 'alice')", '2000'],
  ["select name from 'pods.csv' p where p.ip = 10.0.0.0/24 order by name desc", 'carol', 'alice'],
  ["select count(*), max(name) from 'pods.csv'", '3\tcarol'],
  ["select sum(n::integer) from 'pods.json'", '7'],
  ["select a.name from 'pods.csv' a join 'pods.json' b on a.ip = b.ip", 'alice'],
  [
    "with p as (select ip::address as ip, name from 'pods.csv') select name, count(*) n from conntrack join p on src = p.ip group by name order by name",
    'alice\t2',
    'carol\t1',
  ],
  ["let pods = (select ip::address from 'pods.csv'); select sport from conntrack where src in $pods limit 1", '1000'],
  // * with a join has the columns of what is joined
  [
    "select * from (select sport, src from conntrack) f join 'pods.csv' as p on src = p.ip",
    '1000\t10.0.0.1\t10.0.0.1\talice',
    '2000\t10.0.0.2\t10.0.0.2/32\tcarol',
    '2001\t10.0.0.1\t10.0.0.1\talice',
  ],
  [
    "select * from 'pods.csv' a left join 'pods.json' b on a.ip = b.ip limit 2",
    '10.0.0.1\talice\t10.0.0.1\t3',
    '10.0.9.9\tbob\t\t',
  ],
  [
    "select * from conntrack join 'pods.csv' as p on src = p.ip where mark = 5 output csv",
    'tcp,10.0.0.1,203.0.113.1,1000,443,,,203.0.113.1,192.0.2.1,443,1000,,,0,ESTABLISHED,"SEEN_REPLY,ASSURED,CONFIRMED,SRC_NAT,SRC_NAT_DONE,DST_NAT_DONE",100,,,,5,,,192.0.2.1,,10.0.0.1,alice',
  ],
  [
    'select * from (select mark from conntrack limit 1) a join (select mark as m, count(*) as n from conntrack group by m) b on a.mark = b.m',
    '5\t5\t1',
  ],
  ["count 'pods.csv'", '3'],
  // address and port, and one's own connection
  ['select sport from conntrack where src = 10.0.0.1:1000', '1000'],
  ['select sport from conntrack where src != 10.0.0.1:1000', '2000', '2001'],
  ['select sport from conntrack where host = 203.0.113.9:53', '2001'],
  ['select sport from conntrack where dst in (203.0.113.9:53, 203.0.113.1:443)', '1000', '2001'],
  ['select sport from conntrack where src is mine', '1000'],
  ['select sport from conntrack where dst is not mine', '2000', '2001'],
  ['select c.sport from conntrack c where c.src is mine', '1000'],
  // the last result
  ['select sport, mark from conntrack; select count(*), max(mark) from _', '1000\t5', '2000\t7', '2001\t7', '3\t7'],
  [
    "select from conntrack where mark = 7 output jsonl to 'out.jsonl'; select sport from _ where src = 10.0.0.1; select _.sport + 1 from _",
    '2001',
    '2002',
  ],
  [
    'select src as a, mark from conntrack; select sport from conntrack join _ on src = _.a where _.mark = 5 limit 1',
    '10.0.0.1\t5',
    '10.0.0.2\t7',
    '10.0.0.1\t7',
    '1000',
  ],
  // exists
  ['select sport from conntrack where exists (select from conntrack where dport = 443) and mark = 5', '1000'],
  ['select sport from conntrack where not exists (select from conntrack where dport = 443)'],
  // aliases
  ['select sport p, p + 1 as q, q * 2 as r from conntrack where r > 3000 and q < 2002', '2000\t2001\t4002'],
  ['select mark m, count(*) n, n * 10 as tens from conntrack group by m order by tens', '5\t1\t10', '7\t2\t20'],
  ['count conntrack group by mark', '5\t1', '7\t2'],
  ['select case, when from (select mark as case, zone as when from conntrack limit 1)', '5\t0'],
  // functions
  ['select floor(sport / 1000), ceil(mark / 2), if(mark = 5, src, dst) from conntrack limit 1', '1\t3\t10.0.0.1'],
  ['select bucket(timeout, 1m) began, count(*) from conntrack group by began order by began', '0\t2', '60\t1'],
];

for (const [statement, ...lines] of CASES) {
  test(statement, async () => {
    const env = { SSH_CONNECTION: '10.0.0.1 1000 203.0.113.1 443' };
    const { stdout, stderr, code } = await ctqHere(
      ['--file', file, '-o', 'tsv,noheader', statement.replace('from sysctl', 'from sysctl in kernel')],
      { cwd: folder, env },
    );
    assert.is(stderr, '');
    assert.equal(stdout.split('\n').slice(0, -1), lines);
    assert.is(code, 0);
  });
}

test('every format shows the rows of a select in from', async () => {
  for (const format of ['table', 'box', 'markdown', 'vertical', 'json', 'jsonl', 'csv', 'tsv']) {
    const { stdout, code } = await ctqHere([
      '--file',
      file,
      '-o',
      format,
      'select n from (select mark as n from conntrack) where n = 5',
    ]);
    assert.match(stdout, /5/);
    assert.is(code, 0, format);
  }
  for (const format of ['plain', 'extended', 'xml', 'save', 'json']) {
    const { stdout, code } = await ctqHere([
      '--file',
      file,
      '-o',
      format,
      'select from (select from conntrack) where mark = 5 union select from conntrack where mark = 5',
    ]);
    assert.is(stdout.match(/203\.0\.113\.1/g)?.length, format === 'json' ? 2 : 2, format);
    assert.is(code, 0, format);
  }
});

test('explain shows the selects inside', async () => {
  const query =
    'explain with a as (select src from conntrack where proto = udp) select src, count(*) from a where src in (select dst from conntrack) group by src';
  const { stdout } = await ctqHere(['--file', file, '-o', 'tsv', query]);
  assert.match(stdout, /request\tthe rows of a, below/);
  assert.match(stdout, /a: residual\tproto = udp/);
  assert.match(stdout, /subquery: fields\torig.dst/);
});

test('repeats a query of a select', async () => {
  const { stdout, code } = await ctqHere([
    '--file',
    file,
    '-o',
    'tsv,noheader',
    'select max(n) from (select mark as n from conntrack) every 10ms until max(n) = 7',
  ]);
  assert.is(stdout, '7\n');
  assert.is(code, 0);
});

test('a change finds its entries by a file of columns', async () => {
  const { stdout, stderr, code } = await ctqHere(
    ["explain delete from conntrack where reply.src not in (select ip from 'pods.csv')", '-o', 'tsv'],
    { cwd: folder },
  );
  assert.is(stderr, '');
  assert.match(stdout, /residual\tnot reply.src in \(select …\)/);
  assert.is(code, 0);
});

test('a file that a script writes is read by its columns', async () => {
  const text =
    "select src as ip, mark from conntrack where mark = 5 output csv to 'made.csv'; select ip from 'made.csv' where mark = 5";
  const { stdout, code } = await ctqHere(['--file', file, text, '-o', 'tsv'], { cwd: folder });
  assert.is(stdout, 'ip\n10.0.0.1\n');
  assert.is(code, 0);
});

test('files that do not exist, and columns that a file lacks', async () => {
  const missing = await ctqHere(["select nosuch from 'nosuch.csv'"], { cwd: folder });
  assert.match(missing.stderr, /cannot read nosuch.csv/);
  assert.is(missing.code, 1);
  const column = await ctqHere(["select nme from 'pods.csv'"], { cwd: folder });
  assert.match(column.stderr, /unknown field 'nme' in 'pods.csv'[\s\S]*did you mean name/);
  assert.is(column.code, 2);
});

test('at first there is no last result, nor one that is too large', async () => {
  const first = await ctqHere(['--file', file, 'select from _']);
  assert.match(first.stderr, /no last result/);
  assert.is(first.code, 2);
  const many = join(folder, 'many.csv');
  writeFileSync(many, `n,m\n${'1,2\n'.repeat(100_001)}`);
  const large = await ctqHere([`select n from '${many}' output csv to '${folder}/out.csv'; select count(*) from _`]);
  assert.match(large.stderr, /the last result was not kept: it has more than 100000 rows/);
});

test('columns that double at each step are refused', async () => {
  const columns = Array.from({ length: 30 }, (_, i) => `c${i} + c${i} as c${i + 1}`);
  const { stderr, code } = await ctqHere(['--file', file, `select mark as c0, ${columns.join(', ')} from conntrack`]);
  assert.match(stderr, /columns use other columns too often/);
  assert.is(code, 2);
});

test.run();
