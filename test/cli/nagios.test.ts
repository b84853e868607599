/** `output nagios` as a monitor runs it: one line of standard output, and the exit status. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq } from '../kit/cli.js';
import { ctqHere } from '../kit/here.js';
import { Namespace } from '../kit/namespace.js';
import { canRead, NOBODY, READABLE_PROGRAM } from '../kit/nobody.js';
import { perfdata } from '../kit/perfdata.js';

const test = suite('nagios');

const blue = new Namespace('check-blue');
const red = new Namespace('check-red');
const folder = mkdtempSync(join(tmpdir(), 'ctq-nagios-'));

test.before(() => {
  for (const [netns, flows] of [
    [blue, 5],
    [red, 2],
  ] as const)
    for (let i = 1; i <= flows; i++)
      netns.must(`conntrack -I -p udp -t 600 -s 10.0.0.${i % 3} -d 10.9.9.9 --sport ${i} --dport 53`.split(' '));
});
test.after(() => rmSync(folder, { recursive: true }));

/** Runs a check as a monitor does. */
async function check(args: readonly string[], input = '') {
  const { stdout, stderr, code } = await ctqHere(args, { input });
  return { code, line: stdout, stderr, data: stdout.includes('\n') ? perfdata(stdout) : [] };
}

test('thresholds: OK, WARNING and CRITICAL of the same table', async () => {
  for (const [warning, critical, code, state] of [
    [5, 6, 0, 'OK: flows = 5'],
    [4, 5, 1, 'WARNING: flows = 5 (flows > 4)'],
    [3, 4, 2, 'CRITICAL: flows = 5 (flows > 4)'],
  ] as const)
    assert.equal(
      await check([
        `select count(*) as flows from conntrack in netns check-blue output nagios warning flows > ${warning} critical flows > ${critical}`,
      ]),
      {
        code,
        line: `CONNTRACK ${state} | flows=5;${warning};${critical}\n`,
        stderr: '',
        data: [{ label: 'flows', value: 5, unit: '', warning: String(warning), critical: String(critical) }],
      },
    );
});

test('the limit may be a column, an expression, a subquery, a variable', async () => {
  const most = "(select max(value) from sysctl in netns check-blue where name = 'nf_conntrack_max')";
  for (const condition of [`flows < ${most}`, 'flows * 2 >= $n or total < 1 or flows > total', 'count(*) > 4']) {
    const { code, line } = await check([
      '--set',
      'n=10',
      `select count(*) as flows, ${most} as total from conntrack in netns check-blue output nagios warning ${condition}`,
    ]);
    assert.is(code, 1, line);
  }
  const { data } = await check([
    `select count(*) as flows from conntrack in netns check-blue output nagios warning flows > 0.8 * ${most}`,
  ]);
  assert.ok(Number(data[0].warning) > 100, 'the threshold is computed');
});

test('groups, in all namespaces and with other clauses', async () => {
  const { code, line, data } = await check([
    'select netns, src, count(*) as flows from conntrack in netns * where dport = 53 group by netns, src order by netns, src output nagios warning flows > 1',
  ]);
  assert.is(code, 1);
  assert.match(
    line,
    /^CONNTRACK WARNING: 2 warning of 5 rows \(flows > 1\): check-blue 10\.0\.0\.1 flows = 2; check-blue 10\.0\.0\.2 flows = 2 \|/,
  );
  assert.equal(
    data.map(({ label, value }) => `${label} ${value}`),
    [
      'check-blue 10.0.0.0 flows 1',
      'check-blue 10.0.0.1 flows 2',
      'check-blue 10.0.0.2 flows 2',
      'check-red 10.0.0.1 flows 1',
      'check-red 10.0.0.2 flows 1',
    ],
  );
});

