/** How rows have gone from round to round. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Histories, ROUNDS, sparkline } from '../../../src/shell/display/sparkline.js';
import { createSink } from '../../../src/shell/output/create-sink.js';
import { ENVIRONMENT } from '../../kit/environment.js';

const test = suite('sparklines');

test('from nothing to the largest value; the newest is rightmost', () => {
  assert.is(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8, true), '▁▂▃▄▅▆▇█');
  assert.is(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8, false), '_.-:=+*#');
  assert.is(sparkline([5, 10], 4, true), '  ▅█');
  assert.is(sparkline([1, 2, 3, 4], 2, true), '▆█');
  assert.is(sparkline([1, 1_000_000], 2, true), '▂█', 'little is not nothing');
  assert.is(sparkline([0, 0], 2, true), '▁▁');
  assert.is(sparkline([undefined, 3, undefined], 3, true), ' █ ');
  assert.is(sparkline([], 3, true), '   ');
});

test('a row has gaps where it was not there; a round that is drawn again is not a new one', () => {
  const rows = new Histories();
  assert.equal(rows.add('a', 3, 1), [1]);
  assert.equal(rows.add('a', 6, 2), [1, undefined, undefined, 2]);
  assert.equal(rows.add('a', 6, 2), [1, undefined, undefined, 2]);
  for (let round = 7; round < 100; round++) rows.add('a', round, round);
  assert.equal(
    rows.add('a', 100, 100),
    Array.from({ length: ROUNDS }, (_, i) => 101 - ROUNDS + i),
  );
  assert.equal(rows.add('a', 1_000_000_000, 1), [...new Array(ROUNDS - 1).fill(undefined), 1]);
});

test('what has not been there for long is forgotten', () => {
  const rows = new Histories();
  rows.add('a', 0, 1);
  rows.add('b', ROUNDS - 1, 1);
  rows.forget(ROUNDS - 1);
  assert.equal(rows.add('a', ROUNDS - 1, 2).at(0), 1);
  rows.forget(2 * ROUNDS - 2);
  rows.forget(3 * ROUNDS);
  assert.equal(rows.add('b', 3 * ROUNDS, 2), [2]);
  assert.equal(rows.add('a', 3 * ROUNDS, 2), [2]);
});

/** The charts of a result that is made twice, the second time with twice the value, on lines of a number of columns. */
async function charts(width: number, isRepeated = true, unicode = true): Promise<string[]> {
  let text = '';
  const sink = await createSink(
    { format: 'bars', modifiers: [] },
    {
      destination: {
        write: (chunk, done) => {
          text += Buffer.from(chunk).toString('utf8');
          done();
        },
        ready: () => undefined,
        close: async () => {},
        abort: () => {},
      },
      isTTY: true,
      width: () => width,
      color: false,
      unicode,
      environment: ENVIRONMENT,
    },
  );
  const columns = [
    { name: 'who', type: { name: 'text' } },
    { name: 'n', type: { name: 'integer' } },
  ] as const;
  for (const round of [0, 1]) {
    sink.begin({ table: 'conntrack', columns, ...(isRepeated ? { round } : {}) });
    sink.row(['a', 7 * (round + 1)]);
    sink.row(['b', 7]);
    sink.end();
  }
  await sink.close();
  return text.trimEnd().split('\n');
}

test('bars have them where a result comes again and again, and there is room', async () => {
  const lines = await charts(40);
  assert.is(lines[1], `a    7           █  ${'█'.repeat(20)}`);
  assert.is(lines[4], `a    14          ▅█  ${'█'.repeat(19)}`);
  assert.is(lines[5], `b     7          ██  ${'█'.repeat(9)}▌`);
  assert.is((await charts(40, false))[4], `a    14  ${'█'.repeat(31)}`, 'no rounds, no line');
  assert.is((await charts(17))[4], `a    14  ${'█'.repeat(10)}`, 'no room');
  assert.is((await charts(40, true, false))[4], `a    14          =#  ${'#'.repeat(19)}`);
});

test.run();
