/** Runs one bundled test file in a process of its own. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { inNamespaces, namespaceEnvironment } from './namespace.js';
import { root } from './project.js';
import { withSourcePlaces } from './source-places.js';

/**
 * @typedef {object} Outcome
 * @property {string} file
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} milliseconds
 * @property {number} processorSeconds of the file and of all programs that it started
 * @property {string} output what the file printed
 * @property {string} [reason] why the file failed, other than by its tests
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends all running tests, on Ctrl-C. */
export function killRunning() {
  for (const child of running) kill(child);
}

/** The child leads a process group; what left it dies with the process namespace. @param {import('node:child_process').ChildProcess} child */
function kill(child) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * uvu counts the tests of the suites that ran, and only those: a file passes when every suite ran and every test of it passed.
 * @param {import('./tests.js').TestFile} test
 * @param {string} output
 * @param {number | null} code
 * @param {string | null} signal
 * @param {boolean} timedOut
 */
function judge({ suites, timeout }, output, code, signal, timedOut) {
  const counts = /\n {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)\n/.exec(output);
  const [total, passed, skipped] = counts === null ? [0, 0, 0] : counts.slice(1).map(Number);
  // One line for each suite: its name, a mark for each test, and "(passed / total)".
  const ran = output.match(/\((\d+) \/ (\d+)\)\n/g)?.length ?? 0;
  const failed = total - passed;
  let reason;
  if (timedOut) {
    reason = `still running after ${timeout / 1000} s (a file may say "// timeout: SECONDS" in its first lines)`;
  } else if (signal !== null) {
    reason = `killed by ${signal}`;
  } else if (counts === null) {
    reason = `no test ran: a suite without .run(), or an error before the tests (exit code ${code})`;
  } else if (ran < suites) {
    reason = `${ran} of ${suites} suites ran: one is without .run()`;
  } else if (total + skipped === 0) {
    reason = 'no test ran: the suites are empty';
  } else if (code === 0 && failed > 0) {
    reason = 'some tests did not run: a hook before or after them threw, which uvu does not show';
  } else if (code !== 0 && failed === 0) {
    reason = `exit code ${code}, though every test passed`;
  }
  return { passed, failed: reason === undefined ? failed : Math.max(failed, 1), skipped, reason };
}

/**
 * Reports on descriptor 3 how much of the processors a command and what it started took. Signals and the exit code are the command's.
 * @param {readonly string[]} command
 */
const counted = command => ['sh', '-c', `"$@" 3>&-; code=$?; times >&3; exit $code`, 'sh', ...command];

/** The sum of what times of sh prints, such as `0m0.01s 0m0.00s`. @param {string} text */
const secondsOf = text =>
  [...text.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest),
    0,
  );

/**
 * @param {import('./tests.js').TestFile} test
 * @param {readonly string[]} command the command line that runs it
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome>}
 */
export function runFile(test, command, env) {
  const [program = '', ...rest] = counted(test.tier === 'unit' ? command : inNamespaces(command));
  const started = performance.now();
  return new Promise(resolve => {
    const child = spawn(program, rest, {
      cwd: root,
      env: { ...env, ...namespaceEnvironment() },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    running.add(child);
    /** @type {Buffer[]} */
    const chunks = [];
    let times = '';
    child.stdio[3]?.on('data', data => {
      times += String(data);
    });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      kill(child);
    }, test.timeout);
    child.stdout?.on('data', chunk => chunks.push(chunk));
    child.stderr?.on('data', chunk => chunks.push(chunk));
    /** @param {number | null} code @param {NodeJS.Signals | null} signal @param {string} [trouble] */
    const end = (code, signal, trouble = '') => {
      clearTimeout(timer);
      running.delete(child);
      const text = `${Buffer.concat(chunks).toString('utf8')}${trouble}`;
      const milliseconds = Math.round(performance.now() - started);
      const verdict = judge(test, text, code, signal, timedOut);
      const output = verdict.failed > 0 ? withSourcePlaces(text) : text;
      resolve({ file: test.file, ...verdict, milliseconds, processorSeconds: secondsOf(times), output });
    };
    child.on('error', error => end(1, null, `${error.message}\n`));
    // What a test left running in its group may still hold the pipes open, and 'close' would never come.
    child.on('exit', () => kill(child));
    child.on('close', end);
  });
}