test('files, standard input, derived tables, joins, statistics, settings', async () => {
  const save = (await ctqHere(['select from conntrack in netns check-blue output extended'])).stdout;
  const file = join(folder, 'flows');
  writeFileSync(file, save);
  for (const [from, service] of [
    [`'${file}'`, 'CONNTRACK'],
    [`(select src, count(*) as n from '${file}' group by src)`, 'CONNTRACK'],
    ['stats in netns check-blue', 'STATS'],
    ['sysctl in netns check-blue', 'SYSCTL'],
    [`'${file}' join '${join(folder, 'names.csv')}' as names on src = names.address`, 'CONNTRACK'],
  ]) {
    writeFileSync(join(folder, 'names.csv'), 'address,name\n10.0.0.1,one\n');
    const { code, line, stderr } = await check([`select count(*) as n from ${from} output nagios critical n > 0`]);
    assert.is(code, 2, stderr);
    assert.ok(line.startsWith(`${service} CRITICAL: n = `), line);
  }
  const { code, line } = await check(['-o', 'nagios', "select count(*) as n from '-'"], save);
  assert.equal([code, line], [0, 'CONNTRACK OK: n = 5 | n=5\n']);
});

test('a script of checks writes a line each, and the worst one counts; --to', async () => {
  const script = join(folder, 'checks.ctq');
  const count = (netns: string, level: string): string =>
    `select count(*) as flows from conntrack in netns ${netns} output nagios ${level} flows > 3;\n`;
  writeFileSync(
    script,
    count('check-red', 'critical') + count('check-blue', 'warning') + count('check-red', 'warning'),
  );
  const both = await ctq([script]);
  assert.is(both.code, 1);
  assert.equal(
    both.stdout.split('\n').map(line => line.split(':')[0]),
    ['CONNTRACK OK', 'CONNTRACK WARNING', 'CONNTRACK OK', ''],
  );
  const file = join(folder, 'state');
  const { code, stdout } = await ctqHere(['--to', file, script]);
  assert.equal([code, stdout], [1, '']);
  assert.is(readFileSync(file, 'utf8'), both.stdout);
});

test('whatever fails is UNKNOWN, in one line', async () => {
  const ask = 'select count(*) as flows from conntrack output nagios warning flows > 3';
  for (const [args, expected] of [
    [[ask.replace('flows > 3', 'flowz > 3')], "unknown field 'flowz'"],
    [[ask.replace('count(*)', 'count(*')], "expected ')'"],
    [['--nets', 'x', ask], "unknown option '--nets'"],
    [['--netns', 'no-such', ask], 'no-such'],
    [['--file', '/no/such|file', ask], '/no/such/file'],
    [['-o', 'nagios', 'select src from conntrack'], 'nagios requires a grouped result'],
    [[`${ask.replace('output', 'every 1s output')}`], 'nagios requires a single result'],
    [['-o', 'nagios', 'watch count(*) as n from conntrack every 1s'], 'nagios requires a single result'],
    [['-o', 'nagios', 'select count(*) as n from conntrack every 1s'], 'nagios requires a single result'],
    [['--to', '/no/such/folder/x', ask], '/no/such/folder'],
    [[`let x = (select max(value) from sysctl in netns no-such); ${ask}`], 'no-such'],
  ] as const) {
    const { code, line, stderr } = await check(args);
    assert.is(code, 3, `${args.join(' ')}: ${line}${stderr}`);
    assert.ok(line.startsWith('CTQ UNKNOWN: ') && line.includes(expected), line);
    assert.is(stderr, '');
  }
});

test('a missing value is UNKNOWN', async () => {
  const { code, line } = await check([
    "select max(value) as most from sysctl where name = 'no_such_setting' output nagios warning most > 5",
  ]);
  assert.equal([code, line], [3, 'SYSCTL UNKNOWN: most = null\n']);
});

(canRead ? test : test.skip)('a user without the right gets UNKNOWN', () => {
  const { status, stdout } = spawnSync(
    NOBODY[0],
    [...NOBODY.slice(1), process.execPath, READABLE_PROGRAM, 'select count(*) as n from conntrack output nagios'],
    { encoding: 'utf8' },
  );
  assert.is(status, 3);
  assert.match(stdout, /^CTQ UNKNOWN: .*(permi|privilege|CAP_NET_ADMIN).*\n$/i);
});

test.run();
