// Which folder may import which: grammar ◀ lang ◀ engine ◀ shell, and inside engine wire ◀ source ◀ query.
// src/index.ts, the entry for programs, may import all of them and is imported by none.

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const entries = '^src/(index|shell/main|shell/conntrack8/main|engine/source/(worker|fake))\\.ts$';

module.exports = {
  forbidden: [
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
      'wire-is-pure',
      'src/engine/wire turns bytes into meaning, it knows neither sources nor queries.',
      { path: '^src/engine/wire/' },
      { path: '^src/engine/(source|query|mutate)/' },
    ),
    forbid(
      'source-knows-no-query',
      'src/engine/source carries messages, it knows no queries.',
      { path: '^src/engine/source/' },
      { path: '^src/engine/(query|mutate|watch)/' },
    ),
    forbid(
      'query-knows-no-watch',
      'Queries are what watches, and repeated queries, are made of.',
      { path: '^src/engine/query/' },
      { path: '^src/engine/watch/' },
    ),
    forbid(
      'query-changes-nothing',
      'src/engine/query reads; src/engine/mutate, which changes, builds on it.',
      { path: '^src/engine/(wire|source|query)/' },
      { path: '^src/engine/mutate/' },
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
      'koffi-in-source-only',
      'Only src/engine/source calls the C library.',
      { path: '^(src|grammar)/', pathNot: '^src/engine/source/' },
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
      { path: '^src/', pathNot: [entries, '\\.d\\.ts$'], reachable: false },
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
