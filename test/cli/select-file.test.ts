/** `select from 'FILE'`: pipes that stay open, and files that two threads read, by the built program; tables in files. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, startCtq } from '../kit/cli.js';
import { ctqHere } from '../kit/here.js';

const test = suite('select from a file');

const folder = mkdtempSync(join(tmpdir(), 'ctq-select-file-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const line = (n: number): string =>
  `udp 17 30 src=192.0.2.${n % 250} dst=198.51.100.9 sport=${1 + (n % 60_000)} dport=53 [UNREPLIED] src=198.51.100.9 dst=192.0.2.${n % 250} sport=53 dport=${1 + (n % 60_000)}\n`;

test('limit ends the reading of a pipe that stays open', async () => {
  for (const text of [
    "select src from '-' limit 1 output csv, noheader",
    "select src from '-' where sport = 8 limit 1",
  ]) {
    const program = startCtq([text]);
    program.write(line(7));
    assert.is(await program.exit(), 0, program.stderr);
    assert.match(program.stdout, /192\.0\.2\.7\n$/);
  }
});

test('a named pipe is opened once: its writer ends where it is closed', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  for (const query of [`count '${path}'`, `select count(*) from '${path}'`]) {
    const writer = spawn('sh', ['-c', `printf '%s' "$0" > "$1"`, line(7), path], { stdio: 'ignore' });
    try {
      const { stdout, stderr, code } = await ctq([`${query} output csv, noheader`]);
      assert.equal([stdout, stderr, code], ['1\n', '', 0], query);
    } finally {
      writer.kill('SIGKILL');
    }
  }
});

test('a large file: its rows in order, and the lines that cannot be read', async () => {
  const path = join(folder, 'large');
  const lines = Array.from({ length: 60_000 }, (_, n) => (n === 59_000 ? 'udp 17 src=\n' : line(n)));
  writeFileSync(path, lines.join(''));
  const { stdout, stderr, code } = await ctq([`select sport from '${path}' output csv, noheader`]);
  assert.is(code, 0, stderr);
  const ports = stdout.trimEnd().split('\n').map(Number);
  assert.equal(
    ports,
    Array.from({ length: 60_000 }, (_, n) => 1 + n).filter(port => port !== 59_001),
  );
  assert.match(stderr, /:59001: skipped/);
  const first = await ctq([`select sport from '${path}' limit 50000 output csv, noheader`]);
  assert.is(first.stdout.trimEnd().split('\n').length, 50_000);
});

const TUPLES = 'proto, src, sport, dst, dport, reply.src, reply.sport, reply.dst, reply.dport';
const FORMATS = ['csv', 'tsv', 'json', 'jsonl'] as const;

/** Two flows of 700 and 70 bytes, as columns in a file. */
async function columns(select: string, format: string): Promise<string> {
  const flows = join(folder, 'flows');
  const flow = (n: number, bytes: number): string =>
    `tcp 6 99 ESTABLISHED src=10.0.0.${n} dst=10.0.1.1 sport=${n} dport=53 packets=3 bytes=${bytes} src=10.0.1.1 dst=10.0.0.${n} sport=53 dport=${n} packets=4 bytes=${bytes * 6} [ASSURED]\n`;
  writeFileSync(flows, flow(1, 100) + flow(2, 10));
  const path = join(folder, `columns.${format}`);
  const { code, stderr } = await ctqHere([`${select.replace('FLOWS', `'${flows}'`)} output ${format} to '${path}'`]);
  assert.is(code, 0, stderr);
  return path;
}

async function answer(query: string): Promise<{ rows: string[]; stderr: string }> {
  const { stdout, stderr, code } = await ctqHere([`${query} output csv, noheader`]);
  assert.is(code, 0, stderr);
  return { rows: stdout.trimEnd().split('\n'), stderr };
}

