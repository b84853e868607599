// timeout: 180
/** Every script of examples/ runs, on a table of every protocol and attribute. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCtq } from '../kit/cli.js';
import { run } from '../kit/command.js';
import { fillTables } from '../kit/flows.js';
import { ctqHere } from '../kit/here.js';
import { conntrack } from '../kit/oracle.js';
import { until } from '../kit/until.js';

const test = suite('examples');

const FOLDER = fileURLToPath(new URL('../../examples', import.meta.url));
const SCRIPTS = readdirSync(FOLDER).filter(name => name.endsWith('.ctq'));
const cwd = mkdtempSync(join(tmpdir(), 'ctq-examples-'));

test.before(async () => {
  fillTables();
  const saved = await ctqHere(["select from conntrack output save to 'before.save'"], { cwd });
  assert.is(saved.code, 0, saved.stderr);
});

test.after(() => rmSync(cwd, { recursive: true }));

test('there are at least ten', () => {
  assert.ok(SCRIPTS.length >= 10, SCRIPTS.join());
});

for (const name of SCRIPTS) {
  test(name, async () => {
    const { code, stdout, stderr } = await ctqHere([join(FOLDER, name)], { cwd });
    assert.not.match(stderr, /error|defect/, stderr);
    assert.is(code, 0, stderr);
    assert.ok(stdout.length > 0 || stderr.length > 0);
  });
}

test('how long is written with a unit', async () => {
  for (const [given, written] of [
    [[], '1d'],
    [['--set', 'idle=12h'], '0.5d'],
  ] as const) {
    const { stdout } = await ctqHere([...given, join(FOLDER, 'idle-flows.ctq')], { cwd });
    assert.is(stdout.split('\n')[0], `Idle for more than ${written}`);
  }
});

test('a recorder says at its start where it records to', async () => {
  for (const quiet of [false, true]) {
    const folder = join(cwd, `flows-${quiet}`);
    const recorder = startCtq([
      ...(quiet ? ['--quiet'] : []),
      `watch from conntrack on destroy into '${folder}' keep 1d`,
    ]);
    await until('the recorder', () => existsSync(folder), { within: 20_000 });
    recorder.kill('SIGINT');
    assert.is(await recorder.exit(), 0);
    assert.is(recorder.stderr.includes(`recording to ${folder}\n`), !quiet, recorder.stderr);
  }
});

const ANALYZE = '/usr/bin/systemd-analyze';
for (const unit of ['ctq-history.service', 'ctq-history-clickhouse.service']) {
  const verified = existsSync(ANALYZE) ? test : test.skip;
  verified(`${unit} is accepted by systemd`, () => {
    const { code, stderr } = run([ANALYZE, 'verify', '--man=no', join(FOLDER, unit)]);
    assert.is(code, 0, stderr);
    assert.not.match(stderr, /ctq-history/);
  });
  verified(`${unit} has few rights`, () => {
    // Its exposure in tenths, as systemd measures it: a service without any limit has 96.
    const { code, stdout } = run([ANALYZE, 'security', '--offline=yes', '--threshold=25', join(FOLDER, unit)]);
    assert.is(code, 0, stdout);
  });
}

const insert = (...args: string[]): void => {
  const { code, stderr } = conntrack(['-I', ...args]);
  assert.is(code, 0, stderr);
};

test('kill-client ends the flows of that client and no others', async () => {
  const common = ['-p', 'udp', '-t', '600', '--sport', '1', '--dport', '2'];
  insert(...common, '-s', '203.0.113.5', '-d', '10.9.9.1');
  insert(...common, '-s', '10.9.9.1', '-d', '203.0.113.5');
  insert(...common, '-s', '203.0.113.6', '-d', '10.9.9.1');
  const { code, stderr } = await ctqHere(['--set', 'client=203.0.113.5', join(FOLDER, 'kill-client.ctq')]);
  assert.is(code, 0, stderr);
  const { stdout } = conntrack(['-L']);
  assert.not.match(stdout, /203\.0\.113\.5 /);
  assert.match(stdout, /203\.0\.113\.6 /);
});

test('copy-zone copies a zone', async () => {
  insert('-p', 'udp', '-t', '600', '--sport', '7', '--dport', '8', '-s', '203.0.113.8', '-d', '10.9.9.1', '-w', '31');
  const { code, stderr } = await ctqHere(['--set', 'old=31', '--set', 'new=32', join(FOLDER, 'copy-zone.ctq')]);
  assert.is(code, 0, stderr);
  assert.match(conntrack(['-L', '-w', '32']).stdout, /203\.0\.113\.8 /);
});

test('table-full fails when the table is nearly full', async () => {
  const { code, stderr } = await ctqHere(['--set', 'percent=0', join(FOLDER, 'table-full.ctq')]);
  assert.is(code, 1);
  assert.match(stderr, /nearly full/);
});

test.run();
