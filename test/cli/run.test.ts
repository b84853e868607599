// timeout: 400
/** What is run, in which order, with which exit status: queries, scripts, pipes, options. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bulk } from '../kit/bulk.js';
import { ctq, PROGRAM } from '../kit/cli.js';
import { must, run } from '../kit/command.js';
import { ctqHere } from '../kit/here.js';
import { useConntrack } from '../kit/namespace.js';

const folder = mkdtempSync(join(tmpdir(), 'ctq-cli-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Writes a file of the tests' folder and returns its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const insert = (line: string): string => must(['conntrack', '-I', ...line.split(' ')]);

/** Two flows, one of which is marked. */
function fill(): void {
  useConntrack();
  insert('-p tcp -s 10.0.0.1 -d 192.0.2.1 --sport 40000 --dport 443 --state ESTABLISHED -t 3600 -m 7');
  insert('-p udp -s 10.0.0.2 -d 192.0.2.1 --sport 5000 --dport 53 -t 600');
}
fill();

const SRC_MARK = 'select src, mark from conntrack order by src';

/** Runs ctq and expects its standard output, silence on standard error, and 0. */
async function prints(args: readonly string[], stdout: string, input = '', by: typeof ctq = ctqHere): Promise<void> {
  assert.equal(await by(args, { input, cwd: folder }), { stdout, stderr: '', code: 0 });
}

/** The same by the built program. */
const printsBuilt = (args: readonly string[], stdout: string, input?: string): Promise<void> =>
  prints(args, stdout, input, ctq);

const queries = suite('queries');

queries('on the command line', () => printsBuilt([SRC_MARK], 'src\tmark\n10.0.0.1\t7\n10.0.0.2\t0\n'));

queries('whole entries, as conntrack(8) prints them', async () => {
  const expected = must(['conntrack', '-L', '-o', 'extended', '-p', 'tcp']);
  const { stdout, stderr, code } = await ctqHere(['select from conntrack where proto = tcp']);
  const still = (text: string): string => text.replace(/ \d+ ESTABLISHED/, ' T ESTABLISHED');
  assert.is(still(stdout), still(expected));
  assert.match(stdout, /src=10\.0\.0\.1/);
  assert.equal([stderr, code], ['', 0]);
});

queries('several, in their order', () => prints(['echo 1', '-e', 'echo 2; echo 3', '-e', 'echo 4'], '1\n2\n3\n4\n'));

queries('words without quotes', () => prints(['count', 'conntrack'], 'count(*)\n2\n'));

queries('the first that fails ends the run', async () => {
  const { stdout, stderr, code } = await ctqHere(['-e', 'echo 1', '-e', "assert 1 = 2, 'no'", '-e', 'echo 3']);
  assert.equal([stdout, stderr, code], ['1\n', 'error: no\n', 1]);
});

queries('on_error = continue continues, and the exit status shows it', async () => {
  const { stdout, code } = await ctqHere(['set on_error = continue; echo 1; assert 1 = 2; echo 3']);
  assert.equal([stdout, code], ['1\n3\n', 1]);
});

queries('a mistake in a later statement keeps all of the text from running', async () => {
  const { stdout, code } = await ctqHere(['delete from conntrack where true; select bites from conntrack']);
  assert.equal([stdout, code], ['', 2]);
  assert.is(must(['conntrack', '-C']).trim(), '2');
});

queries('nothing runs before all queries of the command line are checked', async () => {
  const count = async (): Promise<string> => (await ctqHere(['count conntrack output csv, noheader'])).stdout.trim();
  const before = await count();
  for (const [args, message] of [
    [
      ['--yes', 'delete from conntrack where dport = 53', 'limit 1'],
      /got a clause: limit 1\n.*put the quotes around all/s,
    ],
    [['delete from conntrack where dport = 53', 'select bites from conntrack'], /unknown field 'bites'/],
    [['-e', 'delete from conntrack where dport = 53', '-e', 'seletc'], /did you mean `select`/],
    [['let x = 53', 'delete from conntrack where dport = $x', 'count conntrack where dport = $y'], /y/],
  ] as const) {
    const { code, stdout, stderr } = await ctqHere([...args]);
    assert.is(code, 2, args.join());
    assert.is(stdout, '', args.join());
    assert.match(stderr, message);
  }
  assert.is(await count(), before);
  const path = join(folder, 'later.csv');
  for (const args of [
    ['let port = 53', 'select dport from conntrack where dport = $port output csv, noheader'],
    ['query p as select dport from conntrack where dport = 53', 'select from p output csv, noheader'],
    [
      `select dport as made from conntrack where dport = 53 output csv to '${path}'`,
      `select made from '${path}' output csv, noheader`,
    ],
  ]) {
    const { code, stdout, stderr } = await ctqHere(args);
    assert.is(code, 0, stderr);
    assert.is(stdout, '53\n', args.join());
  }
});

