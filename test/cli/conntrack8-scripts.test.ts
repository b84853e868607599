// timeout: 600
/** What a shell script sees of the built program and of conntrack(8): both outputs in one, rights, closed and full outputs. */
import { chmodSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCtq } from '../kit/cli.js';
import { type Finished, must, run } from '../kit/command.js';
import { useConntrack } from '../kit/namespace.js';
import { NOBODY, READABLE_PROGRAM } from '../kit/nobody.js';
import { subscribed } from '../kit/oracle.js';

const test = suite('scripts around conntrack');

const FOLDER = mkdtempSync(join(tmpdir(), 'ctq-link-'));
const LINK = join(FOLDER, 'conntrack');
const FILE = join(FOLDER, 'entries');

/** Entries whose lines are of one length each. */
const entries = (count: number): string =>
  Array.from(
    { length: count },
    (_, n) => `-I -t 90000 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport ${10_001 + n} --dport 53`,
  ).join('\n');

function fill(count: number): void {
  run(['conntrack', '-F']);
  writeFileSync(FILE, `${entries(count)}\n`);
  must(['conntrack', '-R', FILE]);
}

test.before(() => {
  chmodSync(FOLDER, 0o755);
  symlinkSync(READABLE_PROGRAM.replace(/ctq\.js$/, 'ctq-conntrack.js'), LINK);
  useConntrack();
});

/** A script in which `$CT` is each program in turn, over the same table. */
function both(script: string, count: number): readonly [Finished, Finished] {
  const [ours, theirs] = [LINK, 'conntrack'].map(program => {
    fill(count);
    return run(['bash', '-c', `CT=${program}\n${script}`]);
  });
  return [ours, theirs];
}

const plain = ({ code, stdout, stderr }: Finished): Finished => {
  const same = (text: string): string =>
    text
      .replaceAll(/v1\.4\.\d+/g, 'v')
      .replaceAll(/^ctq: .*\n/gm, '')
      .replaceAll(/ use=\d+/g, '')
      .replaceAll(/ 89\d{3} /g, ' ');
  return { code, stdout: same(stdout), stderr: same(stderr) };
};

const SCRIPTS: readonly (readonly [script: string, entries: number])[] = [
  // A summary is written at once, and a list with its last block.
  ['$CT -D -s 10.0.0.1 2>&1 | head -1', 3],
  ['message=$($CT -D -s 10.0.0.1 2>&1); echo "$message" | head -1', 3],
  ['$CT -L 2>&1', 1],
  ['$CT -L -o save 2>&1 | head -1', 3],
  ['f=$(mktemp); $CT -L >$f 2>&1; head -c 30 $f', 3],
  ['$CT -D -p udp -o xml 2>&1 | head -c 50', 2],
  ['$CT -L -o xml 2>&1 | tail -1', 2],
  ['$CT -U -s 10.0.0.1 -m 5 2>&1 | head -1', 1],
  ['$CT -G -p udp -s 10.0.0.1 -d 10.0.0.2 --sport 10001 --dport 53 2>&1 | head -1', 1],
  // Where the summary is in a list of several blocks.
  ['$CT -L 2>&1 | grep -abo "conntrack v" | cut -d: -f1', 100],
  ['$CT -D 2>&1 | grep -abo "conntrack v" | cut -d: -f1', 100],
  ['$CT -L -o extended 2>&1 | grep -abo "conntrack v" | cut -d: -f1', 1234],
  ['f=$(mktemp); $CT -L >$f 2>&1; grep -abo "conntrack v" $f | cut -d: -f1', 41],
  ['$CT -L -o xml 2>&1 | tail -1', 100],
  ['$CT -L >/dev/null', 3],
  ['$CT -L 2>/dev/null | wc -l', 50],
  ['$CT -V', 0],
  ["$CT -V | awk '{print $2}'", 0],
  ['$CT --version 2>&1', 0],
  ['$CT -L -s 192.0.2.99 -o xml', 2],
  ['$CT -D -s 192.0.2.99 2>&1', 2],
  ['$CT -D -s 192.0.2.99 2>&1 | grep -q "0 flow entries have been deleted" && echo none', 2],
  ['$CT -F -f ipv4', 2],
  ['$CT -R - <&-', 2],
  ['$CT -R /nowhere', 2],
  ['$CT -R - </dev/null; echo $?', 2],
  ['$CT -D >/dev/full; echo $?; $CT -C', 3],
  ['$CT -C >/dev/null; echo $?', 3],
  ['$CT -I -t 9 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 10001 --dport 53 || echo failed', 1],
];

for (const [script, count] of SCRIPTS) {
  test(`the same with ${count} entries: ${script}`, () => {
    const [ours, theirs] = both(script, count);
    assert.equal(plain(ours), plain(theirs));
  });
}

for (const command of [
  '-C',
  '-S',
  '-L',
  '-D',
  '-E',
  '-L expect',
  '-C expect',
  '-E -e NEW',
  '-I -t 5 -s 10.1.0.1 -d 10.1.0.2 -p udp --sport 1 --dport 2',
]) {
  test(`without rights: ${command}`, () => {
    for (const merge of ['', ' 2>&1 | cat']) {
      const [ours, theirs] = both(`${NOBODY.join(' ')} $CT ${command}${merge}`, 2);
      const words = ({ code, stdout, stderr }: Finished) => ({
        code,
        stdout: stdout.replaceAll(/=\d+ /g, '= '),
        stderr,
      });
      assert.equal(words(plain(ours)), words(plain(theirs)));
    }
  });
}

test('a list that could not be written is not a success', () => {
  fill(3);
  const { code, stderr } = run(['bash', '-c', `${LINK} -L -o save >/dev/full`]);
  assert.is(code, 1);
  assert.match(stderr, /3 flow entries have been shown\.\n.*cannot write to the standard output \(ENOSPC\)\n$/);
});

test('times of events have microseconds, and nothing else is said', async () => {
  const program = startCtq(['conntrack', '-E', '-e', 'NEW', '-o', 'timestamp']);
  await subscribed([1]);
  fill(20);
  await program.waitFor(/sport=10020 /);
  program.kill('SIGTERM');
  assert.is(await program.exit(), 0);
  const times = [...program.stdout.matchAll(/^\[(\d+)\.(\d{6})\]\t/gm)];
  assert.is(times.length, 20);
  assert.ok(
    times.some(([, , digits]) => !digits.endsWith('000')),
    program.stdout,
  );
  const last = Number(times[19][1]);
  assert.ok(Math.abs(last - Date.now() / 1000) < 20, `${last}`);
  assert.is(program.stderr, 'conntrack v1.4.8 (conntrack-tools): 20 flow events have been shown.\n');
});

test.run();
