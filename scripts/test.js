#!/usr/bin/env node
/** The test runner; its last line is always `N passed, N failed`, with `, N skipped` where something was. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reportCoverage, startCoverage } from './lib/coverage.js';
import { whyNoNamespaces } from './lib/namespace.js';
import { isCI, root } from './lib/project.js';
import { killRunning, runFile } from './lib/run-file.js';
import { selectTests, tiers } from './lib/tests.js';

const usage = `Usage: npm test [-- [OPTION…] [unit | kernel | cli | FILE | FOLDER]…]

  unit      what needs nothing but node
  kernel    test/kernel: what speaks with the kernel, in namespaces of its own
  cli       test/cli: the built program, in namespaces of its own

  --coverage   report which lines of the sources ran
  --no-build   use dist/ as it is
  --help
`;

/** Where each tier may run files side by side; what measures or fills the kernel's tables runs alone. */
const jobs = { unit: Math.min(2, cpus().length), kernel: 1, cli: 1 };

/** @typedef {import('./lib/run-file.js').Outcome} Outcome */

/** @param {Outcome} outcome */
function show({ file, passed, failed, skipped, milliseconds, output, reason }) {
  const counts = `${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  console.log(`${failed > 0 ? 'FAIL' : 'ok  '}  ${file.padEnd(48)} ${counts}, ${milliseconds} ms`);
  // Who asks for a long run wants its figures.
  if (failed > 0 || process.env.SOAK_SECONDS || process.env.FUZZ_FIGURES) {
    console.log(`${output.trimEnd().replaceAll(/^/gm, '      ')}\n`);
    if (reason !== undefined) {
      console.log(`      ${file}: ${reason}\n`);
    }
  }
}

/**
 * Real sockets on a busy machine can fail a test that is right. Where nobody is there to run it again, a file gets a second
 * run; what it needed that for is shown and told at the end.
 * @param {import('./lib/tests.js').TestFile} test
 */
const mayBeUnsteady = test => isCI && test.tier !== 'unit';

/** @param {import('./lib/tests.js').TestFile} test @param {NodeJS.ProcessEnv} env @param {Outcome} first */
async function again(test, env, first) {
  console.log(`again  ${test.file}`);
  const second = await runFile(test, env);
  show(second);
  if (second.failed === 0) {
    unsteady.push(first.file);
  }
  return second;
}

/** Files that failed at first and passed when they were run again. @type {string[]} */
const unsteady = [];

/**
 * @param {import('./lib/tests.js').TestFile[]} files
 * @param {number} atOnce
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome[]>}
 */
async function runTier(files, atOnce, env) {
  const queue = [...files];
  /** @type {Outcome[]} */
  const outcomes = [];
  const worker = async () => {
    for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
      const first = await runFile(test, env);
      show(first);
      outcomes.push(mayBeUnsteady(test) && first.failed > 0 ? await again(test, env, first) : first);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return outcomes;
}

/** @param {import('./lib/tests.js').TestFile[]} files @param {string} reason @returns {Outcome[]} */
function skipTier(files, reason) {
  return files.map(({ file }) => {
    console.log(`skip  ${file}`);
    return { file, passed: 0, failed: 0, skipped: 1, milliseconds: 0, output: '', reason };
  });
}

/** @param {string[]} selectors @param {NodeJS.ProcessEnv} env */
async function runTests(selectors, env) {
  const selected = selectTests(selectors);
  if (selected.length === 0) {
    throw new Error('there are no tests of that kind');
  }
  /** @type {Outcome[]} */
  const outcomes = [];
  /** @type {string | undefined | null} null: not looked yet */
  let obstacle = null;
  for (const tier of tiers) {
    const files = selected.filter(test => test.tier === tier);
    if (files.length === 0) {
      continue;
    }
    if (tier !== 'unit' && obstacle === null) {
      obstacle = whyNoNamespaces();
    }
    if (tier !== 'unit' && typeof obstacle === 'string') {
      console.log(`\n${tier} tests cannot run here: ${obstacle}\n(scripts/setup.sh installs what they need)\n`);
      outcomes.push(...skipTier(files, obstacle));
    } else {
      outcomes.push(...(await runTier(files, jobs[tier], env)));
    }
  }
  return outcomes;
}

/** @param {Outcome[]} outcomes @param {keyof Outcome & ('passed' | 'failed' | 'skipped')} key */
const sum = (outcomes, key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);

/** @param {number} passed @param {number} failed @param {number} skipped */
function conclude(passed, failed, skipped) {
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { coverage: { type: 'boolean' }, 'no-build': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  if (!values['no-build']) {
    const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.js'), '--no-types'], {
      stdio: 'inherit',
    });
    if (status !== 0) {
      conclude(0, 1, 0);
      return;
    }
  }
  const env = { ...process.env, ...(values.coverage ? startCoverage() : {}) };
  const outcomes = await runTests(positionals, env);
  const failedFiles = outcomes.filter(outcome => outcome.failed > 0).map(outcome => outcome.file);
  let failed = sum(outcomes, 'failed');
  const skipped = sum(outcomes, 'skipped');
  if (values.coverage && !reportCoverage()) {
    console.log('the coverage report could not be made');
    failed += 1;
  }
  console.log('');
  if (failedFiles.length > 0) {
    console.log(`failed in ${failedFiles.join(', ')}\n`);
  }
  if (unsteady.length > 0) {
    console.log(`unsteady, passed at the second run only: ${unsteady.join(', ')}\n`);
  }
  if (isCI && skipped > 0) {
    console.log(`${skipped} skipped, which counts as failed where CI is set\n`);
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