queries('--set: values, lists; typed, never pasted', async () => {
  await prints(['--set', 'who=10.0.0.2', 'select src from conntrack where src = $who'], 'src\n10.0.0.2\n');
  await prints(['--set', 'net=10.0.0.0/8', 'count conntrack where src = $net'], 'count(*)\n2\n');
  await prints(['--set', "word='a; echo 2'", 'echo $word'], 'a; echo 2\n');
  const { stderr, code } = await ctqHere(['--set', 'x=10.0.0.1; flush conntrack', 'echo $x']);
  assert.is(code, 2);
  assert.match(stderr, /--set x/);
});

queries('--check runs nothing', async () => {
  await prints(['--check', 'delete from conntrack where true; echo 1'], '');
  assert.is(must(['conntrack', '-C']).trim(), '2');
  assert.is((await ctqHere(['--check', 'select from nowhere'])).code, 2);
});

queries('--read-only refuses what changes something, and nothing else', async () => {
  await prints(['--read-only', 'count conntrack'], 'count(*)\n2\n');
  for (const change of [
    'delete from conntrack where true',
    'flush conntrack',
    'update conntrack set mark = 1 where true',
    'select from conntrack zero',
    "update sysctl set value = 1 where name = 'nf_conntrack_acct'",
  ]) {
    const { stdout, stderr, code } = await ctqHere(['--read-only', change]);
    assert.equal([stdout, code], ['', 1], change);
    assert.match(stderr, /read[-_]only/);
  }
  assert.is(must(['conntrack', '-C']).trim(), '2');
});

queries('read_only is not taken back', async () => {
  assert.is((await ctqHere(['--read-only', 'set read_only = off; flush conntrack'])).code, 2);
  assert.is(must(['conntrack', '-C']).trim(), '2');
});

queries('changes say how many', async () => {
  const none = await ctqHere(['--yes', 'delete from conntrack where dport = 9999']);
  assert.equal(none, { stdout: '', stderr: '0 flows deleted\n', code: 0 });
  assert.is((await ctqHere(['--yes', '--fail-empty', 'delete from conntrack where dport = 9999'])).code, 1);
});

queries('--version and --help', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const text = `ctq ${version} (from a checkout; node ${process.version}, ${process.arch})\n`;
  await printsBuilt(['--version'], text);
  await printsBuilt(['-V', 'select what ever'], text);
  const { stdout, stderr, code } = await ctq(['--help']);
  assert.match(stdout, /^ctq: a query language .*\n\nUsage:\n/);
  assert.equal([stderr, code], ['', 0]);
});

queries('another network namespace', async () => {
  must(['ip', 'netns', 'add', 'blue']);
  try {
    await prints(['--netns', 'blue', 'count conntrack'], 'count(*)\n0\n');
    await prints(['count conntrack in netns blue; count conntrack'], 'count(*)\n0\ncount(*)\n2\n');
    const { stdout, stderr, code } = await ctqHere(['--netns', 'green', 'count conntrack']);
    assert.equal([stdout, code], ['', 1]);
    assert.match(stderr, /^error: network namespace "green" does not exist\nhint: .*\n$/);
  } finally {
    must(['ip', 'netns', 'del', 'blue']);
  }
});

queries.run();

const scripts = suite('scripts');

scripts('a file, by its name and by -f', async () => {
  const path = file('one.ctq', "-- a comment\necho 'one';\necho 1 + 1\n");
  await printsBuilt([path], 'one\n2\n');
  await prints(['-f', 'one.ctq'], 'one\n2\n');
  await prints(['-e', 'echo 0', '-f', 'one.ctq', 'echo 3'], '0\none\n2\n3\n');
});

scripts('a script on the standard input', async () => {
  await printsBuilt([], '1\n2\n', 'echo 1;\necho 2');
  await prints(['-f', '-'], '1\n', 'echo 1');
  await prints([], '');
});

scripts('a command of its own', () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(PROGRAM, join(bin, 'ctq'));
  const path = file('command', '#!/usr/bin/env ctq\necho 40 + 2\n');
  chmodSync(path, 0o755);
  const { stdout, stderr, code } = run(['env', `PATH=${bin}:${process.env.PATH}`, path]);
  assert.equal([stdout, stderr, code], ['42\n', '', 0]);
});

scripts('let, lists, results, echo, assert', () =>
  prints(
    [
      `let who = 10.0.0.1; let both = (443, 53); let all = (select src from conntrack);
       echo $who, (select count(*) from conntrack where dport in $both);
       assert (select count(*) from conntrack where src in $all) = 2, 'all of them';
       select src from conntrack where src = $who`,
    ],
    '10.0.0.1 2\nsrc\n10.0.0.1\n',
  ),
);

