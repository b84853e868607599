/** The runner must not call a file passed that did not run, or not to its end. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Outcome, runFile } from '../../scripts/lib/run-file.js';
import { selectTests, timeoutOf } from '../../scripts/lib/tests.js';

const run = (fixture: string): Promise<Outcome> =>
  runFile({ file: `test/scripts/fixtures/${fixture}.ts`, tier: 'unit' }, process.env);

const runner = suite('runner');

/** Fixture → what is counted, and why it failed beyond its tests. */
const expected: Record<string, [passed: number, failed: number, skipped: number, reason?: RegExp]> = {
  passes: [2, 0, 1],
  fails: [1, 1, 0],
  'never-run': [0, 1, 0, /without \.run\(\)/],
  empty: [0, 1, 0, /no test ran/],
  hook: [0, 2, 0, /hook/],
  slow: [0, 1, 0, /still running after 1 s/],
  crashes: [1, 1, 0, /exit code 3/],
};

for (const [fixture, [passed, failed, skipped, reason]] of Object.entries(expected)) {
  runner(`counts a file that is like ${fixture}`, async () => {
    const outcome = await run(fixture);
    assert.equal([outcome.passed, outcome.failed, outcome.skipped], [passed, failed, skipped], outcome.output);
    if (reason === undefined) {
      assert.is(outcome.reason, undefined);
    } else {
      assert.match(outcome.reason ?? '', reason);
    }
  });
}

runner('files are chosen by tier, folder and name, and what names nothing is an error', () => {
  const own = 'test/scripts/run-file.test.ts';
  assert.equal(selectTests([own]), [{ file: own, tier: 'unit' }]);
  const folder = selectTests(['test/scripts', own]).map(({ file }) => file);
  assert.ok(folder.includes(own) && folder.every(file => file.startsWith('test/scripts/')));
  assert.is(new Set(folder).size, folder.length);
  assert.ok(selectTests(['kernel']).every(({ file }) => file.startsWith('test/kernel/')));
  assert.ok(selectTests([]).length > selectTests(['kernel']).length);
  assert.throws(() => selectTests(['test/scripts/fixtures']), /holds no tests/);
  assert.throws(() => selectTests(['package.json']), /is no \*\.test\.ts file/);
});

runner('a file says how long it may take', () => {
  assert.is(timeoutOf('test/scripts/fixtures/slow.ts'), 1_000);
  assert.is(timeoutOf('test/scripts/fixtures/empty.ts'), 120_000);
});

runner.run();
