/** `query NAME as …`, `run`, `drop query` and the file in which named queries are kept, with the built program. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq } from '../kit/cli.js';
import { ctqHere } from '../kit/here.js';

const test = suite('named queries');
const folder = mkdtempSync(join(tmpdir(), 'ctq-named-'));
const file = join(folder, 'flows.txt');
const path = join(folder, 'ctq', 'queries.ctq');
test.after(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  file,
  `udp      17 30 src=10.0.0.2 dst=203.0.113.1 sport=2000 dport=53 src=203.0.113.1 dst=10.0.0.2 sport=53 dport=2000 mark=7 use=1
udp      17 30 src=10.0.0.1 dst=203.0.113.9 sport=2001 dport=53 src=203.0.113.9 dst=10.0.0.1 sport=53 dport=2001 mark=5 use=1
`,
);

async function play(
  text: string,
  ...options: string[]
): Promise<{ lines: string[]; stderr: string; code: number | null }> {
  const env = { XDG_CONFIG_HOME: folder };
  const { stdout, stderr, code } = await ctqHere(['--file', file, '-o', 'tsv,noheader', ...options, text], { env });
  return { lines: stdout.split('\n').slice(0, -1), stderr, code };
}

const told = async (text: string): Promise<string> => (await play(text)).stderr;

test('a query is kept, run with values in order and by name, and removed', async () => {
  await play('query big(least = 6, who) as select sport from conntrack where mark > $least and src = $who');
  assert.equal((await play('run big(6, 10.0.0.0/24)')).lines, ['2000']);
  assert.equal((await play('run big(who = 10.0.0.1, least = 1)')).lines, ['2001']);
  assert.equal((await play('explain run big(who = 10.0.0.1)')).code, 0);
  assert.match((await play('show queries')).lines.join(), /^big\tleast = 6, who\tselect sport/);
  assert.match(readFileSync(path, 'utf8'), /^query big\(least = 6, who\) as select .*;\n$/);
  assert.is(statSync(path).mode & 0o777, 0o600);
  await play('drop query big');
  assert.match(await told('run big(1, 2)'), /unknown query 'big'/);
});

test('a definition that replaces another one is reported, with the text of that one', async () => {
  assert.is(await told('query again as select sport from conntrack'), '');
  assert.is(await told('query again as select sport from conntrack'), '');
  assert.is(
    await told('query AGAIN(n) as\n  select dport from conntrack limit $n'),
    'replaced: query again as select sport from conntrack\n',
  );
  assert.equal((await play('drop query again')).stderr, '');
  assert.is(await told('query again as select src from conntrack; drop query again'), '');
});

test('a file with mistakes is a warning with their lines, once; its other queries can be used', async () => {
  const before =
    '-- of the edge\nquery good as select sport from conntrack where mark = 7;\nquery bad as\n  selct src from conntrack;\necho 1;\n';
  mkdirSync(join(folder, 'ctq'), { recursive: true });
  writeFileSync(path, before);
  const { lines, stderr, code } = await play('run good; run good; show queries');
  assert.equal([lines.slice(0, 2), code], [['2000', '2000'], 0]);
  assert.is(stderr.match(/queries with mistakes/g)?.length, 1);
  assert.match(stderr, /warning: expected 'select', got 'selct'\n[^\n]*queries\.ctq:4:3\n/);
  assert.match(stderr, /warning: expected a statement|only named queries/);
  assert.match(await told('run bad'), /queries\.ctq:4:3[\s\S]*error: unknown query 'bad'/);
  assert.match(await told('show queries'), /queries\.ctq:4:3/);
  assert.is(await told('count conntrack'), '');
  assert.is((await play('run good', '--no-config')).stderr.includes('queries.ctq'), false);
  writeFileSync(path, '-- nothing yet\n');
  assert.is(await told('show queries'), '');
  rmSync(path);
});

test('a file that cannot be read is a warning, and is not replaced', async () => {
  mkdirSync(path, { recursive: true });
  assert.match(await told('run good'), /^warning: cannot read [^\n]*queries\.ctq: is a directory\n/);
  assert.match(
    await told('query other as select from conntrack'),
    /error: cannot read [^\n]*queries\.ctq: is a directory/,
  );
  rmSync(path, { recursive: true });
});

test('without a home directory a query is not kept, with a warning', async () => {
  const env = { HOME: undefined, XDG_CONFIG_HOME: undefined };
  const text = 'query lost as select 1 as x from stats; run lost';
  const { stderr, code } = await ctqHere([text], { env });
  assert.is(code, 0);
  assert.match(stderr, /^warning: query lost is not kept: HOME and XDG_CONFIG_HOME are not set\n/);
  assert.not.match((await ctqHere(['--no-config', text], { env })).stderr, /warning/);
});

test('parameters without a declaration take lists and limits', async () => {
  await play('query some as select sport from conntrack where src in $1 order by sport limit $2');
  assert.equal((await play('run some((10.0.0.1, 10.0.0.2), 1)')).lines, ['2000']);
  assert.equal((await play('run some(10.0.0.1, 5)')).lines, ['2001']);
  assert.equal((await play('run some((select src from conntrack), 5)')).lines, ['2000', '2001']);
  assert.match(await told('run some(10.0.0.1)'), /missing value for \$2[\s\S]*run some\(\$1, \$2\)/);
  assert.match(await told('run some(1, 2, 3)'), /some has 2 parameters/);
  assert.match(await told('run some(x, 2)'), /in query some: /);
});

test('a query without parameters is a table', async () => {
  await play('query dns as select sport, mark from conntrack where dport = domain');
  assert.equal((await play('select max(sport) from dns where mark = 5')).lines, ['2001']);
  await play('query loop as select sport from dns');
  await play('query dns as select sport from loop');
  assert.match(await told('select from dns'), /cannot be used as a table[\s\S]*cannot use itself/);
});

test('definitions of a script are known to its later statements, and wrong ones are not kept', async () => {
  assert.equal((await play('query a as select 1 from conntrack limit 1; run a; drop query a')).lines, ['1']);
  assert.match(await told('query b as select nosuch from conntrack'), /unknown field 'nosuch'/);
  assert.match(await told('run b'), /unknown query 'b'/);
  assert.match(await told('query conntrack as select src from conntrack'), /'conntrack' is a table/);
  assert.match(await told('query c(x, x) as select $x from conntrack'), /duplicate parameter 'x'/);
});

test('a file that was edited keeps what cannot be read, and stays a link', async () => {
  const real = join(folder, 'real.ctq');
  mkdirSync(join(folder, 'ctq'), { recursive: true });
  writeFileSync(real, 'query mine as\n  select sport from conntrack;\nquery broken as selct;\n');
  rmSync(path, { force: true });
  symlinkSync(real, path);
  assert.equal((await play('run mine')).lines, ['2000', '2001']);
  await play('query more as select 1 from conntrack');
  assert.match(
    readFileSync(real, 'utf8'),
    /query mine[\s\S]*query broken as selct;\nquery more as select 1 from conntrack;\n/,
  );
});

test('without the configuration, a query lasts as long as the program', async () => {
  assert.equal((await play('query d as select 1 from conntrack limit 1; run d', '--no-config')).lines, ['1']);
  assert.match((await play('run d', '--no-config')).stderr, /unknown query 'd'/);
});

test('a folder that cannot be written is reported, and the query is known until the end', async () => {
  writeFileSync(join(folder, 'nofolder'), '');
  const env = { XDG_CONFIG_HOME: join(folder, 'nofolder') };
  const { stderr, code } = await ctq(['query e as select src from conntrack'], { env });
  assert.match(stderr, /cannot write .*queries.ctq: (ENOTDIR|EEXIST)/);
  assert.is(code, 1);
});

test.run();
