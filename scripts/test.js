#!/usr/bin/env node
/** The test runner; its last line is always `N passed, N failed`, with `, N skipped` if tests were skipped. */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { bundleTests } from './lib/bundle-tests.js';
import { reportCoverage, startCoverage } from './lib/coverage.js';
import { whyNoNamespaces } from './lib/namespace.js';
import { isCI, root } from './lib/project.js';
import { killRunning, runFile } from './lib/run-file.js';
import { selectTests } from './lib/tests.js';
import { rememberedTimes, rememberTimes, showTimes } from './lib/times.js';

const usage = `Usage: npm test [-- [OPTION…] [unit | kernel | cli | FILE | FOLDER]…]

  unit      tests that need only node
  kernel    test/kernel: tests that talk to the kernel, in namespaces of their own
  cli       test/cli: tests of the built program, in namespaces of their own

  --coverage   report code coverage
  --no-build   use dist/ as it is
  --seed S     of the random cases of property tests: a number, or "random"; default 1
  --times      list what each file took: processor time of it and all that it started, and time; most first
  --help

Two files run at a time, and two more of those that have "// waits" in their first lines; when these are done, three of the
others. A file with "// fills" runs first, beside unit tests; one with "// alone" by itself at the end.
`;

/** @typedef {import('./lib/run-file.js').Outcome} Outcome */
/** @typedef {import('./lib/tests.js').TestFile} TestFile */

