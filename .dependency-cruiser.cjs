// Which folder may import which: grammar ◀ lang ◀ engine ◀ shell, and inside each the folders of LAYERS, in that order.
// src/index.ts, the library, needs no shell.

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** The folders of each folder, the lowest first: each imports only what is before it. docs/architecture.md has the same order. */
const LAYERS = {
  'src/lang': [
    'diagnostics',
    'values',
    'schema',
    'syntax',
    'print',
    'conversion',
    'functions',
    'checked',
    'evaluate',
    'check',
    'services',
  ],
  'src/engine': ['netlink', 'ctnetlink', 'formats', 'sources', 'query', 'change', 'watch', 'agent'],
  'src/shell': [
    'options',
    'scripts',
    'display',
    'output',
    'live',
    'help',
    'session',
    'statements',
    'conntrack8',
    'interactive',
    'top',
    'agent',
    'cli',
  ],
};

const layers = Object.entries(LAYERS).flatMap(([folder, modules]) =>
  modules
    .map((module, at) => [module, modules.slice(at + 1)])
    .filter(([, above]) => above.length > 0)
    .map(([module, above]) =>
      forbid(
        `${folder}/${module}-is-below`,
        `${folder}/${module} imports nothing that is built on it.`,
        { path: `^${folder}/${module}/` },
        { path: `^${folder}/(${above.join('|')})/` },
      ),
    ),
);

/** Files beside these folders are below them, apart from those that give the language what it asks of the machine. */
const single = [
  ['src/engine', '(?!environment|surroundings)'],
  ['src/shell', ''],
].map(([folder, except]) =>
  forbid(
    `${folder}-files-are-below`,
    `A file in ${folder} imports none of its folders.`,
    { path: `^${folder}/${except}[^/]+\\.ts$` },
    { path: `^${folder}/[^/]+/` },
  ),
);

const placed = Object.entries(LAYERS).map(([folder, modules]) =>
  forbid(
    `${folder}-is-in-layers`,
    `Each folder of ${folder} has its place in LAYERS.`,
    { path: `^${folder}/[^/]+/`, pathNot: `^${folder}/(${modules.join('|')})/` },
    {},
  ),
);

// The sink of each format is loaded by the name of its folder: src/engine/formats/registry.ts.
const entries =
  '^src/(index|shell/cli/start/main|shell/cli/start/single|shell/cli/start/early-watch|shell/cli/start/code/make-cache|shell/cli/start/conntrack|engine/netlink/events/worker|engine/sources/snapshot/divided/worker|engine/formats/[a-z]+/sink)\\.ts$';

module.exports = {
  forbidden: [
    ...layers,
    ...placed,
    ...single,
    forbid(
      'no-circles',
      'Modules that import each other in a circle cannot be understood one by one.',
      {},
      { circular: true },
    ),
    forbid('grammar-knows-nothing', 'grammar/ is pure syntax.', { path: '^grammar/' }, { path: '^src/' }),
    forbid(
      'lang-knows-no-kernel',
      'src/lang is pure: it imports from grammar/ only.',
      { path: '^src/lang/' },
      { path: '^src/(?!lang/)' },
    ),
    forbid(
      'lang-is-pure',
      'src/lang does no input and output.',
      { path: '^src/lang/' },
      {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|child_process|readline|tty|repl|os|worker_threads|process)(/|$)',
      },
    ),
    forbid(
      'engine-knows-no-shell',
      'src/engine imports from grammar/ and src/lang only.',
      { path: '^src/engine/' },
      { path: '^src/(?!lang/|engine/)' },
    ),
    forbid(
      'netlink-knows-no-conntrack',
      'src/engine/netlink carries any netlink message: sockets, framing, batches, event threads.',
      { path: '^src/engine/netlink/' },
      { path: '^src/', pathNot: '^src/engine/(netlink/|errors|errno|start-thread)' },
    ),
    forbid(
      'ctnetlink-is-a-codec',
      'src/engine/ctnetlink turns bytes into values and values into requests; it opens nothing.',
      { path: '^src/engine/ctnetlink/' },
      { path: '^src/', pathNot: '^src/(lang/|engine/(ctnetlink/|netlink/|errors|errno))' },
    ),
    forbid(
      'agent-changes-nothing',
      'A member of a fleet reads: nothing that src/engine/agent leads to can change an entry.',
      { path: '^src/engine/agent/' },
      { path: '^src/engine/change/', reachable: true },
    ),
    forbid(
      'a-query-runs-once',
      'Only src/engine/query/repeat knows of the runs of `every`.',
      { path: '^src/engine/query/(plan|exec)/' },
      { path: '^src/engine/query/repeat/' },
    ),
    forbid(
      'change-and-watch-are-apart',
      'Neither changes nor watches need the other.',
      { path: '^src/engine/(change|watch)/' },
      { path: '^src/engine/(change|watch)/', pathNot: '^src/engine/$1/' },
    ),
    forbid(
      'top-is-loaded-late',
      'src/shell/top is loaded by `ctq top` and `.top` alone.',
      { path: '^src/', pathNot: '^src/shell/top/' },
      { path: '^src/shell/top/', dynamic: false, dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'library-needs-no-shell',
      'src/index.ts gives the engine and the language to other programs.',
      { path: '^src/index\\.ts$' },
      { path: '^src/shell/', reachable: true },
    ),
    forbid(
      'index-is-the-outside',
      'src/index.ts is for other programs, nothing inside imports it.',
      { path: '^src/' },
      { path: '^src/index\\.ts$' },
    ),
    forbid(
      'no-tests-in-src',
      'What is shipped does not import tests.',
      { path: '^(src|grammar)/' },
      { path: '^(test|scripts)/' },
    ),
    forbid(
      'koffi-in-netlink-only',
      'Only src/engine/netlink calls the C library.',
      { path: '^(src|grammar)/', pathNot: '^src/engine/netlink/' },
      { path: '(^|/)koffi(/|$)' },
    ),
    forbid(
      'terminal-in-shell-only',
      'Only src/shell draws tables and reads lines.',
      { path: '^(src|grammar)/', pathNot: '^src/shell/' },
      { path: '(^|/)(cli-table3|node:repl|repl|node:readline|readline)(/|$)' },
    ),
    forbid(
      'only-known-dependencies',
      'What is imported is listed under dependencies in package.json.',
      { path: '^(src|grammar)/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
    forbid('resolvable', 'What is imported exists.', {}, { couldNotResolve: true }),
    forbid(
      'no-orphans',
      'What no entry leads to is left over.',
      { path: entries },
      { path: '^src/', pathNot: [entries, '\\.d\\.ts$', '\\.as\\.ts$'], reachable: false },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
