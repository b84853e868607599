/** Lines and XML against libnetfilter_conntrack, for messages of every shape. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { flowWriter, writeExpectation } from '../../../src/engine/formats/lines/line-writer.js';
import { Text } from '../../../src/engine/formats/writing/text.js';
import { flowXmlWriter, writeExpectationXml } from '../../../src/engine/formats/xml/entry-writer.js';
import { expectationMessage, flowMessage } from '../../kit/arbitrary-messages.js';
import { EVENT, LINE, library, printExpectation, printFlow, SHOW, XML } from './library.js';
import { environment, viewOf } from './support.js';

const test = suite('the formats of conntrack(8), against its library');

function textOf(write: (text: Text) => void): string {
  const chunks: Buffer[] = [];
  const text = new Text(chunk => chunks.push(Buffer.from(chunk)));
  text.line();
  write(text);
  text.flush();
  return Buffer.concat(chunks).toString('utf8');
}

/** Compares in one second: ages are counted from now. */
function inOneSecond(expected: () => string, actual: () => string): void {
  for (let tries = 1; ; tries++) {
    const before = expected();
    const ours = actual();
    if (before !== expected()) continue;
    // time(2) of the library is some milliseconds behind the clock that we read: at the turn of a second it says the last one.
    if (ours === before || tries > 3) {
      assert.is(ours, before);
      return;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

const RUNS = { numRuns: 1500 };

if (library() === undefined) {
  test.skip('libnetfilter_conntrack is not installed', () => {});
} else {
  const labelFile = join(tmpdir(), `ctq-test-${process.pid}.conf`);
  writeFileSync(labelFile, '0 one\n5 five\n');
  const named = library()!.labels(labelFile);
  const options = fc.record({
    extended: fc.boolean(),
    id: fc.boolean(),
    ktimestamp: fc.boolean(),
    labels: fc.boolean(),
  });

  test('lines of flows', () => {
    fc.assert(
      fc.property(flowMessage, options, (message, { extended, id, ktimestamp, labels }) => {
        const flags = (extended ? SHOW.layer3 : 0) | (id ? SHOW.id : 0) | (ktimestamp ? SHOW.timestamp : 0);
        const lineOptions = {
          extended,
          id,
          ktimestamp,
          labels: labels ? environment : undefined,
          now: environment.now,
        };
        inOneSecond(
          () => printFlow(message, EVENT.none, LINE, flags, labels ? named : null),
          () => textOf(text => flowWriter(lineOptions)(text, viewOf(message))),
        );
      }),
      RUNS,
    );
  });

  test('XML of flows', () => {
    fc.assert(
      fc.property(
        flowMessage,
        options,
        fc.constantFrom(undefined, 'new', 'update', 'destroy'),
        (message, { extended: timestamp, ktimestamp, labels }, event) => {
          const flags = (timestamp ? SHOW.time : 0) | (ktimestamp ? SHOW.timestamp : 0);
          const xmlOptions = { timestamp, ktimestamp, labels: labels ? environment : undefined, now: environment.now };
          inOneSecond(
            () =>
              printFlow(message, event === undefined ? EVENT.none : EVENT[event], XML, flags, labels ? named : null),
            () => textOf(text => flowXmlWriter(xmlOptions)(text, viewOf(message), event, true)),
          );
        },
      ),
      RUNS,
    );
  });

  test('lines of expectations', () => {
    fc.assert(
      fc.property(expectationMessage, message => {
        inOneSecond(
          () => printExpectation(message, EVENT.none, LINE, 0),
          () => textOf(text => writeExpectation(text, viewOf(message))),
        );
      }),
      RUNS,
    );
  });

  test('XML of expectations', () => {
    fc.assert(
      fc.property(
        expectationMessage,
        fc.constantFrom(undefined, 'new', 'destroy'),
        fc.boolean(),
        (message, event, timestamp) => {
          inOneSecond(
            () =>
              printExpectation(
                message,
                event === undefined ? EVENT.none : EVENT[event],
                XML,
                timestamp ? SHOW.time : 0,
              ),
            () =>
              textOf(text =>
                writeExpectationXml(text, viewOf(message), event, {
                  timestamp,
                  ktimestamp: false,
                  labels: undefined,
                  now: environment.now,
                }),
              ),
          );
        },
      ),
      RUNS,
    );
  });
}

test.run();
