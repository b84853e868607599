/** Bytes that are not messages, or damaged ones: nothing but WireError, nothing read beyond a message, no endless loop. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { WireError } from '../../../src/engine/ctnetlink/wire-error.js';
import { everything, GETTER_COUNT } from '../../kit/everything.js';
import { CPU_STATS, EVENTS, EXPECTATIONS, FLOWS, GLOBAL_STATS } from './fixtures/kernel.js';

const test = suite('damaged messages');
const MESSAGES = [...FLOWS, ...EXPECTATIONS, ...EVENTS, ...CPU_STATS, ...GLOBAL_STATS];

/** Reads all messages of a chunk as far as they can be. @returns how many */
function readAll(bytes: Uint8Array): number {
  const view = new MessageView();
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    let next: number;
    try {
      next = view.set(bytes, at);
    } catch (error) {
      if (error instanceof WireError) return count;
      throw error;
    }
    assert.ok(next > at, 'the view moves on');
    assert.ok(view.begin === at && view.end <= bytes.length);
    everything(view);
    count++;
    at = next;
  }
  return count;
}

test('the fixtures are read whole', () => {
  assert.ok(GETTER_COUNT > 35);
  assert.is(readAll(Uint8Array.from(MESSAGES.flatMap(message => [...message]))), MESSAGES.length);
});

test('any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      readAll(bytes);
    }),
    { numRuns: 2000 },
  );
});

test('any attributes after a good header', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(1, 2), (attributes, subsystem) => {
      const bytes = new Uint8Array(20 + attributes.length);
      bytes[0] = bytes.length;
      bytes[5] = subsystem;
      bytes.set(attributes, 20);
      assert.is(readAll(bytes), 1);
    }),
    { numRuns: 2000 },
  );
});

const index = fc.nat(100_000);
/** A byte of a real message changed: often a length or a type, since those are a third of it. */
const changes = fc.array(
  fc.tuple(index, fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 3, 4, 255))),
  {
    minLength: 1,
    maxLength: 6,
  },
);

test('real messages with bytes changed, or cut', () => {
  fc.assert(
    fc.property(index, changes, index, (which, edits, cut) => {
      const message = MESSAGES[which % MESSAGES.length].slice();
      for (const [at, byte] of edits) message[at % message.length] = byte;
      readAll(message);
      readAll(message.subarray(0, cut % message.length));
    }),
    { numRuns: 5000 },
  );
});

test('every cut of a real message, its length changed accordingly', () => {
  const view = new MessageView();
  for (const message of MESSAGES) {
    for (let length = 0; length < message.length; length++) {
      const bytes = message.slice(0, length);
      if (length >= 4) new DataView(bytes.buffer).setUint32(0, length, true);
      if (length < 20)
        assert.throws(
          () => view.set(bytes, 0),
          (error: unknown) => error instanceof WireError,
        );
      else assert.is(readAll(bytes), 1);
    }
  }
});

test('what is after a message has no part in what is read of it', () => {
  const among = (message: Uint8Array, filler: number): unknown => {
    const bytes = new Uint8Array(message.length + 96).fill(filler);
    bytes.set(message, 32);
    const view = new MessageView();
    view.set(bytes, 32);
    return everything(view);
  };
  fc.assert(
    fc.property(index, changes, index, (which, edits, cut) => {
      const original = MESSAGES[which % MESSAGES.length];
      const message = original.slice(0, Math.max(20, cut % (original.length + 1)));
      for (const [at, byte] of edits) message[20 + (at % (message.length - 20 || 1))] = byte;
      new DataView(message.buffer).setUint32(0, message.length, true);
      const zeros = among(message, 0);
      assert.equal(among(message, 0xff), zeros);
      assert.equal(among(message, 0x01), zeros);
    }),
    { numRuns: 1000 },
  );
});

test('a length that is short, or longer than what is there, is reported with its place', () => {
  const view = new MessageView();
  for (const length of [0, 4, 16, 19, 61, 0xffff_ffff]) {
    const bytes = new Uint8Array(80);
    new DataView(bytes.buffer).setUint32(20, length, true);
    try {
      view.set(bytes, 20);
      assert.unreachable(String(length));
    } catch (error) {
      assert.instance(error, WireError);
      assert.is((error as WireError).offset, 20);
    }
  }
});

test.run();
