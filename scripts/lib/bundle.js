import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleProgram } from './bundle-program.js';
import { moduleBanner, root } from './project.js';

/** The launchers: name in dist/ ← source. They run the program. */
const launchers = { ctq: 'src/shell/cli/start/main.ts', 'ctq-conntrack': 'src/shell/cli/start/conntrack.ts' };

/**
 * The threads that receive events and read files, what subscribes to events before a program is loaded, and what keeps the code that V8
 * compiles. They and the launchers are CommonJS, each in one file: node starts that some milliseconds sooner.
 */
const parts = {
  worker: 'src/engine/netlink/events/worker.ts',
  'reading-worker': 'src/engine/sources/snapshot/divided/worker.ts',
  'early-watch': 'src/shell/cli/start/early-watch.ts',
  'make-cache': 'src/shell/cli/start/code/make-cache.ts',
};

/** The entry for programs that import ctq. */
const modules = { index: 'src/index.ts' };

/** The programs: the beginning of a name in dist/ ← source. */
const programs = { program: 'src/shell/cli/start/program.ts', conntrack: 'src/shell/cli/start/conntrack-program.ts' };

/** What the system and the shell read of a launcher, in front of what node reads. */
const launcherStart = 'src/shell/cli/start/launcher.sh';

/** What a node that compiles nothing needs of address space, in KiB. */
const LEAST_MEMORY = 250_000;

/** Packages that are not bundled. */
const EXTERNAL = [
  'koffi',
  '@clickhouse/client',
  '@duckdb/node-api',
  '@duckdb/node-bindings',
  '@nats-io/transport-node',
  // cli-table3's optional colours are not used: they depend on the environment, not on --color.
  '@colors/colors/safe',
];

/** The files that are executed. */
export const executables = Object.keys(launchers).map(name => join(root, 'dist', `${name}.js`));

/** @returns {import('esbuild').BuildOptions & { write: false }} */
function common() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    // Names stay as written, so that a stack trace in a bug report can be read.
    minifySyntax: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    external: EXTERNAL,
    define: { __CTQ_VERSION__: JSON.stringify(version) },
    write: false,
    logLevel: 'warning',
  };
}

/**
 * Bundles all that is shipped.
 * @returns {Promise<{ files: Map<string, Uint8Array>, scripts: string[] }>} absolute path → content; the paths of the programs' scripts
 */
export async function bundle() {
  for (const source of Object.values({ ...launchers, ...parts, ...modules, ...programs })) {
    if (!existsSync(join(root, source))) throw new Error(`${source} is missing, of which dist/ is made`);
  }
  const options = common();
  const [program, conntrack] = await Promise.all([
    bundleProgram('program', programs.program, options),
    bundleProgram('conntrack', programs.conntrack, options),
  ]);
  const files = await Promise.all([
    build({
      ...options,
      entryPoints: Object.entries(modules).map(([out, source]) => ({ out, in: source })),
      outExtension: { '.js': '.mjs' },
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      format: 'esm',
      banner: { js: moduleBanner },
    }),
    build({
      ...options,
      entryPoints: Object.entries({ ...launchers, ...parts }).map(([out, source]) => ({ out, in: source })),
      format: 'cjs',
      external: [...EXTERNAL, './early-watch.js'],
      define: {
        ...options.define,
        __CTQ_PROGRAM__: JSON.stringify(program.name),
        __CTQ_CONNTRACK__: JSON.stringify(conntrack.name),
        'import.meta.url': '__filename',
      },
    }),
  ]);
  /** @type {Map<string, Uint8Array>} */
  const all = new Map(files.flatMap(built => (built.outputFiles ?? []).map(({ path, contents }) => [path, contents])));
  for (const executable of executables) addLauncherStart(all, executable);
  const scripts = [...program.scripts, ...conntrack.scripts];
  for (const { path, code, map } of scripts) all.set(path, code).set(`${path}.map`, map);
  all.set(join(root, 'dist/package.json'), Buffer.from('{ "type": "commonjs" }\n'));
  return { files: all, scripts: scripts.map(({ path }) => path) };
}

/** The launcher of the single executable. @returns {Promise<Uint8Array>} */
export async function bundleSingle() {
  const options = common();
  const { outputFiles } = await build({
    ...options,
    entryPoints: { single: 'src/shell/cli/start/single.ts' },
    format: 'cjs',
    sourcemap: false,
    external: ['./early-watch.js'],
    define: {
      ...options.define,
      __CTQ_PROGRAM__: JSON.stringify('inside'),
      __CTQ_CONNTRACK__: JSON.stringify('inside'),
      'import.meta.url': '__filename',
    },
  });
  return outputFiles[0].contents;
}

/** What connects to a NATS server, as a script that is called as the programs are. @returns {Promise<Uint8Array>} */
export async function bundleNats() {
  const { outputFiles } = await build({
    ...common(),
    stdin: { contents: "module.exports = require('@nats-io/transport-node');", resolveDir: root },
    format: 'cjs',
    sourcemap: false,
    external: [],
    banner: { js: '(function (exports, require, module) {' },
    footer: { js: '})' },
  });
  return outputFiles[0].contents;
}

/**
 * Makes a launcher a file that the system can execute. Its source map moves down by as many lines.
 * @param {Map<string, Uint8Array>} files @param {string} launcher
 */
function addLauncherStart(files, launcher) {
  const start = readFileSync(join(root, launcherStart), 'utf8')
    .replaceAll('@NODE@', process.execPath.replaceAll("'", `'\\''`))
    .replaceAll('@LEAST_MEMORY@', String(LEAST_MEMORY));
  files.set(launcher, Buffer.concat([Buffer.from(start), Buffer.from(files.get(launcher) ?? '')]));
  const map = JSON.parse(Buffer.from(files.get(`${launcher}.map`) ?? '{}').toString('utf8'));
  map.mappings = `${';'.repeat(start.split('\n').length - 1)}${map.mappings}`;
  files.set(`${launcher}.map`, Buffer.from(JSON.stringify(map)));
}
