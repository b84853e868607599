/** The spool on disk, and the format of its segments. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteWriter, type Cell, rowsOf } from '../../../../src/engine/sources/history/clickhouse/row-binary.js';
import { Spool } from '../../../../src/engine/sources/history/clickhouse/spool.js';

const test = suite<{ folder: string }>('history: spool');
test.before.each(context => {
  context.folder = mkdtempSync(join(tmpdir(), 'ctq-spool-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const RANGE = { rows: 1, from: 5, until: 6 };

test('the next recorder finds the segments in order, and nothing that was only half written', async ({ folder }) => {
  const clock = Date.now;
  const spool = new Spool(folder, 1000);
  await spool.add('flows', Buffer.from('a'), RANGE);
  // Later than the first, also where the clock has jumped back.
  Date.now = () => clock() - 3_600_000;
  try {
    await spool.add('losses', Buffer.from('bc'), RANGE);
  } finally {
    Date.now = clock;
  }
  writeFileSync(join(folder, '.1-1-5-6-00000000.flows'), 'half');
  const next = new Spool(folder, 1000);
  assert.is(next.bytes, 3);
  const first = next.oldest!;
  assert.equal([first.table, first.rows, first.from, first.until, first.bytes], ['flows', 1, 5, 6, 1]);
  await next.remove(first);
  const second = next.oldest!;
  assert.is(second.table, 'losses');
  await next.reject(second);
  assert.is(next.oldest, undefined);
  assert.is(next.bytes, 0);
  assert.equal(readdirSync(folder), ['rejected']);
  assert.equal(readdirSync(join(folder, 'rejected')), [second.name]);
  assert.ok(next.sequence >= second.sequence);
});

test('a full spool takes no flows, but what reports them as lost', async ({ folder }) => {
  const spool = new Spool(folder, 3);
  await spool.add('flows', Buffer.from('abc'), RANGE);
  assert.is(spool.isFull('flows', 1), true);
  assert.is(spool.isFull('losses', 60), false);
});

test('rows of an answer, however it is cut into pieces', async () => {
  const types = [
    'UInt8',
    'Nullable(UInt16)',
    'LowCardinality(Nullable(String))',
    'Int256',
    'Nullable(IPv6)',
    "DateTime64(3, 'UTC')",
    'Bool',
    'SimpleAggregateFunction(sum, UInt64)',
  ];
  const writer = new ByteWriter();
  writer.varint(types.length);
  for (const [i] of types.entries()) writer.text(`column ${i}`);
  for (const type of types) writer.text(type);
  const expected: Cell[][] = [];
  for (let i = 0; i < 300; i++) {
    const text = 'é'.repeat(i);
    writer.u8(i % 256);
    writer.u8(1);
    writer.u8(0);
    writer.text(text);
    for (const word of [-1n - BigInt(i), -1n, -1n, -1n]) writer.i64(word);
    writer.u8(0);
    writer.address(i % 2 === 0 ? 0x0a000001 + i : '\u2001\u0db8\0\0\0\0\0\u0001');
    writer.i64(-1n);
    writer.u8(i % 2);
    writer.u64(2n ** 64n - 1n);
    const address = i % 2 === 0 ? 0x0a000001 + i : '\u2001\u0db8\0\0\0\0\0\u0001';
    expected.push([i % 256, null, text, -1n - BigInt(i), address, -1n, i % 2 === 1, 2n ** 64n - 1n]);
  }
  const bytes = Buffer.from(writer.written);
  for (const size of [1, 7, 1000, bytes.length]) {
    const found: Cell[][] = [];
    for await (const batch of rowsOf(piecesOf(bytes, size))) for (const row of batch) found.push([...row]);
    assert.equal(found, expected, `pieces of ${size}`);
  }
  try {
    for await (const batch of rowsOf(piecesOf(bytes.subarray(0, -1), 1000))) for (const _ of batch);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /cut off/);
  }
});

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test.run();
