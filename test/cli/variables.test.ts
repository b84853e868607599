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
  ['400..500', '400..500', 'dport'],
  ['(22, 400..500)', '22, 400..500', 'dport'],
  ['(400..500, 20..30)', '400..500, 20..30', 'dport'],
  ['10.0.0.1..10.0.1.2', '10.0.0.1..10.0.1.2', 'src'],
  ['(10.0.2.0/24, 10.0.0.1..10.0.0.9)', '10.0.2.0/24, 10.0.0.1..10.0.0.9', 'src'],
  ['(10.0.2.0/24, 10.0.0.1..10.0.0.9)', '10.0.2.0/24, 10.0.0.1..10.0.0.9', 'host'],
  ["'10.9.9.9:443'", '10.9.9.9:443', 'dst'],
  ["'10.9.9.9:443'", '10.9.9.9:443', 'host'],
  ['(10.9.9.9:443, 10.0.0.1:9)', '10.9.9.9:443, 10.0.0.1:9', 'host'],
  ['30s..2m', '30s..2m', 'timeout'],
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

test('a value, and a list, are items of a list', async () => {
  const lists = [
    '22',
    '(22, 400..500)',
    "(select dport from 'flows.txt' where dport = 22)",
    "(select min(dport) from 'flows.txt')",
  ];
  for (const value of lists)
    for (const not of ['', 'not ']) {
      const both = value.includes('443') || value.includes('400') ? 6 : 3;
      assert.is(
        await countOf(`let x = ${value}; ${FLOWS} dport ${not}in ($x, 80)`),
        not === '' ? both : 6 - both,
        `${not}in ($x, 80) of ${value}`,
      );
      assert.is(await countOf(`let x = ${value}; ${FLOWS} dport ${not}in (80, $x, 443)`), not === '' ? 6 : 0, value);
    }
});

test('a range is compared by = and !=, and bounds one', async () => {
  for (const [value, condition, count] of [
    ['400..500', 'dport = $x', 3],
    ['400..500', '$x = dport', 3],
    ['400..500', 'dport != $x', 3],
    ['400..500', 'port = $x', 3],
    ['22', 'dport in 20..$x', 3],
    ["'https'", 'dport in ($x..500, 80)', 3],
    ["('ASSURED', 'DYING')", 'status has any $x', 3],
    ["('ASSURED', 'DYING')", 'status has $x', 0],
    ["'ASSURED'", 'status has any $x', 3],
  ] as const)
    assert.is(await countOf(`let x = ${value}; ${FLOWS} ${condition}`), count, `${condition} with ${value}`);
});

test('a query of one row at most is one value, and without a row null', async () => {
  const one = (clauses: string): string => `let x = (select src from 'flows.txt' ${clauses} limit 1);`;
  for (const [condition, found, none] of [
    ['src = $x', 1, 0],
    ['$x = src', 1, 0],
    ['src in $x', 1, 0],
    ['src in ($x, 10.0.0.1)', 2, 1],
    ['src != $x', 5, 0],
    ['src not in $x', 5, 0],
    ['$x is null', 0, 6],
    ['src > $x', 0, 0],
  ] as const) {
    assert.is(await countOf(`${one('order by mark desc')} ${FLOWS} ${condition}`), found, condition);
    assert.is(await countOf(`${one('where mark > 99')} ${FLOWS} ${condition}`), none, condition);
  }
  const { stdout } = await run(`${one('order by mark')} echo $x`);
  assert.is(stdout, '10.0.0.1\n');
});

test('what a list, and a range, cannot be used for has a hint', async () => {
  for (const [value, condition, message] of [
    ['(22, 80)', 'dport = $x', /\$x is a list[\s\S]*write: in \$x/],
    ["(select dport from 'flows.txt')", 'dport = $x', /\$x is a list[\s\S]*write: in \$x/],
    ['(22, 1..2)', 'dport = $x', /\$x is a list[\s\S]*write: in \$x/],
    ['22..80', 'dport < $x', /\$x is a list/],
    ["'22..80'", 'dport = $x', /a range is written without quotes: 22\.\.80/],
    ['80..22', 'dport in $x', /empty range/],
    ['10.0.0.0/8..10.0.0.1', 'src in $x', /a range cannot begin with a network/],
    ['10.0.0.1..2001:db8::1', 'src in $x', /must be of one address family/],
    ['1..70000', 'dport in $x', /70000 is out of range/],
    ['(22..80, 10.0.0.1)', 'dport in $x', /must be of one type/],
  ] as const) {
    const { code, stderr } = await run(`let x = ${value}; ${FLOWS} ${condition}`);
    assert.is(code, 2, `${condition} with ${value}`);
    assert.match(stderr, message);
  }
});

test('a value may be set where a list or a range is the default, and a range where a list is', async () => {
  for (const [value, given, count] of [
    ['400..500', '22', 3],
    ['(22, 443)', '443', 3],
    ['(22, 443)', '1..400', 3],
    ['1..2', '(22, 400..500)', 6],
  ] as const)
    assert.is(await countOf(`let x = ${value}; ${FLOWS} dport in $x`, '--set', `x=${given}`), count, given);
  const { stderr } = await run(`let x = 22; ${FLOWS} dport = $x`, '--set', 'x=(22, 80)');
  assert.match(stderr, /\$x is an integer here, but was set to a list/);
});

test('lists and ranges are shown as they are written', async () => {
  const { stdout } = await run('let x = (443, 20..30); let y = 1..2; echo $x, $y; show variables');
  assert.match(stdout, /^\(443, 20\.\.30\) \(1\.\.2\)\n/);
  assert.match(stdout, /x,"\(443, 20\.\.30\)",list of integer/);
});

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
