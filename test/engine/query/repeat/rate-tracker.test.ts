/** The increase of counters between the runs of a repeated query. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RateTracker } from '../../../../src/engine/query/repeat/rate-tracker.js';
import type { Value } from '../../../../src/lang/values/value.js';

const test = suite('rates of repeated queries');

test('the increase of counters is computed entry by entry', () => {
  interface Row {
    readonly key: number;
    readonly n: Value;
    readonly start?: Value;
  }
  const rates = new RateTracker();
  const run = (now: number, rows: readonly Row[]): Value[] => {
    rates.next(now);
    const growth = rates.growth<Row>(
      row => row.key,
      row => row.start ?? null,
    );
    const [value, arrival] = [growth.of(0, row => row.n), growth.of(1, undefined)];
    return rows.flatMap(row => [value(row), arrival(row)]);
  };
  assert.equal(run(100, [{ key: 1, n: 10 }]), [null, null], 'nothing to compare with');
  assert.equal(
    run(200, [
      { key: 1, n: 15 },
      { key: 2, n: 7 },
      { key: 3, n: 99, start: 50 },
      { key: 4, n: null },
    ]),
    [5, null, 7, true, null, null, null, true],
  );
  assert.equal(
    run(300, [
      { key: 1, n: 3 },
      { key: 2, n: 2n ** 60n },
    ]),
    [3, null, 2n ** 60n - 7n, null],
  );
});

test.run();