scripts('include: relative to the script; never itself', async () => {
  mkdirSync(join(folder, 'part'), { recursive: true });
  file('part/b.ctq', "include 'c.ctq'; echo 'b', $n");
  file('part/c.ctq', 'let n = 5');
  const path = file('a.ctq', "include 'part/b.ctq'; echo 'a'");
  await prints([path], 'b 5\na\n');
  const circle = await ctqHere([file('circle.ctq', "include 'circle.ctq'")]);
  assert.is(circle.code, 2);
  assert.match(circle.stderr, /^error: '.*circle\.ctq' is being included already\n/);
});

scripts('mistakes and failures tell file and line', async () => {
  file('bad.ctq', 'echo 1;\nselect bites from conntrack');
  file('failing.ctq', "echo 1;\nassert false, 'no'");
  const mistaken = await ctqHere(['bad.ctq'], { cwd: folder });
  assert.equal([mistaken.stdout, mistaken.code], ['', 2]);
  assert.match(mistaken.stderr, /╭─ bad\.ctq:2:8\n/);
  const failed = await ctqHere(['failing.ctq'], { cwd: folder });
  assert.equal([failed.stdout, failed.stderr, failed.code], ['1\n', 'error: failing.ctq:2: no\n', 1]);
  const missing = await ctqHere(['missing.ctq'], { cwd: folder });
  assert.equal([missing.stdout, missing.code], ['', 1]);
  assert.match(missing.stderr, /^error: .*missing\.ctq.*no such file/);
});

scripts.run();

const output = suite('output');

const FORMATS: readonly (readonly [format: string, RegExp])[] = [
  ['table', /^proto +source .*\n─+ .*\ntcp +10\.0\.0\.1:40000 +→ 192\.0\.2\.1:443 .*\n$/],
  ['box', /^┌─+┬.*┐\n│ proto │ source .*\n├─+┼.*┤\n│ tcp {3}│ 10\.0\.0\.1:40000 .*│\n└─+┴.*┘\n$/],
  ['markdown', /^\| proto \| source .*\n\| -+ \|.*\n\| tcp {3}\| 10\.0\.0\.1:40000 .*\|\n\n$/],
  ['vertical', /orig\.src +│ 10\.0\.0\.1\n/],
  ['plain', /^tcp {6}6 \d+ ESTABLISHED src=10\.0\.0\.1 .* use=1\n$/],
  ['extended', /^ipv4 {5}2 tcp {6}6 \d+ ESTABLISHED src=10\.0\.0\.1 .* use=1\n$/],
  ['extended,id', / id=\d+\n$/],
  ['xml', /^<\?xml .*\n<conntrack>\n<flow>.*<src>10\.0\.0\.1<\/src>.*<\/flow>\n<\/conntrack>\n$/],
  ['save', /^-A .* -s 10\.0\.0\.1 -d 192\.0\.2\.1 .*\n$/],
  ['csv', /^proto,orig\.src,.*\r?\ntcp,10\.0\.0\.1,.*\r?\n$/],
  ['csv,noheader', /^tcp,10\.0\.0\.1,.*\r?\n$/],
  ['tsv', /^proto\torig\.src\t.*\ntcp\t10\.0\.0\.1\t.*\n$/],
];
for (const [format, pattern] of FORMATS) {
  output(`-o ${format}`, async () => {
    const { stdout, stderr, code } = await ctqHere(['-o', format, 'select from conntrack where proto = tcp']);
    assert.match(stdout, pattern);
    assert.equal([stderr, code], ['', 0]);
  });
}

output('-o json and jsonl are JSON', async () => {
  const query = 'select from conntrack where proto = tcp';
  const list = JSON.parse((await ctqHere(['-o', 'json', query])).stdout) as { orig: { src: string } }[];
  const lines = (await ctqHere(['-o', 'jsonl', query])).stdout.trimEnd().split('\n');
  assert.equal([list.length, lines.length], [1, 1]);
  assert.is(list[0].orig.src, '10.0.0.1');
  assert.equal(Object.keys(JSON.parse(lines[0]) as object), Object.keys(list[0]));
});

output('-o bars', () =>
  prints(
    ['-o', 'bars', 'select proto, count(*) as flows from conntrack where mark = 7 group by proto'],
    `proto  flows\ntcp    1  ${'█'.repeat(70)}\n`,
  ),
);

output('bars need a grouped result, however they are asked for', async () => {
  const query = 'select src from conntrack';
  const option = await ctqHere(['-o', 'bars', query]);
  const clause = await ctqHere([`${query} output bars`]);
  for (const { stdout, stderr, code } of [option, clause]) {
    assert.equal([stdout, code], ['', 2]);
    assert.match(stderr, /bars requires a grouped result/);
  }
  const { stdout, code } = await ctqHere(["set format = 'bars'", 'select src from conntrack where mark = 7']);
  assert.equal([stdout, code], ['src\n10.0.0.1\n', 0], 'a setting applies where it can');
});

