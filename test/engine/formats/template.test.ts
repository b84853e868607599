/** What is written by a template is what is written without one, whatever the entries before have been. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NO_CONTEXT } from '../../../src/engine/ctnetlink/row-context.js';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { nest } from '../../../src/engine/formats/json/nest.js';
import { createSink, objectColumns } from '../../../src/engine/formats/json/sink.js';
import { jsonTemplates } from '../../../src/engine/formats/json/template.js';
import { jsonMembers } from '../../../src/engine/formats/json/value-writer.js';
import { flowWriter } from '../../../src/engine/formats/lines/line-writer.js';
import { allColumns, commonColumns } from '../../../src/engine/formats/writing/columns.js';
import type { FormatContext } from '../../../src/engine/formats/writing/format.js';
import { Text } from '../../../src/engine/formats/writing/text.js';
import { flowXmlWriter } from '../../../src/engine/formats/xml/entry-writer.js';
import { exactText } from '../../../src/lang/conversion/exact-text.js';
import type { Type } from '../../../src/lang/schema/type.js';
import type { Value } from '../../../src/lang/values/value.js';
import { flowMessage } from '../../kit/arbitrary-messages.js';
import { Collected, environment, sinkTo } from './support.js';

const test = suite('templates');

/** Messages, each followed by some that differ in single bytes: often of the same layout, with other values. */
const messages = fc
  .array(fc.tuple(flowMessage, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 12 })), { maxLength: 6 })
  .map(all =>
    all.flatMap(([message, changes]) =>
      [message, ...changes.map(([at, value]) => changed(message, at, value)), message].map(each => Buffer.from(each)),
    ),
  );

/** Headers stay as they are. */
function changed(message: Buffer, at: number, value: number): Buffer {
  const other = Buffer.from(message);
  if (other.length > 20) other[20 + (at % (other.length - 20))] = value;
  return other;
}

function textOf(write: (text: Text) => void): string {
  const chunks: Buffer[] = [];
  const text = new Text(chunk => chunks.push(Buffer.from(chunk)));
  text.line();
  write(text);
  text.flush();
  return Buffer.concat(chunks).toString('utf8');
}

const now = (): bigint => 1_795_521_600_000_000_000n;
const RUNS = { numRuns: 150 };

/** One writer for all messages against a new one for each. */
function compare(make: () => (text: Text, view: MessageView) => void): void {
  const kept = make();
  const view = new MessageView();
  fc.assert(
    fc.property(messages, all => {
      for (const message of all) {
        view.set(message, 0);
        const fresh = new MessageView();
        fresh.set(new Uint8Array(message), 0);
        assert.is(
          textOf(text => kept(text, view)),
          textOf(text => make()(text, fresh)),
        );
      }
    }),
    RUNS,
  );
}

test('lines', () => {
  const options = { extended: true, id: true, ktimestamp: true, labels: environment, now };
  compare(() => flowWriter(options));
});

test('XML', () => {
  const write = () => flowXmlWriter({ timestamp: false, ktimestamp: true, labels: environment, now });
  compare(() => {
    const flow = write();
    return (text, view) => flow(text, view, undefined);
  });
});

test('JSON', () => {
  const columns = allColumns('conntrack', false);
  const members = nest(columns.map(({ name }) => name));
  const context = { environment, modifiers: new Set<never>() };
  const templates = jsonTemplates(members, columns, context);
  const view = new MessageView();
  fc.assert(
    fc.property(messages, all => {
      for (const message of all) {
        view.set(message, 0);
        const values = columns.map(column => column.read(view));
        assert.is(
          textOf(text => text.entry(templates.of(view), view)),
          `{${jsonMembers(members, values, columns, context, true)}}`,
        );
      }
    }),
    RUNS,
  );
});

test('csv', async () => {
  const columns = commonColumns('conntrack', false);
  const stream = new Collected();
  const sink = await sinkTo(stream, 'csv', ['noheader']);
  sink.begin({ table: 'conntrack' });
  const view = new MessageView();
  const expected: string[] = [];
  fc.assert(
    fc.property(messages, all => {
      for (const message of all) {
        view.set(message, 0);
        sink.entry(view);
        expected.push(columns.map(({ type, read }) => csvOf(read(view), type)).join(','));
      }
    }),
    RUNS,
  );
  sink.end();
  await sink.close();
  // Not split into lines: a name may have a line feed in it.
  assert.is(stream.text, expected.map(line => `${line}\n`).join(''));
});

function csvOf(value: Value, type: Type): string {
  if (value === null) return '';
  const text = exactText(value, type, environment);
  return text === '' || /[",\u0000-\u001f\u007f]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

test('events as JSON', () => {
  const columns = objectColumns('conntrack', true);
  const members = nest(columns.map(({ name }) => name));
  const context = { environment, modifiers: new Set<never>() };
  const header = fc.record({
    // New or deleted; made, made by somebody who had to be the first, changed, or of a dump.
    type: fc.constantFrom(0x100, 0x102),
    flags: fc.constantFrom(0x600, 0x400, 0, 2),
    portid: fc.constantFrom(0, 77),
    isResync: fc.boolean(),
  });
  fc.assert(
    fc.property(messages, fc.array(header, { minLength: 1, maxLength: 9 }), (all, headers) => {
      const view = new MessageView();
      let expected = '';
      const actual = textOf(text => {
        const sink = createSink({ ...context, text } as unknown as FormatContext, 'jsonl');
        sink.begin({ table: 'conntrack', events: true });
        all.forEach((message, i) => {
          const { type, flags, portid, isResync } = headers[i % headers.length];
          message.writeUInt16LE(type, 4);
          message.writeUInt16LE(flags, 6);
          message.writeUInt32LE(portid, 12);
          view.set(message, 0);
          view.context = { ...NO_CONTEXT, isResync };
          const values = columns.map(column => column.read(view));
          expected += `{${jsonMembers(members, values, columns, context, true)}}\n`;
          sink.entry(view);
        });
      });
      assert.is(actual, expected);
    }),
    RUNS,
  );
});

test.run();
