/** When each event was: what the kernel says, else when it was received, in every format that holds whole entries. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Source } from '../../../src/engine/sources/source.js';
import * as encode from '../../kit/encode.js';
import { fakeSource } from '../../kit/fake-kernel.js';
import { tableSource } from '../../kit/fleet.js';
import { ctqHere } from '../../kit/here.js';
import { Gathered, watching } from '../../kit/watching.js';

const test = suite('times of events');

const cwd = mkdtempSync(join(tmpdir(), 'ctq-event-times-'));
process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));

const CTA_TIMESTAMP_EVENT = 27;
const STAMP = '2026-11-24T12:00:00.000000001Z';

const tuple = (type: number, [src, dst, sport, dport]: readonly [string, string, number, number]): Buffer =>
  encode.nest(type, [
    encode.nest(1, [encode.blob(1, encode.addressBytes(src)), encode.blob(2, encode.addressBytes(dst))]),
    encode.nest(2, [encode.u8(1, 6), encode.be16(2, sport), encode.be16(3, dport)]),
  ]);

function event(type: number, flags: number, ...more: readonly Buffer[]): Buffer {
  const bytes = encode.message(type, 0, 2, [
    tuple(1, ['10.0.0.1', '10.0.0.2', 1, 80]),
    tuple(2, ['10.0.0.2', '203.0.113.1', 80, 61000]),
    encode.be32(3, 0x0e),
    ...more,
  ]);
  bytes.writeUInt16LE(flags, 6);
  return bytes;
}

const stamp = Buffer.alloc(8);
stamp.writeBigUInt64BE(1_795_521_600_000_000_001n);
/** Of the second event the kernel says when it was. */
const EVENTS = [
  event(encode.IPCTNL_MSG_CT_NEW, 0x600),
  event(encode.IPCTNL_MSG_CT_DELETE, 0, encode.blob(CTA_TIMESTAMP_EVENT, stamp)),
];

async function watched(text: string): Promise<string> {
  const output = new Gathered();
  const source = fakeSource(() => [], { events: () => EVENTS });
  await watching(text, { output, source }).ended;
  return output.text;
}

async function run(statement: string): Promise<string> {
  const { stdout, stderr, code } = await ctqHere([statement], { cwd });
  assert.is(code, 0, stderr);
  assert.is(stderr, '');
  return stdout;
}

const RECEIVED = /^20\d\d-\d\d-\d\dT/;

for (const format of ['csv', 'tsv', 'json', 'jsonl', 'save']) {
  test(`a watch in ${format} is a log that says who had an address and a port, and when`, async () => {
    writeFileSync(join(cwd, `watch.${format}`), await watched(`watch from conntrack output ${format}`));
    const text = await run(
      `select event, event_time, src, sport from 'watch.${format}' where reply.dst = 203.0.113.1 and reply.dport = 61000 output csv, noheader`,
    );
    const [first, second] = text.split('\n').map(line => line.split(','));
    assert.equal([first[0], ...first.slice(2)], ['new', '10.0.0.1', '1']);
    assert.match(first[1], RECEIVED);
    assert.equal(second, ['destroy', STAMP, '10.0.0.1', '1']);
  });
}

test('the columns of a watch are those of a select from its log', async () => {
  for (const format of ['csv', 'tsv']) {
    const written = await watched(`watch from conntrack output ${format}`);
    writeFileSync(join(cwd, `own.${format}`), written);
    assert.is(await run(`select from 'own.${format}' output ${format}`), written);
  }
});

test('html and vertical show both times; so do conditions and columns', async () => {
  assert.match(await watched('watch from conntrack output html'), /<th>event<th>event_time<th>proto/);
  assert.is((await watched('watch from conntrack output vertical')).match(/^event_time /gm)?.length, 2);
  const times = (
    await watched('watch event_time from conntrack where event_time > 0::time output csv, noheader')
  ).split('\n');
  assert.match(times[0], RECEIVED);
  assert.is(times[1], STAMP);
});

test('a table has the time of day, where it is wide enough', async () => {
  const lines = (await watched('watch from conntrack output table')).split('\n');
  assert.match(lines[0], /^event +time +proto /);
  assert.match(lines[2], /^new +\d\d:\d\d:\d\d +tcp/);
  assert.match(lines[3], /^destroy +12:00:00 +tcp/);
});

test('existing entries have neither', async () => {
  const output = new Gathered();
  const entry = event(encode.IPCTNL_MSG_CT_NEW, 2);
  const events = fakeSource(() => [], { events: () => EVENTS.slice(0, 1) });
  const source: Source = { ...tableSource([entry]), listen: (groups, options) => events.listen(groups, options) };
  await watching('watch event, event_time from conntrack with existing output csv, noheader', { output, source }).ended;
  assert.is(output.lines[0], ',');
  assert.match(output.lines[1], /^new,2/);
});

test.run();
