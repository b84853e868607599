/** Patterns of files: `from 'year/*.log.gz'`. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { matchingFiles } from '../../src/engine/sources/matching-files.js';
import { ctqHere } from '../kit/here.js';

const test = suite('several files');

const cwd = mkdtempSync(join(tmpdir(), 'ctq-several-files-'));
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(cwd, name), content);
const run = (statement: string, ...args: string[]) => ctqHere([...args, statement], { cwd });

const FIRST_DAY = 1_764_547_200;

const newFlow = (day: number, i: number): string =>
  `[${FIRST_DAY + 86_400 * day + i}.000000]\t    [NEW] tcp      6 120 SYN_SENT src=10.0.${day}.${i} dst=10.9.0.1 sport=${1000 + i} dport=22 [UNREPLIED] src=10.9.0.1 dst=10.0.${day}.${i} sport=22 dport=${1000 + i}\n`;

const entry = (i: number): string =>
  `udp      17 29 src=10.0.0.${i} dst=10.9.0.1 sport=${i} dport=53 src=10.9.0.1 dst=10.0.0.${i} sport=53 dport=${i} mark=0 use=1\n`;

for (const folder of ['year', 'mixed', 'tables', 'types', 'bad']) mkdirSync(join(cwd, folder));
for (let day = 0; day < 30; day++)
  put(`year/nat-${String(day).padStart(3, '0')}.log.gz`, gzipSync([1, 2, 3].map(i => newFlow(day, i)).join('')));
put('year/nat-030.log', newFlow(30, 1));
put('year/.hidden', entry(1));

test('** is any number of folders, without links and hidden ones', () => {
  for (const folder of ['deep/a/b', 'deep/.git', 'deep/c']) mkdirSync(join(cwd, folder), { recursive: true });
  const files = ['top.gz', 'a/x.gz', 'a/b/y.gz', 'a/b/z.csv', 'c/w.gz', '.git/h.gz'];
  for (const name of files) put(`deep/${name}`, '');
  symlinkSync('..', join(cwd, 'deep/c/up'));
  symlinkSync('a', join(cwd, 'deep/link'));
  const found = (pattern: string): string[] =>
    (matchingFiles(`${cwd}/deep/${pattern}`) ?? []).map(path => path.slice(`${cwd}/deep/`.length));
  assert.equal(found('**/*.gz'), ['a/b/y.gz', 'a/x.gz', 'c/w.gz', 'top.gz']);
  assert.equal(found('**/**/*.gz'), ['a/b/y.gz', 'a/x.gz', 'c/w.gz', 'top.gz']);
  assert.equal(found('**'), ['a/b/y.gz', 'a/b/z.csv', 'a/x.gz', 'c/w.gz', 'top.gz']);
  assert.equal(found('**/b/*'), ['a/b/y.gz', 'a/b/z.csv']);
  assert.equal(found('a/**/z.csv'), ['a/b/z.csv']);
  // Below a link that the pattern names.
  assert.equal(found('link/**/*.gz'), ['link/b/y.gz', 'link/x.gz']);
  assert.equal(found('nosuch/**'), []);
});

test('all files of a pattern are one table, in the order of their names', async () => {
  const all = await run("select event, event_time, src from 'year/*.log.gz' limit 4 output csv");
  assert.is(all.code, 0, all.stderr);
  assert.is(
    all.stdout,
    [
      'event,event_time,src',
      'new,2025-12-01T00:00:01.000000000Z,10.0.0.1',
      'new,2025-12-01T00:00:02.000000000Z,10.0.0.2',
      'new,2025-12-01T00:00:03.000000000Z,10.0.0.3',
      'new,2025-12-02T00:00:01.000000000Z,10.0.1.1',
      '',
    ].join('\n'),
  );
  for (const [statement, n, ...args] of [
    ["count 'year/*.gz'", 90],
    ["count 'year/*'", 91],
    ["count 'y*r/nat-00[0-4].log.??'", 15],
    [`count '${cwd}/year/nat-0[!0]?.log.gz'`, 60],
    ["select count(*) from conntrack in file 'year/*.gz'", 90],
    ['count conntrack', 90, '--file', 'year/*.gz'],
    ["use file 'year/*.gz'; count conntrack", 90],
    ["select count(*) from 'year/nat-000*' a join (select src, sport from 'year/*.gz') as b on a.sport = b.sport", 90],
    ["select count(*) from (select src from 'year/*.gz' union select src from 'year/*.gz')", 90],
  ] as [string, number, ...string[]][]) {
    const { stdout, stderr, code } = await run(statement, ...args, '-o', 'csv');
    assert.is(code, 0, stderr);
    assert.is(stdout.split('\n')[1], String(n), statement);
  }
  const { stdout } = await run("describe 'year/*.gz'");
  assert.match(stdout, /orig\.src/);
});

