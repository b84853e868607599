/** Watches over a fake kernel: waiting, losses, memory. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import type { Loss, Sink } from '../../../src/engine/formats/sink.js';
import type { QueryContext } from '../../../src/engine/query/context.js';
import { LossReporter } from '../../../src/engine/watch/loss.js';
import { fillMissing } from '../../../src/engine/watch/memory/fill-missing.js';
import { FlowMemory, flowKey } from '../../../src/engine/watch/memory/flow-memory.js';
import { asEvent, Resync } from '../../../src/engine/watch/memory/resync.js';
import { Slab } from '../../../src/engine/watch/memory/slab.js';
import * as encode from '../../kit/encode.js';
import { type FakeEvent, fakeSource } from '../../kit/fake-kernel.js';
import { Gathered, watching } from '../../kit/watching.js';

const test = suite('watch');

const CTA_ID = 12;
const CTA_MARK = 8;
const CTA_TIMEOUT = 7;
const CTA_LABELS = 22;

/** A message about flow `id`. */
const message = (type: number, flags: number, id: number, ...more: Buffer[]): Buffer => {
  const bytes = encode.message(type, 0, 2, [encode.be32(CTA_ID, id), ...more]);
  bytes.writeUInt16LE(flags, 6);
  return bytes;
};
const created = (id: number, ...more: Buffer[]): Buffer => message(0x100, 0x600, id, ...more);
const changed = (id: number, ...more: Buffer[]): Buffer => message(0x100, 0, id, ...more);
const gone = (id: number, ...more: Buffer[]): Buffer => message(0x102, 0, id, ...more);
const viewOf = (bytes: Uint8Array): MessageView => {
  const view = new MessageView();
  view.set(bytes, 0);
  return view;
};

async function watched(text: string, events: Iterable<FakeEvent>) {
  const output = new Gathered();
  const source = fakeSource(() => [], { events: () => events });
  const running = watching(text, { output, source });
  const summary = await running.ended;
  return { summary, lines: output.lines, warnings: running.warnings.filter(text => /lost/.test(text)) };
}

test('losses are reported between the events, and add up', async () => {
  const { summary, lines, warnings } = await watched('watch event, id from conntrack output jsonl', [
    created(1),
    { lost: 3 },
    created(2),
    { lost: 2 },
    gone(1),
  ]);
  assert.is(summary.dropped, 5);
  assert.is(summary.read, 3);
  const records = lines.map(line => JSON.parse(line));
  assert.equal(
    records.filter(({ event }) => event !== 'lost').map(({ event, id }) => [event, id]),
    [
      ['new', 1],
      ['new', 2],
      ['destroy', 1],
    ],
  );
  const lost = records.filter(({ event }) => event === 'lost');
  assert.is(
    lost.reduce((sum, { count }) => sum + count, 0),
    5,
  );
  assert.is(
    records.findIndex(({ event }) => event === 'lost'),
    2,
    'reported when it is detected',
  );
  assert.is(warnings.length, lost.length);
});

test('losses are reported at once, then once a second, and the rest at the end', () => {
  let now = 0;
  const reported: Loss[] = [];
  const warned: string[] = [];
  const session = {
    environment: { now: () => 0n },
    warn: (text: string) => warned.push(text),
  } as unknown as QueryContext;
  const losses = new LossReporter(
    { lost: (loss: Loss) => reported.push(loss) } as unknown as Sink,
    session,
    undefined,
    () => now,
  );
  assert.is(losses.update(0), false);
  assert.is(losses.update(1), true);
  now = 999;
  losses.update(5);
  losses.update(5);
  assert.equal(
    reported.map(({ count }) => count),
    [1],
  );
  now = 1000;
  losses.update(6);
  losses.update(9);
  losses.report();
  losses.report();
  assert.equal(
    reported.map(({ count, total }) => [count, total]),
    [
      [1, 1],
      [5, 6],
      [3, 9],
    ],
  );
  assert.match(warned[0], /^1 event was lost/);
  assert.match(warned[1], /^5 events were lost.*\(6 since the start\)/);
});

test('omitted attributes are filled in, except those that change by themselves', () => {
  const older = created(
    1,
    encode.be32(CTA_MARK, 7),
    encode.be32(CTA_TIMEOUT, 60),
    encode.blob(CTA_LABELS, new Uint8Array(16).fill(1)),
  );
  const whole = viewOf(fillMissing(gone(1), older));
  assert.is(whole.event, 'destroy');
  assert.is(whole.mark, 7);
  assert.is(whole.timeout, -1);
  assert.is.not(whole.labels, null);
  assert.is(viewOf(fillMissing(changed(1, encode.be32(CTA_MARK, 9)), older)).mark, 9, 'the newer one wins');
});

test('memory is reused, and bounded', () => {
  const memory = new FlowMemory(2);
  for (const id of [1, 2, 3]) memory.set(id, created(id));
  assert.equal([...memory.keys()], [2, 3]);
  assert.is(memory.evicted, 1);
  memory.delete(2);
  memory.delete(2);
  assert.is(memory.get(2), undefined);
  assert.is(viewOf(memory.get(3) as Uint8Array).id, 3);
  memory.set(Number.NaN, created(1));
  assert.is(memory.size, 1, 'a message without an id is not remembered');
  const slots = new Slab();
  const long = new Uint8Array(1000).fill(7);
  const places = Array.from({ length: 3000 }, (_, i) => slots.put(new Uint8Array([i & 255])));
  slots.set(places[5], long);
  assert.equal(slots.get(places[5]), long);
  slots.set(places[5], new Uint8Array([1]));
  assert.is(slots.get(places[5]).length, 1);
  slots.free(places[2999]);
  assert.is(slots.put(long), places[2999]);
  assert.is(slots.get(places[2047])[0], 2047 & 255);
});

test('a resync reports what no event has reported, once', () => {
  const memory = new FlowMemory();
  const flow = (id: number, mark = 0): MessageView => viewOf(message(0x100, 2, id, encode.be32(CTA_MARK, mark)));
  for (const view of [flow(1), flow(2), flow(3), flow(4)]) memory.set(flowKey(view), view.copy());
  const resync = new Resync(memory);
  for (const view of [flow(1), flow(2, 5), flow(5), flow(6)]) resync.addEntry(view);
  resync.tableRead();
  // Events about 4 and 6 were queued while the table was read.
  resync.eventSeen(flowKey(flow(4)));
  resync.eventSeen(flowKey(flow(6)));
  const changes = [...resync.changes()].map(bytes => viewOf(bytes));
  assert.equal(
    changes.map(({ event, id, flags, portid }) => [event, id, flags, portid]),
    [
      ['destroy', 3, 0, 0],
      ['update', 2, 0, 0],
      ['new', 5, 0x600, 0],
    ],
  );
  assert.equal([...resync.changes()], []);
  assert.is(memory.get(flowKey(flow(3))), undefined);
  assert.is(viewOf(asEvent(created(1, encode.be32(CTA_TIMEOUT, 9)), 'destroy')).timeout, -1, 'no time is left');
});

test('a rate is divided by the length of its own window', async () => {
  const { lines, summary } = await watched('watch count(*) as n, rate(*) as r from conntrack on new output jsonl', [
    created(1),
    created(2),
  ]);
  const { n, r } = JSON.parse(lines[0]);
  assert.is(n, 2);
  // The window is about as long as the whole.
  assert.ok(r * summary.seconds > 1 && r * summary.seconds < 100, `${r} a second for ${summary.seconds} s`);
});

test.run();
