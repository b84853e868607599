/** Conditions that are written shorter than they are meant, and options where a comment might be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('conditions as they are meant');
const folder = mkdtempSync(join(tmpdir(), 'ctq-meant-'));
const file = join(folder, 'flows.txt');
test.after(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  file,
  `tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=203.0.113.1 sport=1000 dport=80 src=10.0.0.9 dst=192.0.2.1 sport=8080 dport=2000 [ASSURED] mark=258 use=1
tcp      6 431999 ESTABLISHED src=10.0.0.2 dst=203.0.113.1 sport=1000 dport=80 src=10.0.0.9 dst=10.0.0.2 sport=8080 dport=1000 [ASSURED] mark=4354 use=1
udp      17 29 src=10.0.0.3 dst=198.51.100.1 sport=1000 dport=53 src=198.51.100.1 dst=192.0.2.1 sport=53 dport=1000 mark=3 use=1
udp      17 29 src=10.0.0.4 dst=198.51.100.1 sport=1000 dport=53 src=198.51.100.1 dst=10.0.0.4 sport=53 dport=1000 mark=0 use=1
`,
);

/** [condition, the last numbers of the source addresses] */
const CASES: readonly (readonly [string, string])[] = [
  ['nat = dst', '2'],
  ['nat has dst', '1 2'],
  ['nat has (src, dst)', '1'],
  ['nat not has any (src, dst)', '4'],
  ['snat = 192.0.2.1', '1 3'],
  ["snat = '192.0.2.1'", '1 3'],
  ['snat = 192.0.2.0/24', '1 3'],
  ['snat = 192.0.2.1:1000', '3'],
  ["snat in ('192.0.2.1:2000', 192.0.2.9)", '1'],
  ['dnat = 10.0.0.9', '1 2'],
  ['snat != 192.0.2.2', '1 3'],
  ['not (snat = 192.0.2.2)', '1 3'],
  ['snat not in (192.0.2.2)', '1 3'],
  ["snat like '192.0.%'", '1 3'],
  ['mark = 0x102/0xfff', '1 2'],
  ['mark != 0x102/0xfff', '3 4'],
  ['mark in (0x102/0xfff, 3)', '1 2 3'],
  ['mark = 0/0x1', '1 2 4'],
];
for (const [condition, wanted] of CASES) {
  test(condition, async () => {
    const { stdout } = await ctqHere([
      '--file',
      file,
      '-o',
      'tsv,noheader',
      `select src from conntrack where ${condition}`,
    ]);
    assert.is(stdout.trim().replaceAll('10.0.0.', '').split('\n').join(' '), wanted);
  });
}

test('a few words are run as the condition that they mean, as in the shell', async () => {
  for (const [text, wanted] of [
    ['198.51.100.1 53', '3 4'],
    ['192.0.2.1:2000', '1'],
    ['udp 53', '3 4'],
    ['mark = 3', '3'],
    ['198.51.100.1 or 192.0.2.1', '1 3 4'],
    ['mark 258 or 3', '1 3'],
  ]) {
    const { stdout, stderr } = await ctqHere(['--file', file, '-o', 'tsv', text]);
    assert.is([...stdout.matchAll(/^\w+\t10\.0\.0\.(\d)/gm)].map(([, n]) => n).join(' '), wanted, `${text} ${stderr}`);
  }
  for (const text of [
    'kill 198.51.100.1 53',
    'kill 198.51.100.1 or 192.0.2.1',
    'kill mark = 3',
    'hello 53 there',
    'flush udp',
  ])
    assert.is((await ctqHere(['--file', file, text])).code, 2, text);
});

test('nat = dst warns of what it leaves out', async () => {
  const { stderr, code: status } = await ctqHere(['--file', file, 'select src from conntrack where nat = dst']);
  assert.is(status, 0);
  assert.match(stderr, /^warning: 1 flow with both addresses translated left out[^\n]*\nhint: nat has dst/);
  assert.is((await ctqHere(['--file', file, 'select src from conntrack where nat = both'])).stderr, '');
});

test('an option among the words of a statement is not a comment', async () => {
  const script = join(folder, 'script.ctq');
  writeFileSync(script, "echo 'ran';\necho 1 --dry-run\n");
  for (const args of [["echo 'ran' --dry-run"], [script], ['-e', "echo 'ran'; --yes"]]) {
    const { code: status, stdout, stderr } = await ctqHere(args);
    assert.is(status, 2, args.join(' '));
    assert.is(stdout, '');
    assert.match(stderr, /a comment requires a space after the dashes[\s\S]*outside the quotes/);
  }
});

test('every format of -o is one of set format', async () => {
  for (const format of ['bars', 'xml', 'auto']) {
    const { code: status, stderr } = await ctqHere(['--check', `set format = ${format}`]);
    assert.is(status, 0, stderr);
  }
});

test.run();