test('columns are those of all files; what a file lacks is null', async () => {
  put('year/a.0', '');
  put('year/a.csv', 'ip,owner\n10.0.0.1,ann\n');
  put('year/b.jsonl', '{"site":"x","ip":"10.0.0.2"}\n');
  const { stdout, stderr } = await run("select ip, owner, site from 'year/[ab].*' output csv");
  assert.is(stdout, 'ip,owner,site\n10.0.0.1,ann,\n10.0.0.2,,x\n', stderr);
  for (const statement of [
    "select count(*) from 'year/nat-000*' where src in (select ip from 'year/[ab].*') output csv",
    "select count(*) from 'year/nat-000*' join 'year/[ab].*' h on src = h.ip output csv",
  ])
    assert.is((await run(statement)).stdout, 'count(*)\n2\n', statement);
  for (const name of ['a.0', 'a.csv', 'b.jsonl']) rmSync(join(cwd, 'year', name));
});

test('files of several kinds are an error that names two of them', async () => {
  put('mixed/a.csv', 'ip,owner\n10.0.0.1,ann\n');
  put('mixed/b.txt', entry(1));
  put('mixed/c.log', newFlow(1, 1));
  put(
    'mixed/d.expect',
    '297 proto=6 src=10.0.0.1 dst=10.0.0.2 sport=0 dport=41 mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 master-src=10.0.0.1 master-dst=10.0.0.2 sport=51 dport=21 class=0 helper=ftp\n',
  );
  put('mixed/e.csv', 'ip\n10.0.0.1\n');
  for (const [statement, message] of [
    ["select ip from 'mixed/[ab].*'", /mixed\/a\.csv has columns, mixed\/b\.txt none/],
    ["select ip from 'mixed/[ac].*'", /mixed\/a\.csv has columns, mixed\/c\.log none/],
    ["select src from 'mixed/[bc].*'", /mixed\/b\.txt has flows, mixed\/c\.log events of flows/],
    ["select from 'mixed/[bd].*'", /mixed\/b\.txt has flows, mixed\/d\.expect expectations/],
    ["select from 'mixed/[be].*'", /mixed\/b\.txt has flows, mixed\/e\.csv no entries/],
  ] as const) {
    const { stderr, code } = await run(statement);
    assert.is(code, 1, statement);
    assert.match(stderr, /^error: 'mixed\/\S+' names files of different kinds: /m, statement);
    assert.match(stderr, message, statement);
  }
});

test('no match, a folder, a watch, and a name that has the characters of a pattern', async () => {
  for (const [statement, message] of [
    ["select from 'year/*.txt'", /^error: no file matches 'year\/\*\.txt'$/m],
    ["select ip from 'none/*'", /^error: no file matches 'none\/\*'$/m],
    ["select from 'year'", /^error: cannot read year: is a directory\nhint: all files in it: 'year\/\*'$/m],
    ["watch from 'year/*'", /^error: watch follows one file, got a pattern: 'year\/\*'/m],
    ["watch from 'year'", /^error: watch follows one file, got a folder: 'year'/m],
    ["select src from 'year/*.gz' where src in (select ip from 'none*')", /no file matches 'none\*'/],
  ] as const) {
    const { stderr, code } = await run(statement);
    assert.is(code, 1, statement);
    assert.match(stderr, message, statement);
  }
  put('x[1].txt', entry(1));
  put('x1.txt', entry(2));
  assert.is((await run("select src from 'x[1].txt'")).stdout, 'src\n10.0.0.1\n');
  assert.is((await run("select src from 'x[[]1].txt'")).stdout, 'src\n10.0.0.1\n');
  assert.equal(matchingFiles(join(cwd, 'x[z-a].txt')), []);
  assert.is(matchingFiles('none.txt'), undefined);
});

