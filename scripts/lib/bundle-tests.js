/**
 * Bundles the test files: one script of all, of which V8 keeps what it compiled, starts sooner than the sources, and than modules of a
 * file each.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { moduleBanner, root } from './project.js';

/** Packages that many tests use; of hundreds of files, some of them. The others are loaded from node_modules when they are used. */
const BUNDLED = /^(chevrotain|cli-table3|csv-parse|fast-check|fast-xml-parser|get-east-asian-width|uvu)(\/|$)/;

/** @type {import('esbuild').Plugin} */
const packages = {
  name: 'packages',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      const isOurs = !importer.includes('/node_modules/');
      return (isOurs && !BUNDLED.test(path)) || path === '@colors/colors/safe' ? { path, external: true } : undefined;
    });
  },
};

/** Programs that tests start: test/kit/start-program.ts. */
const PROGRAMS = [
  ...readdirSync(join(root, 'test/kit/programs')).filter(name => name.endsWith('.ts')),
  '../../bench/churn-flows.ts',
  '../../bench/fleet/members.ts',
  '../../bench/history/recorder.ts',
].map(name => join('test/kit/programs', name));

/** Runs what most tests use, so that the code cache holds it. */
const WARM_UP = 'test/kit/warm-up.ts';

/** Files outside of src/ find fixtures and programs by their own location, so they keep it. */
const keepLocation = {
  name: 'keep-location',
  /** @param {import('esbuild').PluginBuild} builder */
  setup(builder) {
    builder.onLoad({ filter: /\/(test|scripts)\/.*\.[jt]s$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll(/(?<!['"])\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(path).href))
        .replaceAll(/(?<!['"])\bimport\.meta\.dirname\b/g, JSON.stringify(dirname(path))),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }));
  },
};

/** Properties try the same cases in every run, unless a seed is given: what fails here fails again. */
const seededProperties = {
  name: 'seeded-properties',
  /** @param {import('esbuild').PluginBuild} builder */
  setup(builder) {
    const namespace = 'seeded-properties';
    builder.onResolve({ filter: /^fast-check$/ }, ({ importer }) =>
      importer === namespace ? undefined : { path: namespace, namespace },
    );
    builder.onLoad({ filter: /./, namespace }, () => ({
      contents: `
        import fc from 'fast-check';
        fc.configureGlobal({ seed: Number(process.env.CTQ_TEST_SEED ?? 1) });
        export * from 'fast-check';
        export default fc;`,
      resolveDir: root,
    }));
  },
};

/** The threads; the sources look for them next to their own script. */
const threads = [
  { in: join(root, 'src/engine/netlink/events/worker.ts'), out: 'worker' },
  { in: join(root, 'src/engine/sources/snapshot/divided/worker.ts'), out: 'reading-worker' },
];

/** As node calls CommonJS modules. Modules are strict. */
const banner = [
  `(function (exports, require, module, __filename, __dirname) { 'use strict';`,
  `const __self = require('node:url').pathToFileURL(__filename).href;`,
].join(' ');

/** The names by which scripts/lib/start-test.js finds what it starts. @param {readonly string[]} files */
const index = files =>
  `export const files = {${files.map(file => `${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)})`).join(',\n')}};`;

/**
 * @param {readonly string[]} files paths from the project's folder
 * @returns {Promise<{ folder: string, commands: Map<string, string[]> }>} the new folder that holds the script; file → command line
 */
export async function bundleTests(files) {
  // Inside the project, so that packages are found.
  mkdirSync(join(root, 'build'), { recursive: true });
  const folder = mkdtempSync(join(root, 'build/tests-'));
  try {
    await bundleInto(folder, files);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  const start = [process.execPath, join(folder, 'start.cjs')];
  return { folder, commands: new Map(files.map(file => [file, [...start, file]])) };
}

/** @param {string} folder @param {readonly string[]} files */
async function bundleInto(folder, files) {
  /** @type {import('esbuild').BuildOptions} */
  const common = { absWorkingDir: root, outdir: folder, bundle: true, platform: 'node', target: 'node20' };
  await Promise.all([
    build({
      ...common,
      stdin: { contents: index([...files, ...PROGRAMS, WARM_UP]), resolveDir: root, sourcefile: 'index.js' },
      entryNames: 'tests',
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      // A dynamic import within a script would go through node's loader.
      supported: { 'dynamic-import': false },
      banner: { js: banner },
      footer: { js: '})' },
      define: { 'import.meta.url': '__self', 'import.meta.resolve': 'undefined' },
      sourcemap: 'linked',
      sourcesContent: false,
      plugins: [keepLocation, seededProperties, packages],
      logLevel: 'warning',
    }),
    build({
      ...common,
      entryPoints: { start: join(root, 'scripts/lib/start-test.js') },
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
    }),
    build({ ...common, entryPoints: threads, format: 'esm', packages: 'external', banner: { js: moduleBanner } }),
  ]);
  const makeCache = [join(folder, 'start.cjs'), '--make-cache', WARM_UP];
  const { status, stderr } = spawnSync(process.execPath, makeCache, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cannot make the code cache of the tests: ${stderr}`);
}
