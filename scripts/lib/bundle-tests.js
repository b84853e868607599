/** Bundles the test files: one build of all is faster than compiling the sources for each of them. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { moduleBanner, root } from './project.js';

/** Files outside of src/ find fixtures and programs by their own location, so they keep it. */
const keepLocation = {
  name: 'keep-location',
  /** @param {import('esbuild').PluginBuild} builder */
  setup(builder) {
    builder.onLoad({ filter: /\/(test|scripts)\/.*\.[jt]s$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
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
      importer === namespace ? { path: 'fast-check', external: true } : { path: namespace, namespace },
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

/** The threads; the sources look for them next to their own chunk. */
const threads = [
  { in: join(root, 'src/engine/netlink/events/worker.ts'), out: 'worker' },
  { in: join(root, 'src/engine/sources/snapshot/divided/worker.ts'), out: 'reading-worker' },
];

/**
 * @param {readonly string[]} files paths from the project's folder
 * @returns {Promise<{ folder: string, scripts: Map<string, string> }>} the new folder that holds the scripts; file → script
 */
export async function bundleTests(files) {
  // Inside the project, so that packages are found.
  mkdirSync(join(root, 'build'), { recursive: true });
  const folder = mkdtempSync(join(root, 'build/tests-'));
  // All in one folder: the threads must be next to them, or next to the folder of the chunks.
  const entries = files.map(file => ({ in: join(root, file), out: file.replace(/\.ts$/, '').replaceAll('/', '-') }));
  await build({
    absWorkingDir: root,
    entryPoints: [...entries, ...threads],
    outdir: folder,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    banner: { js: moduleBanner },
    sourcemap: 'linked',
    plugins: [keepLocation, seededProperties],
    logLevel: 'warning',
  });
  return { folder, scripts: new Map(files.map((file, n) => [file, join(folder, `${entries[n].out}.js`)])) };
}
