/**
 * A program in four scripts: what every run needs, up to the first prompt; what selects from the kernel's tables need; files, changes,
 * watches and typing; and the rest. All but the first are read when something of them is first used. A start takes as long as what it
 * reads is large: a megabyte of code, and of what V8 compiled of it, takes 2 to 15 ms each.
 *
 * esbuild splits the program where modules are imported late. Its pieces are joined to the scripts, which refer to each other's pieces by
 * `require`: src/shell/cli/start/code/scripts.ts connects them.
 */
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { root } from './project.js';

const DIST = join(root, 'dist');

/** Modules that are imported late, but are in the first script. */
const FIRST = [
  'src/engine/environment.ts',
  'src/shell/cli/usage.ts',
  'src/shell/cli/version.ts',
  'src/shell/interactive/repl.ts',
  'src/shell/session/session.ts',
  'src/shell/statements/run-statement.ts',
];

/** Modules that are in the third script, with what only they need: those that are imported late, by what their path begins with. */
const THIRD = [
  'src/engine/formats/html/',
  /^src\/engine\/formats\/\w+\/(?:\w+-)?reader\.ts$/,
  'src/engine/formats/save/sink.ts',
  'src/engine/formats/xml/sink.ts',
  'src/engine/query/exec/read/file-fields.ts',
  'src/engine/sources/data-file/',
  'src/engine/sources/snapshot/follow/log-events.ts',
  'src/engine/sources/snapshot/open.ts',
  'src/engine/surroundings.ts',
  'src/engine/watch/',
  'src/lang/diagnostics/report.ts',
  'src/shell/cli/demo.ts',
  'src/shell/display/bars.ts',
  'src/shell/interactive/line/',
  'src/shell/interactive/plain-editor.ts',
  'src/shell/output/resolver.ts',
  'src/shell/output/results-file.ts',
  'src/shell/output/resolving.ts',
  'src/shell/statements/change.ts',
  'src/shell/statements/prepare.ts',
  'src/shell/statements/scripting.ts',
  'src/shell/statements/show.ts',
  'src/shell/statements/watch.ts',
];

/** Modules that are in the fourth. */
const FOURTH = [
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
  'src/shell/session/checking/query-file.ts',
  'src/shell/statements/explain.ts',
  'src/shell/statements/help.ts',
  'src/shell/statements/full-report.ts',
  'src/shell/top/',
];

const SCRIPTS = [1, 2, 3, 4];

/** What of node most statements have no use for. Loading all of it takes longer than parsing a statement does. */
const late = [
  'child_process',
  'crypto',
  'dns/promises',
  'fs/promises',
  'module',
  'os',
  'readline',
  'tty',
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
  'const __exportsOf = getters => { const made = {}; __export(made, getters); return made; };',
  'const __late = name => new Proxy({}, { get: (_, key) => require(name)[key] });',
].join(' ');

/**
 * @typedef {{ path: string, code: Uint8Array, map: Uint8Array }} Script a file of dist/, and its source map
 * @param {string} begin of its name @param {string} source
 * @param {import('esbuild').BuildOptions} common
 * @returns {Promise<{ name: string, scripts: Script[] }>}
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
  /** @param {string} piece @param {readonly (string | RegExp)[]} paths */
  const isIn = (piece, paths) => {
    const module = entries.get(piece) ?? '';
    return paths.some(path => (typeof path === 'string' ? module.startsWith(path) : path.test(module)));
  };

  /** @type {Map<string, number>} piece → number of its script */
  const scriptOf = new Map();
  /** @param {string} piece @param {number} script @param {(late: string) => boolean} follows */
  const add = (piece, script, follows, seen = new Set()) => {
    if (seen.has(piece)) return;
    seen.add(piece);
    if (!scriptOf.has(piece)) scriptOf.set(piece, script);
    for (const { path, kind } of imports.get(piece) ?? [])
      if (kind === 'import-statement' || follows(path)) add(path, script, follows, seen);
  };
  add('entry.js', 1, late => isIn(late, FIRST));
  add('entry.js', 2, late => !isIn(late, THIRD) && !isIn(late, FOURTH));
  add('entry.js', 3, late => !isIn(late, FOURTH));
  for (const piece of pieces.keys()) if (!scriptOf.has(piece)) scriptOf.set(piece, 4);

  const made = await Promise.all(SCRIPTS.map(script => joinPieces(common, pieces, scriptOf, script, imports)));
  const hash = createHash('sha256');
  for (const { code } of made) hash.update(code);
  const name = `${begin}-${hash.digest('hex').slice(0, 12)}`;
  const scripts = made.map(({ code, map }, i) => {
    const file = `${name}${i === 0 ? '' : `-${i + 1}`}.cjs`;
    return {
      path: join(DIST, file),
      code: Buffer.concat([code, Buffer.from(`//# sourceMappingURL=${file}.map\n`)]),
      map,
    };
  });
  return { name, scripts };
}

/**
 * One script, of its pieces.
 * @param {import('esbuild').BuildOptions} common @param {Map<string, string>} pieces
 * @param {Map<string, number>} scriptOf @param {number} script
 * @param {Map<string, { path: string }[]>} imports
 */
async function joinPieces(common, pieces, scriptOf, script, imports) {
  const others = [...pieces.keys()].filter(piece => scriptOf.get(piece) !== script);
  const needed = new Set(others.flatMap(piece => (imports.get(piece) ?? []).map(({ path }) => path)));
  const modules = Array.from(needed)
    .filter(piece => scriptOf.get(piece) === script)
    .map(piece => `${JSON.stringify(piece)}: () => require('./${piece}')`)
    .sort();
  const exported = scriptOf.get('entry.js') === script ? `export * from './entry.js';` : '';
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
            const by = scriptOf.get(piece);
            return by === script ? { path: join(DIST, piece) } : { path: `${by}:${piece}`, external: true };
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
 * What a piece exports, made when it is first asked for: a start uses few of them.
 * @param {string} whole @param {string} piece @param {string} getters
 */
const lateExports = (whole, piece, getters) =>
  piece === 'stdin'
    ? whole
    : `var ${piece}_exports;\nfunction ${piece}_exported() { return ${piece}_exports ??= __exportsOf(${getters}); }`;

/**
 * Has the modules of node loaded when something of them is first used, not where they are imported; and gives other scripts a piece as
 * it is, not a copy with a second layer of getters. The program is loaded as Latin-1, and esbuild leaves other characters in regular
 * expressions (and comments) as they are: they are escaped.
 * @param {Uint8Array} code
 */
function edited(code) {
  const required = new RegExp(`= require\\("node:(${late.join('|')})"\\)`, 'g');
  const text = Buffer.from(code)
    .toString('utf8')
    .replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(required, '= __late("node:$1")')
    .replace(/^(\s*"\w+\.js": \(\) => \(.*)__toCommonJS\((\w+)\)(\),?)$/gm, '$1$2$3')
    .replace(/^var (\w+)_exports = \{\};\n__export\(\1_exports, (\{\n(?: {2}.*\n)*\})\);$/gm, lateExports)
    .replace(/\(init_(\w+)\(\), \1_exports\)/g, '(init_$1(), $1_exported())');
  return Buffer.from(text, 'latin1');
}
