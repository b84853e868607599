#!/usr/bin/env node
/**
 * Builds dist/: the launchers ctq.js and ctq-conntrack.js, which run the scripts of a program (program-HASH.cjs, conntrack-HASH.cjs; the
 * parts that not every run needs are in …-HASH-2.cjs to …-HASH-4.cjs) with V8's code cache (.cache files); make-cache.js (makes these); early-watch.js
 * (subscribes to events before a program is loaded); worker.js and reading-worker.js (the threads that receive events and read files);
 * index.mjs (the library) and its chunks; and types/.
 *
 *   node scripts/build.js [--no-types]
 *
 * Files are replaced one by one, by renaming, and only if they changed, so that a build never removes the files of a running ctq.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { bundle, executables } from './lib/bundle.js';
import { makeCache } from './lib/code-cache.js';
import { root, seconds } from './lib/project.js';

const dist = join(root, 'dist');

/** @param {string} path @param {Uint8Array} content */
function replace(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || !readFileSync(path).equals(content)) {
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, content);
    // Before it has its name: someone may be about to start it.
    if (executables.includes(path)) chmodSync(fresh, 0o755);
    renameSync(fresh, path);
  }
}

/**
 * Removes files of earlier builds from dist (except types, which tsc writes, and the caches that other versions of node made).
 * @param {Set<string>} files @param {string[]} scripts
 */
function removeStale(files, scripts) {
  /** @param {string} path */
  const isCache = path =>
    path.endsWith('.cache') && scripts.some(script => path.startsWith(script.replace(/cjs$/, '')));
  for (const folder of [dist, join(dist, 'chunks')]) {
    if (!existsSync(folder)) {
      continue;
    }
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isFile() && /\.([cm]?js(\.map)?|cache)$/.test(entry.name) && !files.has(path) && !isCache(path)) {
        rmSync(path, { force: true });
      }
    }
  }
}

/** @param {string} script its path */
const cacheOf = script => script.replace(/\.cjs$/, `.${process.version}-${process.arch}.cache`);

function emitTypes() {
  rmSync(join(dist, 'types'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    throw new Error('cannot make the type declarations');
  }
}

async function main() {
  const unknown = process.argv.slice(2).filter(argument => argument !== '--no-types');
  if (unknown.length > 0) {
    throw new Error(`unknown argument '${unknown[0]}' (the only option is --no-types)`);
  }
  const started = performance.now();
  const { files, scripts } = await bundle();
  for (const [path, content] of files) {
    replace(path, content);
  }
  removeStale(new Set(files.keys()), scripts);
  for (const script of scripts) {
    if (!existsSync(cacheOf(script)) && !makeCache(process.execPath, script, cacheOf(script))) {
      console.error('build: cannot make a code cache; ctq will start more slowly');
    }
  }
  if (!process.argv.includes('--no-types')) {
    emitTypes();
  }
  console.log(`build: ${relative(process.cwd(), dist) || '.'}, ${files.size} files, ${seconds(started)}`);
}

try {
  await main();
} catch (error) {
  // esbuild has printed its own messages already.
  if (!(error instanceof Error && 'errors' in error)) {
    console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.exitCode = 1;
}
