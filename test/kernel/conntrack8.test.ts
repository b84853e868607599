// timeout: 900
/** The command lines of `test/shell/conntrack8/lines.ts`, carried out by conntrack(8) and by ctq, in a namespace each. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Finished } from '../kit/command.js';
import { nameLabels } from '../kit/labels.js';
import { Namespace, useConntrack } from '../kit/namespace.js';
import { BASE, CHANGING, READING, REFUSED, wordsOf } from '../shell/conntrack8/lines.js';
import * as programs from '../shell/conntrack8/programs.js';
import { comparable, LABELS, ours, RULES, table } from '../shell/conntrack8/programs.js';
import { shell } from '../shell/support.js';

const test = suite('command lines of conntrack(8)');

const ORACLE = 'oracle';

const theirs = (words: readonly string[]): Finished => programs.theirs(words, ORACLE);

/** Both tables as BASE has them. */
async function reset(): Promise<void> {
  for (const netns of [undefined, ORACLE]) await programs.reset(netns);
}

test.before(() => {
  nameLabels(LABELS);
  const oracle = new Namespace(ORACLE);
  useConntrack();
  oracle.nft(RULES);
});

test('both begin with the same table', async () => {
  await reset();
  assert.equal(await table(), await table(ORACLE));
  assert.is((await table()).length, BASE.length + 1);
});

test('what is only read gives the same output and exit code', async () => {
  await reset();
  const differences: string[] = [];
  for (const line of READING) {
    const expected = theirs(wordsOf(line));
    const actual = await ours(wordsOf(line));
    if (expected.code !== actual.code)
      differences.push(`${line}: exit ${actual.code}, not ${expected.code}: ${actual.stderr}`);
    const [want, have] = [comparable(expected.stdout), comparable(actual.stdout)];
    if (JSON.stringify(want) !== JSON.stringify(have))
      differences.push(`${line}:\n  ctq  ${have.join('\n       ')}\n  c(8) ${want.join('\n       ')}`);
    if (expected.code === 0 && shape(expected.stderr) !== shape(actual.stderr))
      differences.push(`${line}: says ${actual.stderr}, not ${expected.stderr}`);
  }
  assert.is(differences.join('\n'), '');
  assert.ok(READING.length >= 150, `${READING.length}`);
});

/** The summary without the program's name; of a failure, whose words are each program's own, only that it is one. */
const shape = (stderr: string): string =>
  stderr
    .split('\n')
    .filter(line => !line.startsWith('WARNING'))
    .map(line => line.replace(/^conntrack v[^:]*\): /, '').replace(/^Operation failed:.*/, 'Operation failed'))
    .join('\n');

test('what changes the table gives the same output, exit code and table', async () => {
  const differences: string[] = [];
  await reset();
  // Each line finds the table like this: a list of it takes longer than the line.
  const before = JSON.stringify(await table(ORACLE));
  let changed = false;
  for (const line of CHANGING) {
    if (changed) await reset();
    const expected = theirs(wordsOf(line));
    const actual = await ours(wordsOf(line));
    if (expected.code !== actual.code)
      differences.push(`${line}: exit ${actual.code}, not ${expected.code}: ${actual.stderr}`);
    const [want, have] = [comparable(expected.stdout), comparable(actual.stdout)];
    if (JSON.stringify(want) !== JSON.stringify(have))
      differences.push(`${line}:\n  ctq  ${have.join('\n       ')}\n  c(8) ${want.join('\n       ')}`);
    const [after, own] = [await table(ORACLE), await table()];
    const lacking = after.filter(each => !own.includes(each));
    const added = own.filter(each => !after.includes(each));
    if (lacking.length + added.length > 0)
      differences.push(`${line}: the table\n  ctq  ${added.join('\n       ')}\n  c(8) ${lacking.join('\n       ')}`);
    changed = JSON.stringify(after) !== before || differences.length > 0;
  }
  assert.is(differences.join('\n'), '');
  assert.ok(CHANGING.length >= 80, `${CHANGING.length}`);
});

test('what is refused has the same exit code', async () => {
  await reset();
  const differences: string[] = [];
  for (const line of REFUSED) {
    const expected = theirs(wordsOf(line));
    const actual = await ours(wordsOf(line));
    if (expected.code !== actual.code)
      differences.push(
        `${line}: exit ${actual.code} (${actual.stderr.trim()}), not ${expected.code} (${expected.stderr.trim()})`,
      );
    if (expected.stdout !== actual.stdout) differences.push(`${line}: prints ${actual.stdout}, not ${expected.stdout}`);
  }
  assert.is(differences.join('\n'), '');
  assert.equal(await table(), await table(ORACLE));
});

test('what the language saved restores with marks, zones, labels and NAT', async () => {
  await reset();
  const before = await table();
  const saved = await shell(['--no-config', 'select from conntrack output save']);
  assert.is(saved.status, 0);
  await ours(['-F']);
  const restored = await ours(['-R', '-'], saved.stdout);
  assert.is(restored.stderr, '');
  assert.is(restored.code, 0);
  assert.equal(await table(), before);
});