test('columns that are no whole entries are a table, in each format', async () => {
  const flows = join(folder, 'flows');
  for (const format of FORMATS) {
    const path = await columns('select src, dport, reply.dst, status, bytes from FLOWS', format);
    const found = await answer(
      `select src, dport, reply.dst, status from '${path}' where bytes > 100 and src in 10.0.0.0/8 and dport = 53`,
    );
    assert.equal(found, { rows: ['10.0.0.1,53,10.0.0.1,"SEEN_REPLY,ASSURED,CONFIRMED"'], stderr: '' }, format);
    const joined = await answer(`select f.src, c.bytes from '${flows}' f join '${path}' c on f.src = c.src`);
    assert.equal(joined.rows, ['10.0.0.1,700', '10.0.0.2,70'], format);
    const inside = await answer(
      `select src from '${flows}' where src in (select src from '${path}' where bytes > 100)`,
    );
    assert.equal(inside.rows, ['10.0.0.1'], format);
    const nested = await columns('select orig.src, reply.src, bytes from FLOWS', format);
    assert.equal((await answer(`select orig.src from '${nested}' where bytes > 100`)).rows, ['10.0.0.1'], format);
    const grouped = await columns('select src, count(*), net(src, 24) from FLOWS group by src', format);
    assert.equal(
      (await answer(`select from '${grouped}' where src = 10.0.0.2`)).rows,
      ['10.0.0.2,1,10.0.0.0/24'],
      format,
    );
  }
});

test('what is computed of texts', async () => {
  const path = join(folder, 'hosts.csv');
  const text = 'ip,n\n192.0.2.1,5\n192.0.2.2,12\n';
  writeFileSync(path, text);
  const sum = await ctqHere([`select sum(n) from '${path}'`]);
  assert.is(sum.code, 2);
  assert.match(sum.stderr, /hint: the columns of a file are texts: write sum\(n::integer\)/);
  assert.match((await ctqHere([`select sum(n::decimal) from '${path}'`])).stdout, /\n17\n/);
});

test('columns on standard input are a table', async () => {
  const csv = 'ip,n\n192.0.2.1,5\n192.0.2.2,12\n';
  const lines = async (query: string, input: string | Buffer): Promise<string[]> => {
    const { code, stdout, stderr } = await ctqHere(['-o', 'csv', query], { input });
    assert.is(code, 0, stderr);
    return stdout.trimEnd().split('\n');
  };
  assert.equal(await lines("select n from '-' where ip in 192.0.2.2/31", csv), ['n', '12']);
  assert.equal(await lines("select from '-'", `\ufeff${csv}`), csv.trimEnd().split('\n'));
  assert.equal(await lines("select sum(n::decimal) from '-'", gzipSync(csv)), ['sum(cast(n as decimal))', '17']);
  assert.equal(await lines("select nn, b from '-' order by nn desc", '[{"nn":1},{"nn":2,"b":"x"}]'), [
    'nn,b',
    '2,x',
    '1,',
  ]);
  // More than once: in a join with itself, and in the next statement.
  assert.equal(
    await lines("select a.n, b.n from '-' as a join '-' as b on b.ip = a.ip; select count(*) from '-'", csv),
    ['a.n,b.n', '5,5', '12,12', 'count(*)', '2'],
  );
  assert.equal((await lines("describe '-'", csv))[2], 'n,integer,5');
  const wrong = await ctqHere(["select m from '-'"], { input: csv });
  assert.is(wrong.code, 2);
  assert.match(wrong.stderr, /unknown field 'm' in '-'/);
  // What follows the beginning is read as well, and entries are still entries.
  const large = `ip,n\n${'192.0.2.1,5\n'.repeat(20_000)}`;
  assert.equal(await lines("select count(*) from '-'", large), ['count(*)', '20000']);
  const flow = 'udp 17 30 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1\n';
  assert.equal(await lines("select dport from '-'", flow.repeat(3)), ['dport', '2', '2', '2']);
});