/** @param {Outcome} outcome */
function show({ file, passed, failed, skipped, milliseconds, processorSeconds, output, reason }) {
  const counts = `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  console.log(
    `${failed > 0 ? 'FAIL' : 'ok  '}  ${file.padEnd(48)} ${counts}, ${milliseconds} ms, ${processorSeconds.toFixed(1)} s of processor`,
  );
  // Long runs show their figures.
  if (failed > 0 || process.env.SOAK_SECONDS || process.env.FUZZ_FIGURES) {
    console.log(`${output.trimEnd().replaceAll(/^/gm, '      ')}\n`);
    if (reason !== undefined) console.log(`      ${file}: ${reason}\n`);
  }
}

/**
 * Runs one file after another.
 * @param {readonly TestFile[][]} queues files are taken from the first that has any left
 * @param {Map<string, string[]>} commands file → command line
 * @param {NodeJS.ProcessEnv} env
 * @param {() => boolean} isOver no other file is begun then
 * @returns {Promise<Outcome[]>}
 */
async function runAll(queues, commands, env, isOver = () => false) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (;;) {
    if (isOver()) return outcomes;
    const test = queues.find(queue => queue.length > 0)?.shift();
    if (test === undefined) return outcomes;
    const outcome = await runFile(test, commands.get(test.file) ?? [], env);
    show(outcome);
    outcomes.push(outcome);
  }
}

/**
 * Runs the files that fill the kernel's table. All namespaces share its hash table: until it is empty again a list takes longer in each.
 * Only unit tests run meanwhile, shortest first, so that the last one ends soon.
 * @param {TestFile[]} filling
 * @param {TestFile[]} unit those that were run are taken out
 * @param {Map<string, string[]>} commands file → command line
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome[]>}
 */
async function runFilling(filling, unit, commands, env) {
  let isFilled = true;
  const all = runAll([filling], commands, env).finally(() => {
    isFilled = false;
  });
  const beside = cpus().length > 1 ? runAll([unit.reverse()], commands, env, () => !isFilled) : [];
  const outcomes = [...(await all), ...(await beside)];
  unit.reverse();
  return outcomes;
}

/** Those of which it is true, and the others. @param {readonly TestFile[]} tests @param {(test: TestFile) => boolean} is */
const divide = (tests, is) => [tests.filter(is), tests.filter(test => !is(test))];

/** Tests that cannot run here. @param {readonly TestFile[]} tests @param {string} reason @returns {Outcome[]} */
function skip(tests, reason) {
  console.log(`\nkernel and cli tests cannot run here: ${reason}\n(scripts/setup.sh installs what they need)\n`);
  return tests.map(({ file }) => {
    console.log(`skip  ${file}`);
    return { file, passed: 0, failed: 0, skipped: 1, milliseconds: 0, processorSeconds: 0, output: '' };
  });
}

/** @param {readonly TestFile[]} selected @param {NodeJS.ProcessEnv} env @returns {Promise<Outcome[]>} */
async function runTests(selected, env) {
  const needNamespaces = selected.filter(({ tier }) => tier !== 'unit');
  const obstacle = needNamespaces.length > 0 ? whyNoNamespaces() : undefined;
  const skipped = obstacle === undefined ? [] : skip(needNamespaces, obstacle);
  const tests = obstacle === undefined ? selected : selected.filter(({ tier }) => tier === 'unit');
  const { folder, commands } = await bundleTests(tests.map(({ file }) => file));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  // Longest first, so that both workers end at about the same time. What has not run yet may take until its timeout.
  const times = rememberedTimes();
  /** @param {TestFile} test */
  const length = ({ file, timeout }) => times[file] ?? timeout;
  const together = tests.filter(({ alone }) => !alone).sort((a, b) => length(b) - length(a));
  const [filling, mixed] = divide(together, ({ fills }) => fills);
  const [waiting, busy] = divide(mixed, ({ waits }) => waits);
  const [unit, inNamespaces] = divide(busy, ({ tier }) => tier === 'unit');
  const first = await runFilling(filling, unit, commands, env);
  const others = [...inNamespaces, ...unit].sort((a, b) => length(b) - length(a));
  const atOnce = Math.min(2, cpus().length);
  const queues = Array.from({ length: atOnce }, (_, n) => [[others], n === 0 ? [waiting, others] : [waiting]]).flat();
  const both = await Promise.all(queues.map(each => runAll(each, commands, env)));
  return [...skipped, ...first, ...both.flat(), ...(await runAll([tests.filter(({ alone }) => alone)], commands, env))];
}

/** @param {Outcome[]} outcomes @param {'passed' | 'failed' | 'skipped'} key */
const sum = (outcomes, key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);

/** @param {number} passed @param {number} failed @param {number} skipped */
function conclude(passed, failed, skipped) {
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function buildProgram() {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.js'), '--no-types'], { stdio: 'inherit' });
  return status === 0;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      coverage: { type: 'boolean' },
      'no-build': { type: 'boolean' },
      seed: { type: 'string', default: '1' },
      times: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const selected = selectTests(positionals);
  if (!values['no-build'] && !buildProgram()) {
    conclude(0, 1, 0);
    return;
  }
  const seed = values.seed === 'random' ? randomInt(2 ** 31) : Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`invalid seed '${values.seed}'`);
  if (values.seed === 'random') console.log(`seed ${seed}`);
  const env = { ...process.env, CTQ_TEST_SEED: String(seed), ...(values.coverage ? startCoverage() : {}) };
  const started = performance.now();
  const outcomes = await runTests(selected, env);
  rememberTimes(outcomes);
  if (values.times) showTimes(outcomes, (performance.now() - started) / 1000);
  const failedFiles = outcomes.filter(({ failed }) => failed > 0).map(({ file }) => file);
  let failed = sum(outcomes, 'failed');
  const skipped = sum(outcomes, 'skipped');
  if (values.coverage && !reportCoverage()) {
    console.log('cannot make the coverage report');
    failed += 1;
  }
  console.log('');
  if (failedFiles.length > 0) console.log(`failed in ${failedFiles.join(', ')}\n`);
  if (isCI && skipped > 0) {
    console.log(`${skipped} skipped tests count as failed, because CI is set\n`);
    failed += skipped;
  }
  conclude(sum(outcomes, 'passed'), failed, skipped);
}

for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.on(signal, () => {
    killRunning();
    process.exit(code);
  });
}

try {
  await main();
} catch (error) {
  console.error(`test: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
