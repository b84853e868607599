/** `watch from 'FILE'`: logs that are followed by the built program. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCtq } from '../kit/cli.js';
import { until } from '../kit/until.js';

const test = suite('watch from a file');

const folder = mkdtempSync(join(tmpdir(), 'ctq-log-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const event = (port: number): string =>
  `[1795521600.000001]\t    [NEW] udp      17 30 src=192.0.2.${port} dst=198.51.100.9 sport=${port} dport=53 [UNREPLIED] src=198.51.100.9 dst=203.0.113.1 sport=53 dport=${port}\n`;

const fresh = (name: string): string => {
  const path = join(folder, name);
  writeFileSync(path, event(1) + event(2));
  return path;
};

for (const [signal, status] of [
  ['SIGINT', 0],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends it at once, with a summary and ${status}`, async () => {
    const path = fresh(signal);
    const ctq = startCtq([`watch event, event_time, reply.dport, filename from '${path}' with existing output jsonl`]);
    await ctq.waitFor(/"dport":2/, 20_000);
    appendFileSync(path, event(3));
    await ctq.waitFor(/"dport":3/, 20_000);
    assert.is(await ctq.stop(signal), status, ctq.stderr);
    assert.equal(
      ctq.stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).reply.dport),
      [1, 2, 3],
    );
    assert.is(ctq.stdout.split(`"filename":"${path}"`).length, 4);
    assert.match(ctq.stderr, /^3 events in \d+\.\d s, interrupted\n$/);
  });
}

test('that what the file holds is not shown is said at once, unless it is, or the file is empty', async () => {
  const path = fresh('noted');
  const note = `what is appended to '${path}' from now on is shown; what it holds: select … from '${path}', or watch … with existing\n`;
  const empty = join(folder, 'nothing-yet');
  writeFileSync(empty, '');
  for (const [args, said] of [
    [[`watch from '${path}'`], note],
    [['--file', path, 'watch from conntrack'], note],
    [['--quiet', `watch from '${path}'`], ''],
    [[`watch from '${path}' with existing for 1s`], ''],
    [[`watch from '${empty}' for 1s`], ''],
  ] as const) {
    const ctq = startCtq([...args]);
    if (said === '') await new Promise(resolve => setTimeout(resolve, 400));
    else await until('the note', () => ctq.stderr.includes('from now on'), { within: 20_000 });
    await ctq.stop('SIGINT');
    assert.is(ctq.stderr.replace(/^\d+ events? in .*\n/m, ''), said, args.join(' '));
  }
});

test('windows, and what is watched through the place', async () => {
  const path = fresh('windows');
  const ctq = startCtq([
    '--file',
    path,
    'watch src, count(*) as n from conntrack on new where sport <> 2 group by src every 200ms until n > 2 with existing output jsonl',
  ]);
  await ctq.waitFor(/192\.0\.2\.1/, 20_000);
  assert.not.match(ctq.stdout, /192\.0\.2\.2"/);
  await until('three events in one window', () => {
    appendFileSync(path, event(3).repeat(4));
    return /"n":([3-9]|\d\d)/.test(ctq.stdout);
  });
  assert.is(await ctq.exit(), 0);
});

test('windows have their time: by now() in formats for programs, in a line of its own in those for people', async () => {
  const path = fresh('times');
  const watch = 'from conntrack on new group by src every 200ms for 1s with existing output';
  const lines = startCtq(['--file', path, `watch now() as time, src, count(*) ${watch} jsonl`]);
  const table = startCtq(['--file', path, `watch src, count(*) ${watch} table`]);
  const untitled = startCtq(['--file', path, `watch src, count(*) ${watch} table, noheader`]);
  const writing = setInterval(() => appendFileSync(path, event(3)), 50);
  const codes = await Promise.all([lines.exit(), table.exit(), untitled.exit()]);
  clearInterval(writing);
  assert.equal(codes, [0, 0, 0]);
  const times = lines.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).time);
  assert.ok(new Set(times).size > 2, lines.stdout);
  assert.equal(times, [...times].sort());
  assert.match(
    table.stdout,
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\nsrc +count[\s\S]*\n\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\nsrc /,
  );
  assert.not.match(untitled.stdout, /:/);
});

test('now() is when an event was received, in columns, conditions and groups', async () => {
  const path = fresh('now');
  const began = Date.now();
  const later = `'${new Date(began + 3500).toISOString()}'`;
  const [each, some, groups] = [
    'watch now() as time, sport from conntrack for 6s output jsonl',
    `watch sport from conntrack where now() >= ${later} for 6s output jsonl`,
    `watch now() >= ${later} as isLate, count(*) as n from conntrack group by isLate order by isLate for 6s output jsonl`,
  ].map(text => startCtq(['--file', path, text]));
  const writing = setInterval(
    () => appendFileSync(path, event((Math.floor((Date.now() - began) / 100) % 200) + 3)),
    100,
  );
  await Promise.all([each.exit(), some.exit(), groups.exit()]);
  clearInterval(writing);
  const rows = each.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const off = rows.map(({ time, sport }) => Date.parse(time) - (began + (sport - 3) * 100));
  assert.ok(rows.length > 20 && off.every(ms => ms > -50 && ms < 1500), off.join(' '));
  const ports = some.stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).sport);
  assert.ok(ports.length > 5 && Math.min(...ports) > 25, ports.join(' '));
  assert.equal(
    groups.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).isLate),
    [false, true],
  );
});

test('standard input, in every format', async () => {
  for (const format of [
    'plain, timestamp',
    'extended, id',
    'xml, timestamp',
    'save',
    'jsonl',
    'json',
    'csv',
    'table',
  ] as const) {
    const ctq = startCtq([`watch from '-' limit 2 output ${format}`]);
    ctq.write(event(7) + event(8));
    assert.is(await ctq.exit(), 0, `${format}: ${ctq.stderr}`);
    assert.match(ctq.stdout, /192\.0\.2\.7[\s\S]*192\.0\.2\.8/, format);
  }
});

test.run();