test('the name of a service is that of the protocol', async () => {
  const flow = (proto: string): string =>
    `${proto} src=10.0.0.1 dst=10.0.0.2 sport=4000 dport=514 src=10.0.0.2 dst=10.0.0.1 sport=514 dport=4000\n`;
  const input = flow('udp 17 30') + flow('tcp 6 30 ESTABLISHED');
  const { stdout } = await ctqHere(['-o', 'table,resolve', "select from '-'"], { input });
  assert.match(stdout, /udp .*10\.0\.0\.2:syslog[\s\S]*tcp .*10\.0\.0\.2:shell/);
  const names = await ctqHere(['-o', 'csv', "select service(dport), service(dport, proto) from '-'"], { input });
  assert.is(names.stdout, 'service(dport),"service(dport, proto)"\nshell/syslog,syslog\nshell/syslog,shell\n');
});

test('columns on standard input that come late, or with pauses', async () => {
  const program = startCtq(["select n from '-'"]);
  for (const part of ['ip', ',n\n192.0.2.1', ',5\n192.0.2.2,6\n']) {
    program.write(part);
    await setTimeout(200);
  }
  program.end();
  assert.is(await program.exit(), 0, program.stderr);
  assert.is(program.stdout, 'n\n5\n6\n');
});

test('a join whose condition uses only names of the other table', async () => {
  const path = join(folder, 'owners.csv');
  writeFileSync(path, 'ip,owner\n192.0.2.1,bob\n');
  const { stderr, code } = await ctqHere([`select from '${path}' as a join '${path}' as b on ip = ip`]);
  assert.is(code, 2);
  assert.match(stderr, /condition of the join does not use b\n.*hint: .*write b\.ip/s);
  const every = await ctqHere([
    `select a.ip, b.owner from '${path}' as a join '${path}' as b on 1 = 1 output csv, noheader`,
  ]);
  assert.equal([every.stdout, every.code], ['192.0.2.1,bob\n', 0], every.stderr);
});

test('columns with both tuples are whole entries, and their sums are not lost', async () => {
  for (const format of FORMATS) {
    const path = await columns(`select ${TUPLES}, packets, bytes from FLOWS`, format);
    const { rows, stderr } = await answer(`select src, packets, bytes from '${path}' where bytes > 100`);
    assert.equal(rows, ['10.0.0.1,7,700'], format);
    assert.match(stderr, /'bytes' is the sum of both directions, shown as 'bytes' of the original one/, format);
    assert.match(stderr, /write orig\.bytes and reply\.bytes/, format);
    const sum = await answer(`select sum(bytes), count(*) from '${path}' where state = ESTABLISHED or dport = 53`);
    assert.equal(sum.rows, ['770,2'], format);
    const half = await columns(`select ${TUPLES}, orig.bytes, bytes from FLOWS`, format);
    const rest = await answer(`select orig.bytes, reply.bytes, bytes from '${half}'`);
    assert.equal(rest.rows, ['100,600,700', '10,60,70'], format);
    assert.is(rest.stderr.includes('is the sum'), false, rest.stderr);
    assert.match(rest.stderr, /'packets' is missing, shown as 0/, format);
  }
});

test('the end of the name selects the format of output to', async () => {
  const flows = join(folder, 'flows.txt');
  writeFileSync(flows, line(7));
  for (const [end, begin] of Object.entries({
    csv: 'src,n\n',
    json: '[\n{"src"',
    md: '| src',
    html: '<!DOCTYPE html>',
  })) {
    const path = join(folder, `by-name.${end}`);
    const { code, stderr } = await ctqHere([`select src, count(*) n from '${flows}' group by src output to '${path}'`]);
    assert.is(code, 0, stderr);
    assert.ok(readFileSync(path, 'utf8').startsWith(begin), end);
  }
  const { stderr } = await ctqHere([`select src from '${flows}' group by src to 'x.md'`]);
  assert.match(stderr, /hint: write: output to 'x\.md'/);
});

