/**
 * Start times on each version of node, beside those of `node -e 0`: node scripts/bench/starts.js [COMMAND…]
 * Without a command: `count conntrack` of the built ctq, in a network namespace of its own. Requires root.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { NODE_VERSIONS, nodeOf } from '../lib/nodes.js';
import { root } from '../lib/project.js';

const RUNS = 31;
const command = process.argv.length > 2 ? process.argv.slice(2) : [join(root, 'dist/ctq.js'), 'count conntrack'];

/** @param {string} program @param {string[]} args @returns {number} ms */
function once(program, args) {
  const started = performance.now();
  const { status, stderr } = spawnSync('unshare', ['--net', program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return performance.now() - started;
}

/** @param {number[]} times */
const median = times => times.sort((a, b) => a - b)[times.length >> 1];

console.log('node       node -e 0    ctq    ratio');
for (const version of NODE_VERSIONS) {
  const node = nodeOf(version);
  // The first run of a version keeps what V8 compiled.
  once(node, command);
  /** @type {number[]} */ const bare = [];
  /** @type {number[]} */ const ctq = [];
  // By turns, so that another load of the machine meets both.
  for (let run = 0; run < RUNS; run++) {
    bare.push(once(node, ['-e', '0']));
    ctq.push(once(node, command));
  }
  const [a, b] = [median(bare), median(ctq)];
  console.log(
    `${version.padEnd(9)} ${a.toFixed(0).padStart(7)} ms ${b.toFixed(0).padStart(5)} ms  ${(b / a).toFixed(2)}`,
  );
}
