/** A variable in a condition means what its value would mean if it were written there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctqHere } from '../kit/here.js';

const test = suite('variables');

const cwd = mkdtempSync(join(tmpdir(), 'ctq-variables-'));
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
const run = (statement: string, ...args: string[]) => ctqHere([...args, '-o', 'csv', statement], { cwd });

const flow = (i: number, state: string, port: number): string =>
  `tcp 6 100 ${state} src=10.0.${i >> 1}.${i} dst=10.9.9.9 sport=${40_000 + i} dport=${port} src=10.9.9.9 dst=10.0.${i >> 1}.${i} sport=${port} dport=${40_000 + i} ${i % 2 ? '[ASSURED] ' : ''}mark=${i} use=1\n`;
writeFileSync(
  join(cwd, 'flows.txt'),
  [1, 2, 3, 4, 5, 6].map(i => flow(i, i < 4 ? 'ESTABLISHED' : 'TIME_WAIT', i % 2 ? 443 : 22)).join(''),
);
writeFileSync(join(cwd, 'hosts.csv'), 'ip,owner\n10.0.0.1,ann\n10.0.1.2,bob\n');

const FLOWS = "select count(*) from 'flows.txt' where";

async function countOf(statement: string, ...args: string[]): Promise<number> {
  const { stdout, stderr, code } = await run(statement, ...args);
  assert.is(code, 0, stderr);
  return Number(stdout.trim().split('\n').at(-1));
}

/** [a value, the same as a literal of a list, the field] */
const VALUES = [
  ['10.0.1.2', '10.0.1.2', 'src'],
  ['(10.0.1.2)', '10.0.1.2', 'src'],
  ['10.0.1.0/24', '10.0.1.0/24', 'src'],
  ['(10.0.1.0/24)', '10.0.1.0/24', 'src'],
  ['(10.0.1.0/24, 10.0.0.1)', '10.0.1.0/24, 10.0.0.1', 'src'],
  ['22', '22', 'dport'],
  ['(22, 80)', '22, 80', 'dport'],
  ["'https'", 'https', 'dport'],
  ["'ESTABLISHED'", 'ESTABLISHED', 'state'],
  ["('established', 'NONE')", 'ESTABLISHED, NONE', 'state'],
  ["'tcp'", 'tcp', 'proto'],
  ['null', 'null', 'src'],
] as const;

for (const [value, literal, field] of VALUES) {
  test(`${field} in ${value}`, async () => {
    for (const not of ['', 'not ']) {
      const expected = await countOf(`${FLOWS} ${field} ${not}in (${literal})`);
      for (const list of ['$x', '($x)']) {
        const condition = `${FLOWS} ${field} ${not}in ${list}`;
        assert.is(await countOf(`let x = ${value}; ${condition}`), expected, `${not}in ${list}`);
        assert.is(await countOf(condition, '--set', `x=${value}`), expected, `--set, ${not}in ${list}`);
      }
    }
  });
}

test('a text is a word of what it is compared with, on either side', async () => {
  const equal = [
    ["state = 'TIME_WAIT'", "'time_wait'", 'state = $x'],
    ["state = 'TIME_WAIT'", "'TIME_WAIT'", '$x = state'],
    ['state != TIME_WAIT', "'TIME_WAIT'", 'state != $x'],
    ['status has ASSURED', "'ASSURED'", 'status has $x'],
    ['status has any (ASSURED, DYING)', "'assured'", 'status has any ($x, DYING)'],
    ['proto = tcp', "'tcp'", 'proto = $x'],
    ['dport between 22 and 442', "'ssh'", 'dport between $x and 442'],
    ['src = 10.0.0.1', "'10.0.0.1'", 'src = $x'],
  ] as const;
  for (const [literal, value, condition] of equal) {
    const expected = await countOf(`${FLOWS} ${literal}`);
    assert.ok(expected > 0 && expected <= 6, literal);
    assert.is(await countOf(`let x = ${value}; ${FLOWS} ${condition}`), expected, condition);
  }
  // Beside texts it stays one.
  assert.is(await countOf(`let x = 'ann'; select count(*) from 'hosts.csv' where owner = $x and $x = 'ann'`), 1);
});

test('the latest value counts, and one that only the run shows is not taken for an earlier one', async () => {
  const both = await run(
    `let x = 'ESTABLISHED'; ${FLOWS} state = $x and mark = 1; let x = 'TIME_WAIT'; ${FLOWS} state = $x and mark = 1`,
  );
  assert.equal(both.stdout.trim().split(/\s+/), ['count(*)', '1', 'count(*)', '0']);
  const { code, stderr } = await run(
    `let x = 'TIME_WAIT'; let x = (select min(state::text) from 'flows.txt'); ${FLOWS} state = $x`,
  );
  assert.is(code, 2);
  assert.match(stderr, /its text is known only when the statement runs: write state::text/);
  assert.is(await countOf(`let x = (select min(state::text) from 'flows.txt'); ${FLOWS} state::text = $x`), 3);
});

test('a text that is no word of the type is an error at the variable', async () => {
  for (const [value, condition, message] of [
    ["'ESTABLISHD'", 'state = $x', /unknown state 'ESTABLISHD'[\s\S]*did you mean ESTABLISHED/],
    ["('tcp', 'udpp')", 'proto in $x', /unknown protocol 'udpp'/],
    ["'x'", 'status has $x', /unknown flag 'x'/],
  ] as const) {
    const { code, stderr } = await run(`let x = ${value}; ${FLOWS} ${condition}`);
    assert.is(code, 2);
    assert.match(stderr, message);
  }
});

test('a value is in the range of the field that it is compared with', async () => {
  for (const [value, condition] of [
    ['70000', 'dport != $x'],
    ['70000', 'dport not in $x'],
    ['(80, 70000)', 'dport not in $x'],
    ['4294967296', 'mark != $x'],
  ] as const) {
    const { code, stderr } = await run(`let x = ${value}; ${FLOWS} ${condition}`);
    assert.is(code, 2, condition);
    assert.match(stderr, /is out of range/);
    assert.is((await run(`${FLOWS} ${condition}`, '--set', `x=${value}`)).code, 2, condition);
  }
});

test('nothing is in an empty list, not even what is unknown', async () => {
  assert.is(await countOf(`${FLOWS} icmp_type not in (select dport from 'flows.txt' where mark > 99)`), 6);
});

test.run();
