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
const ROWS = 400_000;
/** Longest time (ms) that a signal may wait; the machine may be busy with other tests. */
const MOST = 400;

test.before(() => {
  let text = 'x,y\n';
  for (let i = 0; i < ROWS; i++) text += `${(i * 7919) % ROWS},${i % 1000}\n`;
  writeFileSync(path, text);
});
test.after(() => rmSync(folder, { recursive: true }));

const ALL = `from stats join '${path}' as m on stats.cpu = 0`;

const STATEMENTS: readonly string[] = [
  `select m.x, m.y ${ALL} order by m.x`,
  `select m.x, m.y ${ALL} order by m.y desc, m.x limit 150000`,
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
    const tick = (): void => {
      const now = performance.now();
      const { user, system } = process.cpuUsage(used);
      // Time in which other processes had the processor is not the work's.
      longest = Math.max(longest, Math.min(now - last, (user + system) / 1000));
      last = now;
      used = process.cpuUsage();
    };
    const ticks = setInterval(tick, 5);
    // Where it has not ended by itself until then.
    const timer = setTimeout(() => {
      abortedAt = performance.now();
      stop.abort(new Error('interrupted'));
    }, 3500);
    try {
      await select(text, { signal: stop.signal });
    } catch (error) {
      assert.is((error as Error).message, 'interrupted');
      assert.ok(performance.now() - abortedAt < MOST, `${performance.now() - abortedAt} ms`);
    } finally {
      clearTimeout(timer);
      clearInterval(ticks);
    }
    tick();
    assert.ok(longest < MOST, `the event loop waited for ${Math.round(longest)} ms`);
  });
}

test.run();
