/** The merged states of any parts of the rows are the state of all rows: for every aggregate, and every type that it accepts. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InvalidData } from '../../../src/lang/conversion/plain.js';
import { AGGREGATE_FUNCTIONS, accumulatorOf } from '../../../src/lang/functions/registry.js';
import type { Type } from '../../../src/lang/schema/type.js';
import { integer, type TypeName, type Value } from '../../../src/lang/values/value.js';

const test = suite('states of aggregates');

const units = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffff })), {
      minLength: length,
      maxLength: length,
    })
    .map(codes => String.fromCharCode(...codes));
const whole = fc
  .oneof(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constant(2n ** 53n))
  .map(integer);
const uint32 = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffffffff }));

const VALUES: Readonly<Record<TypeName, fc.Arbitrary<Value>>> = {
  integer: whole,
  duration: whole,
  time: fc.bigInt({ min: 1_700_000_000_000_000_000n, max: 1_800_000_000_000_000_000n }).map(integer),
  decimal: fc.oneof(fc.double({ noNaN: true, min: -1e200, max: 1e200 }), fc.constantFrom(0.1, 0.2, 1e16, -1e16), whole),
  boolean: fc.boolean(),
  address: fc.oneof(uint32, units(8)),
  network: fc.oneof(
    units(2).map(text => `${text}\u0018`),
    units(8).map(text => `${text}\u0040`),
  ),
  port: fc.integer({ min: 0, max: 0xffff }),
  proto: fc.constantFrom(6, 17, 58),
  enum: fc.constantFrom('ESTABLISHED', 'CLOSE', 'none'),
  flags: uint32,
  labels: units(8),
  text: fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('\u001b[2J', '\ud800', 'ä')),
  null: fc.constant(null),
};

/** Every aggregate with every type of argument. */
const calls = Object.entries(AGGREGATE_FUNCTIONS).flatMap(([key, definition]) => {
  const name = key as keyof typeof AGGREGATE_FUNCTIONS;
  const types = (Object.keys(VALUES) as TypeName[]).map((type): Type => ({ name: type }));
  const taken = types.filter(type => definition.type(type) !== undefined);
  return taken.flatMap(type => {
    const arg = { kind: 'const', value: null, type } as const;
    const plain = { name, arg, distinct: false };
    return 'hasDistinct' in definition ? [plain, { ...plain, distinct: true }] : [plain];
  });
});

const overJson = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

test('merged in any way they are the state of all rows', () => {
  const cases = fc.constantFrom(...calls).chain(call =>
    fc.record({
      call: fc.constant(call),
      rows: fc.array(
        fc.tuple(fc.oneof({ weight: 4, arbitrary: VALUES[call.arg.type.name] }, fc.constant(null)), fc.nat(4)),
        { maxLength: 30 },
      ),
      order: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
    }),
  );
  fc.assert(
    fc.property(cases, ({ call, rows, order }) => {
      const all = accumulatorOf(call);
      const parts = accumulatorOf(call);
      const merged = accumulatorOf(call);
      all.grow();
      merged.grow();
      for (let part = 0; part < 5; part++) parts.grow();
      for (const [value, part] of rows) {
        all.add(0, value);
        parts.add(part, value);
      }
      for (const part of order) merged.merge(0, overJson(parts.state(part)));
      const [wanted, got] = [all.result(0, 2), merged.result(0, 2)];
      assert.ok(Object.is(wanted, got) || (wanted === 0 && got === 0), `${call.name}: ${got}, not ${wanted}`);
    }),
    { numRuns: 3000 },
  );
});

test('percentiles of more values than are exact are merged exactly', () => {
  const begin = 1_764_000_000_000_000_000n;
  for (const name of ['time', 'decimal'] as const) {
    const call = { name: 'p90', arg: { kind: 'const', value: null, type: { name } }, distinct: false } as const;
    const all = accumulatorOf(call);
    const parts = accumulatorOf(call);
    const merged = accumulatorOf(call);
    for (const each of [all, merged, parts, parts, parts]) each.grow();
    for (let i = 0; i < 130_000; i++) {
      const n = (i * 7919) % 130_003;
      const value = name === 'time' ? integer(begin + BigInt(n) ** 2n * 1000n) : name === 'decimal' ? n / 7 - 9 : n - 9;
      all.add(0, value);
      // One part is in buckets, two are exact.
      parts.add(i < 101_000 ? 0 : i % 2 === 1 ? 1 : 2, value);
    }
    for (const part of [1, 0, 2]) merged.merge(0, overJson(parts.state(part)));
    assert.is(merged.result(0, 0), all.result(0, 0), name);
    assert.equal(overJson(merged.state(0)), overJson(all.state(0)), name);
  }
});

test('what is not a state of an aggregate is refused', () => {
  const wrong = [
    ...[undefined, {}, 'x', '1e9', '007', true, [1, 2, 3], [[]], [{}], { zeros: 0 }, '-', '9'.repeat(2000)],
    ...[-1, 0.5, 2 ** 60, Number.NaN, [null, -1], [[['a']], 1], { width: 20, buckets: [[0.5, 1]] }],
    ...[
      { width: 20, buckets: [[1, -1]] },
      { width: 1, buckets: [] },
      { zeros: 1, positive: [[1e9, 1]], negative: [] },
    ],
  ];
  const fits: string[] = [];
  for (const call of calls) {
    for (const state of wrong) {
      const accumulator = accumulatorOf(call);
      accumulator.grow();
      try {
        accumulator.merge(0, state);
        fits.push(`${call.name} ${call.distinct} ${call.arg.type.name}: ${JSON.stringify(state)}`);
      } catch (error) {
        assert.instance(error, InvalidData);
      }
    }
  }
  // Lists of numbers are distinct values, values of a percentile, or the parts of a sum; text and truth are values.
  const known =
    /: (\[1,2,3\]|\[null,-1\]|\[\[\["a"\]\],1\]|-1|0\.5|1152921504606847000|"x"|"1e9"|"007"|"-"|"9{2000}"|true|null)$/;
  assert.equal(
    fits.filter(each => !known.test(each)),
    [],
  );
  assert.not.ok(fits.some(each => /^(count|p\d\d) false integer: (-1|"007"|"x")/.test(each)));
});

test.run();
