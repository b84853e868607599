import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { invertTuple, isWhole, type Tuple } from '../../../src/engine/ctnetlink/codec/tuple.js';
import * as arbitrary from '../../kit/arbitrary-entries.js';

const test = suite('tuples');
const icmp = (proto: number, icmpType: number): Tuple => ({ src: 1, dst: 2, proto, icmpId: 9, icmpType, icmpCode: 0 });

test('directions, ports and call keys change places', () => {
  for (const proto of [6, 17, 33, 47, 132, 136]) {
    assert.equal(invertTuple({ src: 1, dst: 2, proto, sport: 3, dport: 4, zone: 5 }), {
      src: 2,
      dst: 1,
      proto,
      sport: 4,
      dport: 3,
    });
  }
  assert.equal(invertTuple({ src: 'a', dst: 'b', proto: 50 }), { src: 'b', dst: 'a', proto: 50 });
});

test('types of ICMP and ICMPv6 become their answers', () => {
  const pairs: [number, number, number][] = [
    [1, 8, 0],
    [1, 13, 14],
    [1, 15, 16],
    [1, 17, 18],
    [58, 128, 129],
    [58, 139, 140],
  ];
  for (const [proto, query, answer] of pairs) {
    assert.equal(invertTuple(icmp(proto, query)), { ...icmp(proto, answer), src: 2, dst: 1 });
    assert.equal(invertTuple(icmp(proto, answer)), { ...icmp(proto, query), src: 2, dst: 1 });
  }
  for (const [proto, type] of [
    [1, 3],
    [1, 128],
    [58, 8],
    [58, 135],
  ]) {
    assert.is(invertTuple(icmp(proto, type)), undefined);
  }
});

test('an inverse of an inverse is the tuple, as far as its protocol has its parts', () => {
  fc.assert(
    fc.property(fc.constantFrom(2, 10).chain(arbitrary.tuple), tuple => {
      const inverse = invertTuple(tuple);
      if (inverse === undefined) return assert.ok(tuple.proto === 1 || tuple.proto === 58);
      assert.equal(invertTuple(invertTuple(inverse) as Tuple), inverse);
      assert.is(inverse.src, tuple.dst);
    }),
  );
});

test('a tuple is whole that has what its protocol needs', () => {
  assert.ok(isWhole({ src: 1, dst: 2, proto: 6, sport: 1, dport: 0 }));
  assert.not(isWhole({ src: 1, dst: 2, proto: 6, sport: 1 }));
  for (const proto of [6, 17]) assert.not(isWhole({ src: 1, dst: 2, proto }), 'these always have ports');
  for (const proto of [33, 47, 132, 136]) {
    assert.ok(isWhole({ src: 1, dst: 2, proto }), 'as a kernel without its tracker shows it');
    assert.not(isWhole({ src: 1, dst: 2, proto, dport: 1 }));
  }
  assert.not(isWhole({ src: 1, dst: '\0'.repeat(8), proto: 50 }));
  assert.ok(isWhole({ src: 1, dst: 2, proto: 50 }));
  assert.ok(isWhole(icmp(1, 8)));
  assert.not(isWhole({ ...icmp(58, 128), icmpCode: undefined }));
});

test.run();