test('what is wrong with a file is said with its name; the same of many files once', async () => {
  put('bad/a.log', `${newFlow(0, 1)}broken\n`);
  const packed = gzipSync(Array.from({ length: 200 }, (_, i) => newFlow(0, i)).join(''));
  put('bad/b.log.gz', packed.subarray(0, 5));
  put('bad/c.log', newFlow(2, 1));
  for (let i = 0; i < 20; i++) put(`bad/d${i}.log`, `host: ${newFlow(3, i)}`);
  const { stdout, stderr, code } = await run("select count(*) from 'bad/*' output csv");
  assert.is(code, 1);
  assert.is(stdout, 'count(*)\n22\n', stderr);
  assert.match(stderr, /warning: bad\/a\.log:2: skipped/);
  assert.match(stderr, /error: bad\/b\.log\.gz is cut off/);
  assert.is(stderr.match(/lines begin with/g)?.length, 1, stderr);
  assert.match(stderr, /up to 19 more files have such warnings/);
  put('keep.csv', 'old');
  await run("select src from 'bad/*' output csv to 'keep.csv'");
  assert.is((await run("select old from 'keep.csv' limit 0 output csv")).stdout, 'old\n');
});

test('columns of several JSON files keep what their cells are', async () => {
  put('types/a.json', '[{"n":1,"b":true,"l":[1]}]');
  put('types/b.json', '[{"n":2.5,"b":"no"}]');
  const { stdout } = await ctqHere(["select n, b, l from 'types/*.json' order by n output json"], { cwd });
  assert.equal(JSON.parse(stdout), [
    { n: 1, b: 'true', l: [1] },
    { n: 2.5, b: 'no', l: null },
  ]);
});

for (const i of [1, 2]) put(`named-${i}.txt`, entry(i));
put('named-3.txt.gz', gzipSync(entry(3)));

test('columns that differ in case only are one column', async () => {
  mkdirSync(join(cwd, 'spelled'));
  put('spelled/1.csv', 'IP,Owner\n10.0.0.1,ann\n');
  put('spelled/2.csv', 'ip,owner,Site\n10.0.0.2,bob,x\n');
  put('spelled/3.json', '[{"Ip":"10.0.0.3"}]');
  const all = await run("select * from 'spelled/*' output csv");
  assert.is(all.stdout, 'IP,Owner,Site\n10.0.0.1,ann,\n10.0.0.2,bob,x\n10.0.0.3,,\n');
  const one = await run("select ip from 'spelled/*' output csv");
  assert.is(one.stdout, 'IP\n10.0.0.1\n10.0.0.2\n10.0.0.3\n');
  const joined = await run(
    "select c.src from 'named-*' c join 'spelled/*' s on c.src = s.ip where s.SITE = 'x' output csv",
  );
  assert.is(joined.stdout, 'c.src\n10.0.0.2\n');
});

test('filename is the file of a row, of entries and of columns, also where they are joined', async () => {
  const rows = async (statement: string): Promise<string[]> => {
    const { stdout, stderr } = await run(`${statement} output csv`);
    assert.is(stderr, '');
    return stdout.trim().split('\n').slice(1);
  };
  mkdirSync(join(cwd, 'owners'));
  put('owners/a.csv', 'ip,owner\n10.0.0.1,ann\n');
  put('owners/b.json', '[{"ip":"10.0.0.2","owner":"bob"},{"ip":"10.0.0.3","owner":"eve"}]');
  const names = ['named-1.txt,10.0.0.1', 'named-2.txt,10.0.0.2', 'named-3.txt.gz,10.0.0.3'];
  assert.equal(await rows("select filename, src from 'named-*'"), names);
  assert.equal(await rows("select filename, src from conntrack in file 'named-1.txt'"), names.slice(0, 1));
  for (const format of ['json', 'jsonl', 'save', 'vertical'])
    assert.not.match((await run(`select * from 'named-*' output ${format}`)).stdout, /filename|named-1/);
  assert.equal(await rows("select src from 'named-*' where filename like '%.gz'"), ['10.0.0.3']);
  assert.equal(await rows("select filename, count(*) from 'owners/*' group by filename"), [
    'owners/a.csv,1',
    'owners/b.json,2',
  ]);
  assert.equal(await rows("select * from 'owners/*' where filename = 'owners/a.csv'"), ['10.0.0.1,ann']);
  assert.equal(await rows("select c.filename, h.filename from 'named-*' c join 'owners/*' h on c.src = h.ip"), [
    'named-1.txt,owners/a.csv',
    'named-2.txt,owners/b.json',
    'named-3.txt.gz,owners/b.json',
  ]);
  // A column of this name is read, also where rows lack it.
  put('own.jsonl', '{"ip":"10.0.0.1","filename":"x"}\n{"ip":"10.0.0.2"}\n');
  assert.equal(await rows("select ip, filename from 'own.jsonl'"), ['10.0.0.1,x', '10.0.0.2,']);
  assert.equal(await rows("select * from 'own.jsonl'"), ['10.0.0.1,x', '10.0.0.2,']);
});

test.run();