output('a statement’s own format goes before -o', () =>
  prints(['-o', 'json', 'select src from conntrack where mark = 7 output csv, noheader'], '10.0.0.1\n'),
);

output('--to replaces a file when all has gone well, and not before', async () => {
  const path = file('out.csv', 'old');
  await prints(['--to', path, '-o', 'csv', 'select src from conntrack where mark = 7'], '');
  assert.match(readFileSync(path, 'utf8'), /^src\r?\n10\.0\.0\.1\r?\n$/);
  await ctqHere(['--to', path, '--netns', 'nowhere', 'select src from conntrack']);
  assert.match(readFileSync(path, 'utf8'), /^src\r?\n10\.0\.0\.1\r?\n$/);
  const { stderr, code } = await ctqHere(['--to', join(folder, 'no/such/folder'), 'select src from conntrack']);
  assert.is(code, 1);
  assert.match(stderr, /^error: .*no\/such\/folder/);
  assert.not(existsSync(join(folder, 'no')));
});

output('--color', async () => {
  const query = 'select src from conntrack where mark = 7 output table';
  assert.match((await ctqHere(['--color', 'always', query])).stdout, /\u001b\[/);
  assert.not.match((await ctqHere(['--color', 'never', query])).stdout, /\u001b/);
  assert.not.match((await ctqHere([query])).stdout, /\u001b/);
  assert.match((await ctqHere(['--color', 'always', 'select x from conntrack'])).stderr, /\u001b\[/);
});

output('--timing is reported on standard error', async () => {
  const { stdout, stderr } = await ctqHere(['--timing', 'select src from conntrack where mark = 7']);
  assert.is(stdout, 'src\n10.0.0.1\n');
  assert.match(stderr, /^1 row.*\n.* \d+\.\d+ s\n$/);
});

output('a reader that has seen enough ends it quietly', async () => {
  bulk(20_000);
  for (const options of ['', '-o json', '-o csv', '-o table', '-o xml']) {
    const line = `'${process.execPath}' '${PROGRAM}' ${options} 'select from conntrack' | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = run(['bash', '-c', line]);
    const lines = stdout.trimEnd().split('\n');
    assert.is(lines.length, 2, stdout);
    assert.equal([lines[1], stderr], ['0', ''], options);
  }
});

output('a variable of --set whose name is misspelt', async () => {
  const { code, stdout, stderr } = await ctqHere(['--set', 'clent=1', 'let client = 2; echo $client']);
  assert.equal([code, stdout], [2, '']);
  assert.match(stderr, /error: --set clent: the statement does not use \$clent\nhint: did you mean client\?\n/);
  // Others may be for other statements.
  assert.is((await ctqHere(['--set', 'n=1', '--set', 'limit=2', 'echo $n'])).stdout, '1\n');
  assert.is((await ctqHere(['--set', 'n=1', 'echo 2', 'echo $n'])).stdout, '2\n1\n');
  const folder = mkdtempSync(join(tmpdir(), 'ctq-set-'));
  writeFileSync(join(folder, 'b.ctq'), 'echo $n;\n');
  assert.is((await ctqHere(['--set', 'n=3', "include 'b.ctq'"], { cwd: folder })).stdout, '3\n');
  rmSync(folder, { recursive: true });
});

output('full has no format for programs', async () => {
  const { code, stdout, stderr } = await ctqHere(['-o', 'json', 'full']);
  assert.equal([code, stdout], [2, '']);
  const statement = /hint: for programs: ctq -o json "(.+)"\n/.exec(stderr)?.[1] ?? '';
  assert.equal(
    JSON.parse((await ctqHere(['-o', 'json', statement])).stdout).map(({ name }: { name: string }) => name),
    ['nf_conntrack_count', 'nf_conntrack_max'],
  );
});

output('a * that sh(1) replaced by the names of files', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'ctq-star-'));
  try {
    for (const name of ['aa', 'b.txt']) writeFileSync(join(cwd, name), '');
    const { code, stderr } = await ctqHere(['select', 'aa', 'b.txt', 'from', 'conntrack'], { cwd });
    assert.is(code, 2);
    assert.match(
      stderr,
      /replaced '\*' by the names of the files here\nhint: quote the statement: ctq "select \* from/,
    );
    assert.not.match((await ctqHere(['select', 'aa', 'from', 'conntrack'], { cwd })).stderr, /replaced/);
    // A folder that holds nothing but src.
    for (const name of ['aa', 'b.txt']) rmSync(join(cwd, name));
    writeFileSync(join(cwd, 'src'), '');
    assert.is((await ctqHere(['select', 'src', 'from', 'conntrack', 'limit', '0'], { cwd })).code, 0);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

output.run();
