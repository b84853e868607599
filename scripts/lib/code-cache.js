/** V8's code caches of the scripts of a program, for a fast start. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.js';

const MAKE = join(root, 'dist/make-cache.js');

/**
 * Makes it with a node, which alone can read it. In a network namespace of its own, queries of the tables are compiled too; if none
 * can be created, the cache is less complete. Without a cache the program starts more slowly.
 * @param {string} node @param {string} script its path @param {string} cache path of the file to make
 * @returns {boolean} whether it was made
 */
export function makeCache(node, script, cache) {
  const make = [node, MAKE, script, cache];
  const outer = readlinkIfAny('/proc/self/ns/net');
  const tries = [
    ['unshare', '--user', '--map-root-user', '--net', ...make, outer],
    ['unshare', '--net', ...make, outer],
    make,
  ];
  return tries.some(([command, ...args]) => {
    const { status } = spawnSync(command, args, { stdio: 'ignore', timeout: 60_000 });
    return status === 0 && existsSync(cache);
  });
}

/** With these, V8 writes the functions that it compiled in the same order in every run. */
const REPRODUCIBLE = [
  '--single-threaded',
  '--hash-seed=1',
  '--no-flush-bytecode',
  '--no-opt',
  '--no-sparkplug',
  '--no-maglev',
];

/** On a busy machine a run may compile a function more: what has come this often is taken. */
const SAME = 3;

/** Where the header of a cache has the hash of V8's flags (V8, src/snapshot/code-serializer.h). */
const FLAGS_AT = 12;

/** Prints the hash of V8's flags in a cache; or of a script and a cache, whether V8 rejects it. */
const PRINT_FLAGS = `process.stdout.write(new (require('vm').Script)('1').createCachedData().subarray(${FLAGS_AT}, ${FLAGS_AT + 4}))`;
const PRINT_REJECTED = `
  const { readFileSync } = require('fs');
  const [script, cache] = process.argv.slice(1);
  const options = { filename: script, cachedData: readFileSync(cache) };
  console.log(new (require('vm').Script)(readFileSync(script, 'latin1'), options).cachedDataRejected)`;

/**
 * A cache that is the same whenever it is made: of what reads and checks statements, not of what waits for the kernel. The flags for that
 * have no influence on the code, but V8 accepts only its own: the cache gets the hash of those that a program is started with.
 * @param {string} node @param {string} script its path @param {string} path of the file to make, without what a file has besides the cache
 * @throws {Error} where V8 does not accept it
 */
export function makeReproducibleCache(node, script, path) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  let data = Buffer.alloc(0);
  for (let text = ''; (counts.get(text) ?? 0) < SAME; ) {
    execFileSync(node, [...REPRODUCIBLE, MAKE, script, path, 'check'], { stdio: 'ignore' });
    const file = readFileSync(path);
    // A file has it twice, and its length at the end.
    data = file.subarray(0, file.readUInt32LE(file.length - 4));
    text = data.toString('latin1');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  execFileSync(node, ['-e', PRINT_FLAGS]).copy(data, FLAGS_AT);
  writeFileSync(path, data);
  const rejected = execFileSync(node, ['-e', PRINT_REJECTED, script, path], { encoding: 'utf8' }).trim();
  if (rejected !== 'false') throw new Error(`node ${node} rejects the code cache`);
}

/** @param {string} path */
function readlinkIfAny(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
