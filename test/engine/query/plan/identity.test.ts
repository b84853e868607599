import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TupleView } from '../../../../src/engine/ctnetlink/view/tuple-view.js';
import { identity } from '../../../../src/engine/query/plan/identity.js';

const test = suite('identity of flows');

const AF_INET = 2;
const AF_INET6 = 10;

interface Flow {
  readonly family: number;
  readonly zone: number;
  readonly proto: number;
  readonly src?: readonly number[];
  readonly dst?: readonly number[];
  readonly numbers: readonly number[];
}

function keyOf({ family, zone, proto, src, dst, numbers }: Flow): string {
  const addressLength = family === AF_INET ? 4 : 16;
  const [sport, dport, icmpType, icmpCode, icmpId, own] = numbers;
  const tuple = {
    bytes: Uint8Array.from([7, ...(src ?? []), ...(dst ?? [])]),
    addressLength,
    src: src === undefined ? -1 : 1,
    dst: dst === undefined ? -1 : 1 + (src === undefined ? 0 : addressLength),
    proto,
    sport,
    dport,
    icmpType,
    icmpCode,
    icmpId,
    zone: own,
  };
  return identity(tuple as unknown as TupleView, family, zone);
}

const number = fc.constantFrom(-1, 0, 1, 255, 256, 65_535);
const flow = fc.constantFrom(AF_INET, AF_INET6).chain(family => {
  const length = family === AF_INET ? 4 : 16;
  const address = fc.array(fc.constantFrom(0, 1, 255), { minLength: length, maxLength: length });
  return fc.record({
    family: fc.constant(family),
    zone: fc.constantFrom(0, 1, 65_535),
    proto: fc.constantFrom(6, 17, 255),
    src: fc.option(address, { nil: undefined }),
    dst: fc.option(address, { nil: undefined }),
    numbers: fc.array(number, { minLength: 6, maxLength: 6 }),
  });
});

test('flows that differ have different keys, equal ones the same', () => {
  fc.assert(
    fc.property(flow, flow, (a, b) => {
      assert.is(keyOf(a) === keyOf(b), JSON.stringify(a) === JSON.stringify(b));
      assert.is(keyOf(a), keyOf(structuredClone(a)));
    }),
    { numRuns: 5000 },
  );
});

test('a number belongs to its field', () => {
  const base: Flow = { family: AF_INET, zone: 0, proto: 6, src: [1, 2, 3, 4], dst: [5, 6, 7, 8], numbers: [] };
  const none = Array.from({ length: 6 }, () => -1);
  const keys = none.map((_, i) => keyOf({ ...base, numbers: none.with(i, 5) }));
  assert.is(new Set([...keys, keyOf({ ...base, numbers: none })]).size, 7);
  const { dst, ...withoutDst } = base;
  const { src, ...withoutSrc } = base;
  assert.is.not(keyOf({ ...withoutDst, numbers: none }), keyOf({ ...withoutSrc, dst: base.src, numbers: none }));
});

test.run();
