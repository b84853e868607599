#!/usr/bin/env node
/**
 * Builds what is shipped: dist/ctq.js and dist/ctq-conntrack.js (the programs), dist/index.js (for programs that import ctq), dist/worker.js (the
 * receiving thread), the chunks they share, and dist/types.
 *
 *   node scripts/build.js [--no-types]
 *
 * Files are replaced one by one, by renaming, and only where they changed, so that a build never pulls a running ctq's
 * files away under it.
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
import { build } from 'esbuild';
import { root, seconds } from './lib/project.js';

const dist = join(root, 'dist');
const executables = [join(dist, 'ctq.js'), join(dist, 'ctq-conntrack.js')];

/** What is bundled: name in dist/ ← source. */
const entries = {
  ctq: 'src/shell/main.ts',
  'ctq-conntrack': 'src/shell/conntrack8/main.ts',
  index: 'src/index.ts',
  worker: 'src/engine/source/worker.ts',
};

/** CommonJS dependencies call `require`, which an ES module does not have. */
const banner = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
].join('\n');

/** @returns {Promise<Map<string, Uint8Array>>} absolute path → content */
async function bundle() {
  for (const [out, source] of Object.entries(entries)) {
    if (!existsSync(join(root, source))) {
      throw new Error(`${source} is missing, of which dist/${out}.js is made`);
    }
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, source]) => ({ out, in: source })),
    outdir: 'dist',
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Names and lines stay as written, so that a stack trace in a bug report can be read.
    minifySyntax: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    external: ['koffi'],
    banner: { js: banner },
    define: { __CTQ_VERSION__: JSON.stringify(version), __BUNDLED__: 'true' },
    write: false,
    logLevel: 'warning',
  });
  return new Map(result.outputFiles.map(file => [file.path, file.contents]));
}

/**
 * Makes the programs files that the system can execute. The line is put in front here, as a banner would stand in every chunk
 * too; its source map moves down by the same line.
 * @param {Map<string, Uint8Array>} files
 */
function addInterpreterLines(files) {
  for (const executable of executables) {
    const text = Buffer.from(files.get(executable) ?? '').toString('utf8');
    if (text.startsWith('#!')) {
      continue;
    }
    files.set(executable, Buffer.from(`#!/usr/bin/env node\n${text}`));
    const map = files.get(`${executable}.map`);
    if (map !== undefined) {
      const parsed = JSON.parse(Buffer.from(map).toString('utf8'));
      parsed.mappings = `;${parsed.mappings}`;
      files.set(`${executable}.map`, Buffer.from(JSON.stringify(parsed)));
    }
  }
}

/** @param {string} path @param {Uint8Array} content */
function replace(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || !readFileSync(path).equals(content)) {
    const fresh = `${path}.${process.pid}`;
    writeFileSync(fresh, content);
    renameSync(fresh, path);
  }
}

/** Removes what earlier builds left in dist (the types are tsc's). @param {Map<string, Uint8Array>} files */
function removeStale(files) {
  for (const folder of [dist, join(dist, 'chunks')]) {
    if (!existsSync(folder)) {
      continue;
    }
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isFile() && /\.js(\.map)?$/.test(entry.name) && !files.has(path)) {
        rmSync(path, { force: true });
      }
    }
  }
}

function emitTypes() {
  rmSync(join(dist, 'types'), { recursive: true, force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    throw new Error('the type declarations could not be made');
  }
}

async function main() {
  const unknown = process.argv.slice(2).filter(argument => argument !== '--no-types');
  if (unknown.length > 0) {
    throw new Error(`unknown argument ${unknown[0]} (there is only --no-types)`);
  }
  const started = performance.now();
  const files = await bundle();
  addInterpreterLines(files);
  for (const [path, content] of files) {
    replace(path, content);
  }
  removeStale(files);
  for (const executable of executables) {
    chmodSync(executable, 0o755);
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
