/** Writes what is made from the sources; with `--check`, says what is out of date instead and fails. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSyntaxDiagramsCode, generateCstDts } from 'chevrotain';
import { CtqParser } from '../grammar/parser.js';
import { decisions } from './generate/decisions.js';
import { toEbnf } from './generate/ebnf.js';
import { fieldsPage } from './generate/fields-page.js';
import { matcherModule } from './generate/matcher.js';
import { settingsPage } from './generate/settings-page.js';
import { textMateGrammar } from './generate/textmate.js';

/** A file that is made from the sources. */
export interface Artefact {
  /** From the root of the repository. */
  readonly path: string;
  make(): string;
}

const parser = new CtqParser({ validate: true });

/** A source file, not a declaration file, so that what checks imports finds it; what is unused is left out. */
const cstTypes = (): string =>
  generateCstDts(parser.getGAstProductions(), { includeVisitorInterface: false }).replace(' ICstVisitor,', '');

const decisionsModule = (): string =>
  `import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
${Object.entries(decisions())
  .map(
    ([rule, choices]) =>
      `  ${rule}: {\n${Object.entries(choices)
        .map(([choice, decision]) => `    ${choice}: ${JSON.stringify(decision)},\n`)
        .join('')}  },\n`,
  )
  .join('')}} satisfies Decisions as Decisions;
`;

export const ARTEFACTS: readonly Artefact[] = [
  { path: 'grammar/generated/cst.ts', make: cstTypes },
  { path: 'grammar/generated/decisions.ts', make: decisionsModule },
  { path: 'grammar/generated/ctq.ebnf', make: () => toEbnf(parser.getGAstProductions()) },
  {
    path: 'grammar/generated/diagrams.html',
    make: () => createSyntaxDiagramsCode(parser.getSerializedGastProductions()),
  },
  { path: 'grammar/generated/ctq.tmLanguage.json', make: () => `${JSON.stringify(textMateGrammar(), null, 2)}\n` },
  { path: 'src/engine/formats/reading/shapes/matcher/generated/matcher.ts', make: matcherModule },
  { path: 'docs/fields.md', make: fieldsPage },
  { path: 'docs/settings.md', make: settingsPage },
];

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function current(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** The paths whose files are not what the sources make. */
export const stale = (): string[] =>
  ARTEFACTS.filter(({ path, make }) => current(path) !== make()).map(({ path }) => path);

function main(): void {
  if (process.argv.includes('--check')) {
    const paths = stale();
    for (const path of paths) process.stderr.write(`${path} is out of date: npm run generate\n`);
    if (paths.length > 0) process.exitCode = 1;
    return;
  }
  for (const { path, make } of ARTEFACTS) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), make());
    process.stdout.write(`${path}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
