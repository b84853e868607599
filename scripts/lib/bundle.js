import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './project.js';

/** The launchers: name in dist/ ← source. They run the program. */
const launchers = { ctq: 'src/shell/cli/main.ts', 'ctq-conntrack': 'src/shell/conntrack8/main.ts' };

/** The receiving thread. It and the launchers are CommonJS, each in one file: node starts that some milliseconds sooner. */
const thread = { worker: 'src/engine/netlink/events/worker.ts' };

/** The entry for programs that import ctq. */
const modules = { index: 'src/index.ts' };

const program = 'src/shell/cli/program.ts';

/** The files that are executed. */
export const executables = Object.keys(launchers).map(name => join(root, 'dist', `${name}.js`));

/** CommonJS dependencies call `require`, which an ES module does not have. */
const moduleBanner = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
].join('\n');

/** The program is a function that is called as node calls CommonJS modules. */
const programBanner = [
  '(function (exports, require, module, __filename, __dirname) {',
  `const __self = { get url() { return require('node:url').pathToFileURL(__filename).href; } };`,
  // The global `performance` loads more of node than the time is worth.
  'const __now = () => Number(process.hrtime.bigint()) / 1e6;',
  'const __late = name => new Proxy({}, { get: (_, key) => require(name)[key] });',
].join(' ');

/** What of node most statements have no use for. Loading all of it takes longer than parsing a statement does. */
const late = ['child_process', 'crypto', 'dns/promises', 'fs/promises', 'module', 'readline', 'worker_threads', 'zlib'];

/**
 * Has those modules loaded when something of them is first used, not where they are imported.
 * @param {Uint8Array} code as esbuild writes it
 */
function loadLate(code) {
  const required = new RegExp(`= require\\("node:(${late.join('|')})"\\)`, 'g');
  return Buffer.from(Buffer.from(code).toString('latin1').replace(required, '= __late("node:$1")'), 'latin1');
}

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
    external: ['koffi'],
    define: { __CTQ_VERSION__: JSON.stringify(version) },
    write: false,
    logLevel: 'warning',
  };
}

/**
 * Bundles all that is shipped.
 * @returns {Promise<{ files: Map<string, Uint8Array>, program: string }>} absolute path → content; the path of the program's file
 */
export async function bundle() {
  for (const source of [...Object.values({ ...launchers, ...thread, ...modules }), program]) {
    if (!existsSync(join(root, source))) throw new Error(`${source} is missing, of which dist/ is made`);
  }
  const whole = await bundleProgram();
  const name = `program-${createHash('sha256').update(whole.code).digest('hex').slice(0, 12)}`;
  const options = common();
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
      entryPoints: Object.entries({ ...launchers, ...thread }).map(([out, source]) => ({ out, in: source })),
      format: 'cjs',
      define: { ...options.define, __CTQ_PROGRAM__: JSON.stringify(name), 'import.meta.url': '__filename' },
    }),
  ]);
  const path = join(root, 'dist', `${name}.cjs`);
  /** @type {[string, Uint8Array][]} */
  const modulesAndLaunchers = files.flatMap(({ outputFiles }) =>
    outputFiles.map(file => /** @type {[string, Uint8Array]} */ ([file.path, file.contents])),
  );
  return {
    files: new Map([
      ...modulesAndLaunchers,
      [path, Buffer.concat([whole.code, Buffer.from(`//# sourceMappingURL=${name}.cjs.map\n`)])],
      [`${path}.map`, whole.map],
      [join(root, 'dist/package.json'), Buffer.from('{ "type": "commonjs" }\n')],
    ]),
    program: path,
  };
}

/** The program as one script, for which V8 can keep what it compiled. */
async function bundleProgram() {
  const options = common();
  const { outputFiles } = await build({
    ...options,
    entryPoints: { program },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    sourcemap: 'external',
    // A dynamic import within a script would go through node's loader.
    supported: { 'dynamic-import': false },
    banner: { js: programBanner },
    footer: { js: '})' },
    define: {
      ...options.define,
      'import.meta.url': '__self.url',
      'import.meta.resolve': 'undefined',
      'performance.now': '__now',
    },
  });
  const [map, code] = ['.map', '.cjs'].map(
    end => outputFiles.find(({ path }) => path.endsWith(end))?.contents ?? new Uint8Array(),
  );
  return { map, code: loadLate(code) };
}
