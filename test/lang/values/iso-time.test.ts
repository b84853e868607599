/** Times as text, before and after 1970. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isoTime, parseTime } from '../../../src/lang/values/iso-time.js';

const test = suite('times in ISO 8601');

test('before 1970 and at the borders', () => {
  for (const [ns, text] of [
    [0, '1970-01-01T00:00:00.000000000Z'],
    [-1, '1969-12-31T23:59:59.999999999Z'],
    [-1_000_000_000, '1969-12-31T23:59:59.000000000Z'],
    [-794_774_527_226_000_000n, '1944-10-25T05:17:52.774000000Z'],
    [1_764_000_000_123_456_789n, '2025-11-24T16:00:00.123456789Z'],
    [8_640_000_000_001_000_000_000n, '8640000000001000000000'],
    [10n ** 40n, `1${'0'.repeat(40)}`],
  ] as const)
    assert.is(isoTime(ns), text);
});

test('every time is read back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 63n }), ns => {
      assert.is(BigInt(parseTime(isoTime(ns)) as bigint), ns);
    }),
  );
});

test.run();
