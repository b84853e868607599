/** A delete that says a little too little is a flush: each kind of message is looked at, and what none of them may be. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EncodeError } from '../../../src/engine/ctnetlink/codec/encode-error.js';
import { isWhole, type Tuple } from '../../../src/engine/ctnetlink/codec/tuple.js';
import * as deletes from '../../../src/engine/ctnetlink/requests/deletes.js';
import type { KernelFilter } from '../../../src/engine/ctnetlink/requests/kernel-filter.js';
import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import * as arbitrary from '../../kit/arbitrary-entries.js';
import * as encode from '../../kit/encode.js';

const test = suite('deletes');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const same = (ours: Uint8Array, theirs: Buffer): void => assert.is(hex(ours), hex(theirs));
const refuses = (make: () => unknown, words: RegExp): void =>
  assert.throws(make, (error: unknown) => error instanceof EncodeError && words.test(error.message), String(words));

const ACK = 4;
const TUPLE: Tuple = { src: 0x0a010001, dst: 0xc0000201, proto: 6, sport: 1025, dport: 21 };
const tupleNest = (type: number) =>
  encode.nest(type, [
    encode.nest(1, [encode.be32(1, 0x0a010001), encode.be32(2, 0xc0000201)]),
    encode.nest(2, [encode.u8(1, 6), encode.be16(2, 1025), encode.be16(3, 21)]),
  ]);

/** What nfgenmsg.version is set to: whether a flush honours the family. */
const versioned = (message: Buffer): Buffer => {
  message[17] = 1;
  return message;
};

function attributesOf(message: Uint8Array): number[] {
  const view = new MessageView();
  view.set(message, 0);
  return Array.from({ length: 32 }, (_, attribute) => attribute).filter(attribute => view.at(attribute) >= 0);
}

test('one flow', () => {
  same(deletes.deleteFlow(TUPLE), encode.message(0x102, ACK, 2, [tupleNest(1)]));
  same(
    deletes.deleteFlow(TUPLE, { zone: 7, id: 0xffff_fff0, direction: 'reply', ack: false }),
    encode.message(0x102, 0, 2, [tupleNest(2), encode.be16(18, 7), encode.be32(12, 0xffff_fff0)]),
  );
});

const options = fc.record(
  { zone: fc.nat(0xffff), id: fc.nat(), direction: fc.constantFrom('orig' as const, 'reply' as const) },
  { requiredKeys: [] },
);

test('one flow is never more: a whole tuple is in every message, and no filter', () => {
  let written = 0;
  fc.assert(
    fc.property(fc.constantFrom(2, 10).chain(arbitrary.tuple), options, (tuple, how) => {
      if (!isWhole(tuple) || (tuple.zone !== undefined && (how.zone ?? 0) !== 0)) {
        refuses(() => deletes.deleteFlow(tuple, how), /incomplete|zone/);
        return;
      }
      written++;
      const message = deletes.deleteFlow(tuple, how);
      const key = how.direction === 'reply' ? 2 : 1;
      for (const attribute of attributesOf(message)) assert.ok([key, 12, 18].includes(attribute));
      assert.ok(attributesOf(message).includes(key));
      assert.is(message[17], 0);
    }),
  );
  assert.ok(written > 5);
  refuses(() => deletes.deleteFlow({ ...TUPLE, sport: undefined }), /incomplete/);
  refuses(() => deletes.deleteFlow({ ...TUPLE, src: '\0'.repeat(8) }), /incomplete/);
});

test('one expectation is never more', () => {
  same(deletes.deleteExpectation(TUPLE), encode.message(0x202, ACK, 2, [tupleNest(2)]));
  same(
    deletes.deleteExpectation(TUPLE, { zone: 7, id: 5 }),
    encode.message(0x202, ACK, 2, [tupleNest(2), encode.be16(7, 7), encode.be32(5, 5)]),
  );
  refuses(() => deletes.deleteExpectation({ ...TUPLE, dport: undefined }), /incomplete/);
  refuses(() => deletes.deleteExpectation({ ...TUPLE, zone: 1 }), /zone/);
});

test('a flush of a family has the flag for the family', () => {
  same(deletes.flushFlows(), encode.message(0x102, ACK, 0, []));
  same(deletes.flushFlows(2), versioned(encode.message(0x102, ACK, 2, [])));
  same(deletes.flushFlows(10), versioned(encode.message(0x102, ACK, 10, [])));
  refuses(() => deletes.flushFlows(7), /7/);
});

test('a filtered delete', () => {
  const flags = (type: number, value: number) => encode.blob(type, Uint8Array.of(value, 0, 0, 0));
  same(
    deletes.deleteFiltered({ family: 2, orig: { dst: 0xc0000201, proto: 6 } }),
    versioned(
      encode.message(0x102, ACK, 2, [
        encode.nest(1, [encode.nest(1, [encode.be32(2, 0xc0000201)]), encode.nest(2, [encode.u8(1, 6)])]),
        encode.nest(25, [flags(1, 0xa), flags(2, 0)]),
      ]),
    ),
  );
  same(
    deletes.deleteFiltered({ mark: { value: 1, mask: 1 } }),
    encode.message(0x102, ACK, 0, [encode.be32(8, 1), encode.be32(21, 1)]),
  );
  // The family beside a mark would not be looked at but for the version.
  same(
    deletes.deleteFiltered({ family: 10, mark: { value: 1, mask: 1 } }),
    versioned(encode.message(0x102, ACK, 10, [encode.be32(8, 1), encode.be32(21, 1)])),
  );
  same(deletes.deleteFiltered({ family: 2 }), versioned(encode.message(0x102, ACK, 2, [])));
});

test('a filter that would flush more is refused', () => {
  const empty: KernelFilter[] = [{}, { orig: {} }, { orig: {}, reply: {} }, { orig: { src: undefined } }];
  for (const filter of empty) refuses(() => deletes.deleteFiltered(filter), /requires a filter/);
  refuses(() => deletes.deleteFiltered({ mark: { value: 0, mask: 0 } }), /mask/);
  refuses(() => deletes.deleteFiltered({ family: 0, mark: { value: 1, mask: 1 } }), /family/);
  refuses(() => deletes.deleteFiltered({ family: 10, orig: { src: '\0'.repeat(8) } }), /inverted/);
  refuses(() => deletes.deleteFiltered({ family: 2, orig: { proto: 132, dport: 1 } }), /ports/);
});

test('a flush of expectations, and of those of a helper', () => {
  same(deletes.flushExpectations(), encode.message(0x202, ACK, 0, []));
});

test.run();