test('a line that the kernel would refuse keeps none of the others from being made', async () => {
  await ours(['-F']);
  const line = (port: number, status: string): string =>
    `-A -t 1000 -u ${status} -s 10.0.0.1 -d 10.0.0.2 -p udp --sport ${port} --dport 2`;
  const dccp = '-A -t 1000 -u UNSET -s 10.0.0.1 -d 10.0.0.2 -r 10.0.0.2 -q 10.0.0.1 -p dccp';
  const file = [line(1, 'SEEN_REPLY'), line(3, 'EXPECTED,SEEN_REPLY'), line(5, 'UNSET'), dccp].join('\n');
  const { code, stderr } = await ours(['-R', '-'], file);
  assert.is(code, 1);
  assert.match(stderr, /^.*: Operation failed: Device or resource busy\nctq: line 2: .*\n$/);
  assert.is((await ours(['-C'])).stdout, '3\n');
});

test('a flow that is translated on both sides comes back with its ports', async () => {
  await ours(['-F']);
  const line =
    '-A -t 1000 -u UNSET -s 192.0.2.1 -d 10.96.0.1 -g 10.1.0.5 -n 203.0.113.1 -p udp --sport 1 --dport 53 --reply-port-src 5353 --reply-port-dst 40001';
  for (const make of [() => ours(['-R', '-'], line), () => ours(wordsOf(line))]) {
    assert.is((await make()).code, 0);
    assert.match((await ours(['-L'])).stdout, /src=10\.1\.0\.5 dst=203\.0\.113\.1 sport=5353 dport=40001 /);
    assert.is((await ours(['-L', '-o', 'save'])).stdout.replace(/-t \d+/, '-t 1000'), `${line}\n`);
    await ours(['-F']);
  }
});

test('--labelmap takes the names of labels from another file', async () => {
  await reset();
  const file = join(mkdtempSync(join(tmpdir(), 'ctq-labels-')), 'mine.conf');
  writeFileSync(file, '# mine\n6 seis\n127 ultima\n');
  const own = ['--labelmap', file];
  const listed = await ours(['-L', '-s', '10.0.0.3', '-l', 'seis', ...own]);
  assert.match(listed.stdout, /labels=.*seis/);
  assert.is((await ours(['-U', '-s', '10.0.0.3', '--label-add', 'ultima', ...own])).code, 0);
  assert.match((await ours(['-L', '-s', '10.0.0.3', '-o', 'labels'])).stdout, /labels=five,six,last/);
  const inFile = await ours(['-R', '-'], `-U -s 10.0.0.3 --label-del ultima --labelmap ${file}\n`);
  assert.is(inFile.code, 0, inFile.stderr);
  assert.match((await ours(['-L', '-s', '10.0.0.3', '-o', 'labels'])).stdout, /labels=five,six\n/);
  // The names of the system's file are none of this one's.
  for (const args of [
    ['-L', '-l', 'six', ...own],
    ['-L', '--labelmap', '/nowhere'],
    ['-L', ...own, ...own],
    ['-C', ...own],
  ])
    assert.is((await ours(args)).code, 2, args.join(' '));
});

test('-R reports which line is wrong, and does nothing then', async () => {
  await ours(['-F']);
  const good = '-I -t 100 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1 --dport 2';
  const wrong = await ours(['-R', '-'], `${good}\n# a comment\n\n-I -t 100 -s 10.0.0.1 -p udp --sport 1 --dport 2\n`);
  assert.is(wrong.code, 2);
  assert.match(wrong.stderr, /you have to specify `--src' and `--dst'\n.*\nctq: line 4\n/);
  assert.is((await ours(['-C'])).stdout, '0\n');
  const twice = await ours(
    ['-R', '-'],
    `${good}\n${good}\n${good.replace('-I', '-A')}\n${good.replace('sport 1', 'sport 3')}`,
  );
  assert.is(twice.code, 1);
  assert.match(twice.stderr, /Operation failed: Such conntrack exists, try -U to update\nctq: line 2\n/);
  assert.not.match(twice.stderr, /line 3/);
  assert.is((await ours(['-C'])).stdout, '2\n');
});

test('lines of one form become the flows that each of them means', async () => {
  const lines = Array.from({ length: 300 }, (_, n) =>
    [
      n % 3 === 0 ? '-A' : '-I',
      `-t ${1000 * (1 + (n % 5))} -u ${['UNSET', 'SEEN_REPLY', 'SEEN_REPLY,ASSURED', 'assured'][n % 4]} -m ${n % 5 === 0 ? '0x1f' : n}`,
      `-s 10.0.${n % 7}.${n % 250} -d 192.0.2.1 ${n % 11 === 0 ? '-r 192.0.2.9 -q 10.9.9.9' : `-r 192.0.2.1 -q 10.0.${n % 7}.${n % 250}`}`,
      `-p tcp --sport ${n + 1} --dport 80 --reply-port-src 80 --reply-port-dst ${n + 1} --state ${['ESTABLISHED', 'CLOSE', 'LISTEN'][n % 3]}`,
    ].join(' '),
  );
  await ours(['-F']);
  assert.is((await ours(['-R', '-'], lines.join('\n'))).code, 0);
  const asFile = await table();
  await ours(['-F']);
  for (const line of lines) assert.is((await ours(wordsOf(line))).code, 0, line);
  assert.equal(asFile, await table());
});

test.run();