test('what an entry does not hold is named', async () => {
  const path = join(folder, 'placed.csv');
  writeFileSync(
    path,
    `gateway,netns,age,${TUPLES.replaceAll(' ', '')}\ngw1,,5,tcp,10.0.0.1,1,10.0.0.2,2,10.0.0.2,2,10.0.0.1,1\n`,
  );
  const { rows, stderr } = await answer(`select src from '${path}'`);
  assert.equal(rows, ['10.0.0.1']);
  assert.match(stderr, /column 'gateway' is where an entry was/);
  assert.match(stderr, /'age' is computed from 'start', which is missing: ignored/);
  assert.is(stderr.includes('netns'), false);
});

test('whole entries that ctq wrote are read back without a warning', async () => {
  const log = join(folder, 'own.log');
  const both =
    'src=10.0.0.1 dst=10.0.1.1 sport=41 dport=22 packets=1 bytes=2 src=10.0.1.1 dst=10.0.0.1 sport=22 dport=41 packets=1 bytes=3';
  writeFileSync(log, `tcp      6 99 ESTABLISHED ${both} [ASSURED] mark=0 delta-time=7 use=1\n`);
  const events = join(folder, 'own-events.log');
  writeFileSync(events, `[1795521600.000001]\t[DESTROY] tcp      6 ${both} [ASSURED] delta-time=7\n`);
  for (const format of [...FORMATS, 'extended', 'xml'])
    for (const from of [log, events]) {
      const path = join(folder, `own.${format}`);
      const written = await ctqHere([`select from '${from}' output ${format} to '${path}'`]);
      assert.equal([written.code, written.stderr], [0, ''], format);
      const read = await ctqHere([`select from '${path}' output jsonl`]);
      assert.equal([read.code, read.stderr, /"bytes":3/.test(read.stdout)], [0, '', true], format);
    }
  const text = readFileSync(join(folder, 'own.csv'), 'utf8');
  writeFileSync(join(folder, 'fleet.csv'), text.replace(/^/, 'gateway,').replace(/\n(?=.)/g, '\ngw1,'));
  assert.equal(await answer(`select src from '${join(folder, 'fleet.csv')}'`), { rows: ['10.0.0.1'], stderr: '' });
});

test('JSON of other programs is not a table, though its objects are flat', async () => {
  const path = join(folder, 'docker.json');
  writeFileSync(path, `${JSON.stringify({ log: line(7), stream: 'stdout', time: '2026-01-01T00:00:00Z' })}\n`);
  assert.equal((await answer(`select src from '${path}'`)).rows, ['192.0.2.7']);
});

test('lines and XML of a file have the ages of the file, whenever it is read', async () => {
  const whole = (age: number): string =>
    `udp      17 30 src=192.0.2.1 dst=198.51.100.9 sport=1 dport=53 [UNREPLIED] src=198.51.100.9 dst=192.0.2.1 sport=53 dport=1 mark=0 delta-time=${age} use=1\n`;
  const path = join(folder, 'ages.txt');
  const put = (text: string): void => {
    writeFileSync(path, text);
    utimesSync(path, 1_764_547_200, 1_764_547_200);
  };
  put(whole(55) + whole(0));
  for (const query of [
    `select from '${path}'`,
    `select from (select from '${path}')`,
    `select from '${path}' union all select from '${path}' limit 2`,
    `select from '${path}' order by start`,
    `select from '${folder}/ag*.txt'`,
  ]) {
    const { stdout, stderr } = await ctqHere([`${query} output plain`]);
    assert.is(stdout, whole(55) + whole(0), query + stderr);
  }
  const xml = await ctqHere([`select from '${path}' output xml`]);
  assert.equal(xml.stdout.match(/<deltatime>\d+/g), ['<deltatime>55', '<deltatime>0']);
  // Read by two threads.
  const large = whole(7).repeat(40_000);
  put(large);
  assert.is((await ctqHere([`select from '${path}' output plain`])).stdout, large);
  // In a log, at the time of each event.
  const event = `[1764547000.000000]\t [UPDATE] ${whole(9).replace('mark=0 ', '').replace(' use=1', '')}`;
  put(event);
  const log = await ctqHere([`select from '${path}' output plain, timestamp`]);
  assert.match(log.stdout, /delta-time=9\b/);
});

test.run();
