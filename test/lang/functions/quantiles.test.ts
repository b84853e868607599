import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Quantiles } from '../../../src/lang/functions/aggregate/quantiles/quantiles.js';

const test = suite('quantiles');

test('percentiles: nearest rank, then to within half a percent', () => {
  const few = new Quantiles();
  for (let i = 10; i >= 1; i--) few.add(i);
  assert.equal(
    [0.5, 0.9, 0.95, 0.99].map(part => few.at(part)),
    [5, 9, 10, 10],
  );
  const many = new Quantiles();
  const count = 250_000;
  for (let i = 0; i < count; i++) many.add((i * 7919) % count);
  for (const part of [0.01, 0.5, 0.9, 0.99]) {
    const exact = part * count;
    assert.ok(Math.abs(Number(many.at(part)) - exact) <= 0.0051 * exact, `${part}: ${many.at(part)} for ${exact}`);
  }
  const signs = new Quantiles();
  for (let i = 0; i < 150_000; i++) signs.add(i % 3 === 0 ? -1000 : i % 3 === 1 ? 0 : 1000);
  assert.equal(
    [0.2, 0.5, 0.9].map(part => Math.round(Number(signs.at(part)) / 10)),
    [-100, 0, 100],
  );
});

test('percentiles of decimals and times are not rounded above the exact limit', () => {
  const decimals = new Quantiles({ name: 'decimal' });
  const times = new Quantiles({ name: 'time' });
  const begin = 1_764_000_000_000_000_000n;
  const count = 150_000;
  for (let i = 1; i <= count; i++) {
    decimals.add(i / 1e6);
    times.add(begin + BigInt(i) * 1_000_000n);
  }
  for (const part of [0.5, 0.9, 0.99]) {
    const exact = (part * count) / 1e6;
    assert.ok(Math.abs(Number(decimals.at(part)) - exact) <= 0.0051 * exact, `${decimals.at(part)}`);
    const time = BigInt(times.at(part) as bigint) - begin;
    const wanted = part * count * 1e6;
    assert.ok(Math.abs(Number(time) - wanted) <= 0.0051 * wanted, `${time}`);
  }
});

test.run();
