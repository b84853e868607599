#!/usr/bin/env node
/**
 * Compares the speed of ctq and conntrack(8), in namespaces of its own: `npm run bench`. See docs/performance.md for what is measured and how.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { raiseLimits } from './bench/limits.js';
import { inNamespaces, namespaceEnvironment, whyNoNamespaces } from './lib/namespace.js';
import { root } from './lib/project.js';

const usage = `Usage: npm run bench [-- OPTION…]

  --flows N       fill the table with N flows (250000); the machine's limits are raised for it and put back
  --runs N        measure each task N times, ctq, conntrack(8) and the bound in turn (5)
  --only TASK,…   these tasks only; 'npm run bench -- --list' shows their names
  --list          show the tasks and end
  --json          the figures as JSON on standard output
  --markdown      … as the tables of docs/performance.md
  --chart         time and memory over 10,000 … 1,000,000 flows (2,000,000 with --flows 2000000), to docs/performance.svg
  --no-build      measure dist/ as it is
  --help
`;

/** Number of new flows in the task that counts events, whatever the size of the table. */
const EVENT_FLOWS = 150_000;
const CHART_FLOWS = 1_000_000;

function parse() {
  const { values } = parseArgs({
    options: {
      flows: { type: 'string' },
      runs: { type: 'string' },
      only: { type: 'string' },
      list: { type: 'boolean' },
      json: { type: 'boolean' },
      markdown: { type: 'boolean' },
      chart: { type: 'boolean' },
      'no-build': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  /** @param {'flows' | 'runs'} name @param {number} otherwise */
  const count = (name, otherwise) => {
    const n = Number(values[name] ?? otherwise);
    if (!Number.isInteger(n) || n < 1) {
      throw new Error(`--${name} requires an integer, got '${values[name]}'`);
    }
    return n;
  };
  return {
    ...values,
    flows: count('flows', values.chart ? CHART_FLOWS : 250_000),
    runs: count('runs', values.chart ? 3 : 5),
  };
}

function assertTools() {
  const obstacle = whyNoNamespaces() ?? (existsSync('/usr/bin/time') ? undefined : '/usr/bin/time is missing');
  if (obstacle !== undefined) {
    throw new Error(`${obstacle}\n(scripts/setup.sh installs what is needed)`);
  }
}

/** @param {ReturnType<typeof parse>} options @returns {Promise<number>} exit code */
function measure(options) {
  const [program = '', ...rest] = inNamespaces([
    ...[process.execPath, '--import', 'tsx', join(root, 'test/bench/bench.ts')],
    JSON.stringify(options),
  ]);
  const child = spawn(program, rest, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...namespaceEnvironment(), CTQ_BENCH: '1' },
  });
  // When the first process of the namespaces ends, all others in them end.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill('SIGKILL'));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve(code ?? 130));
  });
}

async function main() {
  const options = parse();
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  if (options.list) {
    const { status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(root, 'test/bench/bench.ts'), JSON.stringify(options)],
      { cwd: root, stdio: 'inherit' },
    );
    process.exitCode = status ?? 1;
    return;
  }
  assertTools();
  if (!options['no-build']) {
    const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.js'), '--no-types'], {
      stdio: ['ignore', 2, 2],
    });
    if (status !== 0) {
      throw new Error('the build failed; nothing was measured');
    }
  }
  const limits = raiseLimits(Math.max(options.flows, EVENT_FLOWS));
  // However this process ends, except by SIGKILL.
  process.on('exit', limits.putBack);
  for (const line of limits.changes) {
    console.error(`bench: ${line}`);
  }
  process.exitCode = await measure(options);
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
