/** Runs one test file in a process of its own. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { inNamespaces, namespaceEnvironment } from './namespace.js';
import { root } from './project.js';
import { timeoutOf } from './tests.js';

/**
 * @typedef {object} Outcome
 * @property {string} file
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} milliseconds
 * @property {string} output what the file printed
 * @property {string} [reason] why it failed beyond its tests
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends all that is running, as Ctrl-C asks for. */
export function killRunning() {
  for (const child of running) {
    kill(child);
  }
}

/** The child leads a process group; what left it dies with the process namespace. @param {import('node:child_process').ChildProcess} child */
function kill(child) {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** What uvu counted: its last lines. @param {string} output */
function readCounts(output) {
  const counts = /\n {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)\n/.exec(output);
  return counts === null
    ? undefined
    : { total: Number(counts[1]), passed: Number(counts[2]), skipped: Number(counts[3]) };
}

/**
 * @param {string} output
 * @param {number | null} code
 * @param {string | null} signal
 * @param {number | undefined} timedOut milliseconds
 */
function judge(output, code, signal, timedOut) {
  const counts = readCounts(output);
  const { total, passed, skipped } = counts ?? { total: 0, passed: 0, skipped: 0 };
  let failed = total - passed;
  let reason;
  if (timedOut !== undefined) {
    reason = `still running after ${timedOut / 1000} s (a file may say "// timeout: SECONDS" in its first lines)`;
  } else if (signal !== null) {
    reason = `killed by ${signal}`;
  } else if (counts === undefined) {
    reason = `no test was counted: a suite without .run(), or a failure before the tests (exit code ${code})`;
  } else if (total + skipped === 0) {
    reason = 'no test ran: a suite without .run()';
  } else if (code === 0 && failed > 0) {
    reason =
      'some tests did not run, as a hook before or after them threw, which uvu does not show: log it in the hook';
  } else if (code !== 0 && failed === 0) {
    reason = `exit code ${code}, though every test passed`;
  }
  if (reason !== undefined && failed === 0) {
    failed = 1;
  }
  return { passed, failed, skipped, ...(reason === undefined ? {} : { reason }) };
}

/**
 * @param {import('./tests.js').TestFile} test
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome>}
 */
export function runFile({ file, tier }, env) {
  const plain = [process.execPath, '--import', 'tsx', file];
  const [program = '', ...rest] = tier === 'unit' ? plain : inNamespaces(plain);
  const limit = timeoutOf(file);
  const started = performance.now();
  return new Promise(resolve => {
    const child = spawn(program, rest, {
      cwd: root,
      env: { ...env, ...namespaceEnvironment() },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    /** @type {Buffer[]} */
    const chunks = [];
    /** @type {number | undefined} */
    let timedOut;
    const timer = setTimeout(() => {
      timedOut = limit;
      kill(child);
    }, limit);
    child.stdout.on('data', chunk => chunks.push(chunk));
    child.stderr.on('data', chunk => chunks.push(chunk));
    /** @param {number | null} code @param {NodeJS.Signals | null} signal @param {string} [trouble] */
    const end = (code, signal, trouble = '') => {
      clearTimeout(timer);
      running.delete(child);
      const output = `${Buffer.concat(chunks).toString('utf8')}${trouble}`;
      resolve({
        file,
        ...judge(output, code, signal, timedOut),
        milliseconds: Math.round(performance.now() - started),
        output,
      });
    };
    child.on('error', error => end(1, null, `${error.message}\n`));
    child.on('exit', () => {
      // What a test left running in its group may still hold the pipes open, and 'close' would never come.
      kill(child);
    });
    child.on('close', end);
  });
}
