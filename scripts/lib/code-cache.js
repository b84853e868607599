/** V8's code cache of a program, for a fast start. */
import { spawnSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.js';

/**
 * Makes it with a node, which alone can read it. In a network namespace of its own, queries of the tables are compiled too; if none
 * can be created, the cache is less complete. Without a cache the program starts more slowly.
 * @param {string} node @param {string} program its path @param {string} cache path of the file to make
 * @returns {boolean} whether it was made
 */
export function makeCache(node, program, cache) {
  const make = [node, join(root, 'scripts/lib/make-cache.js'), program, cache];
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

/** @param {string} path */
function readlinkIfAny(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
