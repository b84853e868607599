/**
 * Start times on each version of node, next to those of `node -e 0`: node scripts/bench/starts.js [COMMAND…]
 * Without a command: `count conntrack` of the built ctq, in a network namespace of its own; and that of the single executable in packages/,
 * if there is one, next to `node dist/ctq.js`. Requires root. The times are the least of all runs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { NODE_VERSIONS, nodeOf } from '../lib/nodes.js';
import { root } from '../lib/project.js';

const RUNS = 40;
const STATEMENT = 'count conntrack';
const PROGRAM = join(root, 'dist/ctq.js');
/** The launcher keeps from node what would slow it down, such as NODE_EXTRA_CA_CERTS. */
const { PATH, HOME } = process.env;
const command = process.argv.length > 2 ? process.argv.slice(2) : [PROGRAM, STATEMENT];

/** @param {readonly string[]} argv @returns {number} ms */
function once(argv) {
  const started = performance.now();
  const { status, stderr } = spawnSync('unshare', ['--net', ...argv], { encoding: 'utf8', env: { PATH, HOME } });
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return performance.now() - started;
}

/**
 * In turns, so that another load of the machine affects both. The first run of a version keeps what V8 compiled.
 * @param {string} name @param {readonly string[]} base @param {readonly string[]} other
 */
function compare(name, base, other) {
  once(other);
  let [a, b] = [Infinity, Infinity];
  for (let run = 0; run < RUNS; run++) {
    a = Math.min(a, once(base));
    b = Math.min(b, once(other));
  }
  console.log(
    `${name.padEnd(18)} ${a.toFixed(1).padStart(6)} ms ${b.toFixed(1).padStart(6)} ms  ${(b / a).toFixed(2)}`,
  );
}

console.log('node               node -e 0       ctq  ratio');
for (const version of NODE_VERSIONS) compare(version, [nodeOf(version), '-e', '0'], [nodeOf(version), ...command]);

const packages = join(root, 'packages');
const single = existsSync(packages)
  ? readdirSync(packages).find(name => name.endsWith(`-linux-${process.arch}`))
  : undefined;
if (single !== undefined && process.argv.length <= 2) {
  console.log(`\n${process.version.padEnd(18)} dist/ctq.js  executable  ratio`);
  compare(single, [process.execPath, PROGRAM, STATEMENT], [join(packages, single), STATEMENT]);
}
