/** The runner must not call a file passed that did not run, or not to its end. */
import { rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleTests } from '../../scripts/lib/bundle-tests.js';
import { runFile } from '../../scripts/lib/run-file.js';
import { describeTest, selectTests } from '../../scripts/lib/tests.js';

const runner = suite('runner');

/** Fixture → what is counted, and why it failed beyond its tests. */
const expected: Record<string, [passed: number, failed: number, skipped: number, reason?: RegExp]> = {
  passes: [2, 0, 1],
  fails: [1, 1, 0],
  'never-run': [0, 1, 0, /without \.run\(\)/],
  forgotten: [1, 1, 0, /1 of 2 suites ran/],
  empty: [0, 1, 0, /suites are empty/],
  hook: [0, 2, 0, /hook/],
  slow: [0, 1, 0, /still running after 1 s/],
  crashes: [1, 1, 0, /exit code 3/],
};

const path = (fixture: string): string => `test/scripts/fixtures/${fixture}.ts`;
let bundled: Awaited<ReturnType<typeof bundleTests>>;
runner.before(async () => {
  bundled = await bundleTests(Object.keys(expected).map(path));
});
runner.after(() => rmSync(bundled.folder, { recursive: true }));

for (const [fixture, [passed, failed, skipped, reason]] of Object.entries(expected)) {
  runner(`counts a file that is like ${fixture}`, async () => {
    const file = path(fixture);
    const outcome = await runFile(describeTest(file), bundled.commands.get(file)!, process.env);
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
  assert.equal(selectTests([own]), [describeTest(own)]);
  const folder = selectTests(['test/scripts', own]).map(({ file }) => file);
  assert.ok(folder.includes(own) && folder.every(file => file.startsWith('test/scripts/')));
  assert.is(new Set(folder).size, folder.length);
  assert.ok(selectTests(['kernel']).every(({ file }) => file.startsWith('test/kernel/')));
  assert.ok(selectTests([]).length > selectTests(['kernel']).length);
  assert.throws(() => selectTests(['test/scripts/fixtures']), /contains no tests/);
  assert.throws(() => selectTests(['package.json']), /is not a \*\.test\.ts file/);
});

runner('a file says in its first lines how long it may take, and whether it runs alone', () => {
  const { tier, timeout, alone, suites } = describeTest(path('slow'));
  assert.equal([tier, timeout, alone, suites], ['unit', 1_000, true, 1]);
  const plain = describeTest(path('passes'));
  assert.equal([plain.timeout, plain.alone], [120_000, false]);
});

runner.run();
