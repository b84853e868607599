/** Events that ctq writes in each format, and reads again: what a log of the format keeps of them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readerOf } from '../../../src/engine/ctnetlink/fields/accessors.js';
import type { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import type { FormatName, Modifier } from '../../../src/lang/checked/ast.js';
import { CONNTRACK_FIELDS } from '../../../src/lang/schema/fields/conntrack.js';
import type { Field } from '../../../src/lang/schema/fields/field.js';
import type { Value } from '../../../src/lang/values/value.js';
import { readText } from '../../kit/snapshot.js';
import { EVENTS as MESSAGES } from '../ctnetlink/fixtures/kernel.js';
import { viewOf, written } from './support.js';

// Times without a zone are local.
process.env.TZ = 'UTC';

const test = suite('logs of events');

/** Of flows, as kernels sent them; each also as an update that a program caused. */
const EVENTS = MESSAGES.filter(bytes => bytes[5] === 1).flatMap(bytes => {
  const update = Buffer.from(bytes);
  update[4] = 0;
  update.writeUInt16LE(0, 6);
  update.writeUInt32LE(4711, 12);
  return [viewOf(bytes), viewOf(update)];
});

const KEYS = [
  'event',
  'proto',
  ...(['orig', 'reply'] as const).flatMap(side =>
    ['src', 'dst', 'sport', 'dport', 'srckey', 'dstkey'].map(name => `${side}.${name}`),
  ),
];

/** Fields that each format keeps of every event. */
const KEPT: readonly (readonly [FormatName, readonly Modifier[], readonly string[]])[] = [
  [
    'plain',
    ['timestamp', 'id'],
    [...KEYS, 'orig.icmp_id', 'zone', 'mark', 'id', 'orig.bytes', 'reply.packets', 'portid'],
  ],
  ['extended', ['timestamp', 'id'], [...KEYS, 'family', 'orig.icmp_id', 'zone', 'mark', 'id', 'orig.bytes', 'portid']],
  ['xml', ['timestamp'], [...KEYS, 'zone', 'mark', 'id', 'orig.bytes', 'portid']],
  ['save', [], [...KEYS, 'orig.icmp_id', 'zone', 'mark', 'id', 'event_time', 'status', 'orig.bytes', 'portid']],
  ['jsonl', [], Object.keys(CONNTRACK_FIELDS)],
  ['json', [], Object.keys(CONNTRACK_FIELDS)],
];

const isRead = (name: string): boolean => {
  const field: Field = CONNTRACK_FIELDS[name as keyof typeof CONNTRACK_FIELDS];
  // Ages count up to now.
  return field.alias === undefined && field.anyOf === undefined && name !== 'age';
};

const valuesOf = (view: MessageView, fields: readonly string[]): Record<string, Value> =>
  Object.fromEntries(fields.filter(isRead).map(name => [name, readerOf('conntrack', name)(view)]));

const isDestroy = (view: MessageView): boolean => view.event === 'destroy';

test('there are events of every kind', () => {
  assert.equal([...new Set(EVENTS.map(view => view.event))].sort(), ['destroy', 'new', 'update']);
});

for (const [format, modifiers, fields] of KEPT) {
  test(`${format}: read again, each event has what the format keeps`, async () => {
    const text = await written(
      format,
      sink => {
        sink.begin({ table: 'conntrack', events: true });
        for (const view of EVENTS) sink.entry(view);
        sink.end();
      },
      modifiers,
    );
    const { views } = await readText(text);
    assert.is(views.length, EVENTS.length, text);
    for (const [i, view] of views.entries()) {
      // `save` leaves out what a delete does not name.
      const kept = format === 'save' && isDestroy(view) ? fields.filter(name => name !== 'status') : fields;
      assert.equal(valuesOf(view, kept), valuesOf(EVENTS[i], kept), `${format} ${i}`);
    }
  });
}

test.run();
