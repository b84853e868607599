/** Long work ends with the signal, wherever it comes: reading, joining, sorting, grouping, comparing, writing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { select } from '../kit/engine.js';

const test = suite('interrupted work');
const folder = mkdtempSync(join(tmpdir(), 'ctq-interrupt-'));
const path = join(folder, 'many.csv');
const ROWS = 200_000;
/** Longest time (ms) that a signal may wait; the machine may be busy with other tests. */
const MAX = 400;
/** Longest processor time (ms) of work in one piece: what takes a microsecond for each row, and much more if it sorts, exceeds it. */
const MAX_WORK = 200;
/** Processor time (ms) for what ends by itself to do so; the others are in the middle of a join then. */
const PATIENCE = 2000;

test.before(() => {
  let text = 'x,y\n';
  for (let i = 0; i < ROWS; i++) text += `${(i * 7919) % ROWS},${i % 1000}\n`;
  writeFileSync(path, text);
});
test.after(() => rmSync(folder, { recursive: true }));

const ALL = `from stats join '${path}' as m on stats.cpu = 0`;

const STATEMENTS: readonly string[] = [
  `select m.x, m.y ${ALL} order by m.x`,
  `select m.x, m.y ${ALL} order by m.y desc, m.x limit 75000`,
  `select m.x, count(*) as n ${ALL} group by m.x order by n desc, m.x`,
  `select distinct m.x ${ALL} order by m.x`,
  `select m.x ${ALL} except select m.x ${ALL}`,
  `select m.x, n.x ${ALL} join '${path}' as n on n.x > 'a' and m.x < n.x`,
  `select count(*) ${ALL} join '${path}' as n on n.y = m.y and n.x < 0`,
];

for (const text of STATEMENTS) {
  test(text.replaceAll(folder, ''), async () => {
    const stop = new AbortController();
    let last = performance.now();
    let longest = 0;
    let abortedAt = Number.POSITIVE_INFINITY;
    let used = process.cpuUsage();
    let worked = 0;
    const tick = (): void => {
      const now = performance.now();
      const { user, system } = process.cpuUsage(used);
      const work = (user + system) / 1000;
      // Time in which other processes had the processor is not the work's.
      longest = Math.max(longest, Math.min(now - last, work));
      last = now;
      used = process.cpuUsage();
      worked += work;
      if (worked < PATIENCE || stop.signal.aborted) return;
      abortedAt = now;
      stop.abort(new Error('interrupted'));
    };
    const ticks = setInterval(tick, 5);
    try {
      await select(text, { signal: stop.signal });
    } catch (error) {
      assert.is((error as Error).message, 'interrupted');
      assert.ok(performance.now() - abortedAt < MAX, `${performance.now() - abortedAt} ms`);
    } finally {
      clearInterval(ticks);
    }
    tick();
    assert.ok(longest < MAX_WORK, `the event loop waited for ${Math.round(longest)} ms`);
  });
}

test.run();
