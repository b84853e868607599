/**
 * A program in two files: what most command lines need, and the rest, which is read when something of it is first used. A start takes as
 * long as the first file is large: reading a megabyte of code, and of what V8 compiled of it, takes 2 to 15 ms.
 *
 * esbuild splits the program where modules are imported late. Its pieces are put together again to two scripts, which refer to each other's
 * pieces by `require`: src/shell/cli/start/scripts.ts connects them.
 */
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './project.js';

const DIST = join(root, 'dist');

/**
 * Modules that are in the second file, with what only they need: where they are imported late, and by what their path begins with.
 * What reads, changes and prints the kernel's tables, and what reads files, is in the first.
 */
const SECOND = [
  'node_modules/',
  'src/engine/agent/',
  'src/engine/formats/chart/',
  'src/engine/formats/nagios/',
  'src/engine/formats/openmetrics/',
  'src/engine/formats/xml/reader.ts',
  'src/engine/query/exec/fleet/',
  'src/engine/query/exec/history/',
  'src/engine/sources/fleet/',
  'src/engine/sources/history/',
  'src/engine/sources/namespaces/',
  'src/engine/sources/remote/',
  'src/lang/syntax/parse.ts',
  'src/shell/agent/',
  'src/shell/cli/completion.ts',
  'src/shell/cli/nkey.ts',
  'src/shell/conntrack8/restore/',
  'src/shell/conntrack8/run.ts',
  'src/shell/conntrack8/statement/',
  'src/shell/display/chart/',
  'src/shell/display/framed.ts',
  'src/shell/interactive/completion/',
  'src/shell/interactive/statement-runner.ts',
  'src/shell/statements/explain.ts',
  'src/shell/statements/help.ts',
  'src/shell/statements/report.ts',
  'src/shell/top/',
];

/** How the scripts name a piece of the other one. */
const FIRST_PIECE = 'first:';
const SECOND_PIECE = 'second:';

/** What of node most statements have no use for. Loading all of it takes longer than parsing a statement does. */
const late = [
  'child_process',
  'crypto',
  'dns/promises',
  'fs/promises',
  'module',
  'readline',
  'v8',
  'worker_threads',
  'zlib',
];

/** A program is a function that is called as node calls CommonJS modules. */
const banner = [
  '(function (exports, require, module, __filename, __dirname) {',
  `const __self = { get url() { return require('node:url').pathToFileURL(__filename).href; } };`,
  // The global `performance` loads more of node than the time is worth.
  'const __now = () => Number(process.hrtime.bigint()) / 1e6;',
  'const __late = name => new Proxy({}, { get: (_, key) => require(name)[key] });',
].join(' ');

/**
 * @typedef {{ path: string, code: Uint8Array, map: Uint8Array }} Script a file of dist/, and its source map
 * @param {string} begin of its name @param {string} source
 * @param {import('esbuild').BuildOptions} common
 * @returns {Promise<{ name: string, scripts: [Script, Script] }>}
 */
export async function bundleProgram(begin, source, common) {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: { entry: source },
    chunkNames: '[hash]',
    format: 'esm',
    splitting: true,
    metafile: true,
    sourcemap: 'inline',
    define: {
      ...common.define,
      'import.meta.url': '__self.url',
      'import.meta.resolve': 'undefined',
      'performance.now': '__now',
    },
    write: false,
  });
  /** @type {Map<string, string>} name of a piece → its code */
  const pieces = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [
      basename(path),
      output.imports.filter(({ external }) => !external).map(each => ({ ...each, path: basename(each.path) })),
    ]),
  );
  const entries = new Map(
    Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [basename(path), entryPoint]),
  );
  const isSecond = (/** @type {string} */ piece) => SECOND.some(begin => entries.get(piece)?.startsWith(begin));

  /** @type {Set<string>} */
  const first = new Set();
  const add = (/** @type {string} */ piece) => {
    if (first.has(piece)) return;
    first.add(piece);
    for (const { path, kind } of imports.get(piece) ?? [])
      if (kind === 'import-statement' || !isSecond(path)) add(path);
  };
  add('entry.js');

  /** What one script's pieces import of the other. @param {(piece: string) => boolean} of */
  const importedFromOutside = of => {
    const here = [...pieces.keys()].filter(of);
    return new Set(here.flatMap(piece => (imports.get(piece) ?? []).map(({ path }) => path)).filter(path => !of(path)));
  };
  const isFirst = (/** @type {string} */ piece) => first.has(piece);
  const needed = {
    first: importedFromOutside(piece => !isFirst(piece)),
    second: importedFromOutside(isFirst),
  };
  const scripts = await Promise.all([
    joinPieces(common, pieces, isFirst, SECOND_PIECE, needed.first, `export * from './entry.js';`),
    joinPieces(common, pieces, piece => !isFirst(piece), FIRST_PIECE, needed.second, ''),
  ]);
  const hash = createHash('sha256');
  for (const { code } of scripts) hash.update(code);
  const name = `${begin}-${hash.digest('hex').slice(0, 12)}`;
  const [one, two] = scripts;
  const named = (/** @type {string} */ file, /** @type {typeof one} */ { code, map }) => ({
    path: join(DIST, file),
    code: Buffer.concat([code, Buffer.from(`//# sourceMappingURL=${file}.map\n`)]),
    map,
  });
  return { name, scripts: [named(`${name}.cjs`, one), named(`${name}-2.cjs`, two)] };
}

/**
 * One script of some pieces.
 * @param {import('esbuild').BuildOptions} common @param {Map<string, string>} pieces
 * @param {(piece: string) => boolean} isHere @param {string} other how it names pieces of the other script
 * @param {Iterable<string>} needed what the other script imports of these @param {string} exported
 */
async function joinPieces(common, pieces, isHere, other, needed, exported) {
  const modules = Array.from(needed, piece => `${JSON.stringify(piece)}: () => require('./${piece}')`).sort();
  const { outputFiles } = await build({
    ...common,
    stdin: { contents: `${exported}\nexport const pieces = {${modules.join(',\n')}};`, resolveDir: DIST },
    outfile: 'dist/script.cjs',
    outdir: undefined,
    format: 'cjs',
    sourcemap: 'external',
    // A dynamic import within a script would go through node's loader.
    supported: { 'dynamic-import': false },
    banner: { js: banner },
    footer: { js: '})' },
    plugins: [
      {
        name: 'pieces',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\/\w+\.js$/ }, ({ path }) => {
            const piece = basename(path);
            return isHere(piece) ? { path: join(DIST, piece) } : { path: `${other}${piece}`, external: true };
          });
          onLoad({ filter: /./ }, ({ path }) => ({ contents: pieces.get(basename(path)), loader: 'js' }));
        },
      },
    ],
    write: false,
  });
  const [map, code] = ['.map', '.cjs'].map(
    end => outputFiles?.find(({ path }) => path.endsWith(end))?.contents ?? new Uint8Array(),
  );
  return { code: edited(code), map };
}

/**
 * Has the modules of node loaded when something of them is first used, not where they are imported; and gives the other script a piece as
 * it is, not a copy with a second layer of getters.
 * @param {Uint8Array} code as esbuild writes it, which is ASCII
 */
function edited(code) {
  const required = new RegExp(`= require\\("node:(${late.join('|')})"\\)`, 'g');
  const text = Buffer.from(code)
    .toString('latin1')
    .replace(required, '= __late("node:$1")')
    .replace(/^(\s*"\w+\.js": \(\) => \(.*)__toCommonJS\((\w+)\)(\),?)$/gm, '$1$2$3');
  return Buffer.from(text, 'latin1');
}
