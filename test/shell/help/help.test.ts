/** Whatever the help and the documents show as a statement is one. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineEnvironment } from '../../../src/engine/environment.js';
import { machineSurroundings } from '../../../src/engine/surroundings.js';
import { check } from '../../../src/lang/check/check.js';
import { report } from '../../../src/lang/diagnostics/report.js';
import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS } from '../../../src/lang/functions/registry.js';
import { FORMAT_NAMES, MODIFIER_NAMES } from '../../../src/lang/schema/formats/formats.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import { USAGE } from '../../../src/shell/cli/usage.js';
import { PAGES } from '../../../src/shell/statements/help.js';
import { memoryQueries } from '../../kit/named-queries.js';

const environment = { ...machineEnvironment(), ...machineSurroundings() };
const root = fileURLToPath(new URL('../../..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  ...readdirSync(`${root}/docs`, { withFileTypes: true })
    .filter(each => each.isFile())
    .map(({ name }) => `docs/${name}`),
];
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');

/** The report of all mistakes of a text; empty where there is none. @throws where there is no statement in it */
function mistakes(text: string): string {
  const { statements, diagnostics } = parse(text);
  const variables = new Map();
  const queries = memoryQueries();
  const found = statements.flatMap(
    statement => check(statement, environment, variables, undefined, queries).diagnostics,
  );
  if (statements.length === 0 && diagnostics.length === 0) throw new Error(`no statement: ${text}`);
  return [...diagnostics, ...found].length === 0 ? '' : report(text, [...diagnostics, ...found]);
}

/** The insides of a document's fenced blocks of a kind. */
function blocks(text: string, kind: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${kind}\n(.*?)^\`\`\`$`, 'gms'))].map(([, inside]) => inside);
}

const help = suite('examples of the help');

for (const [topic, { examples }] of Object.entries(PAGES)) {
  help(topic, () => {
    assert.ok(examples.length > 0, 'a page shows an example');
    for (const { query } of examples) assert.is(mistakes(query), '');
  });
}

for (const { signature, example } of [...Object.values(SCALAR_FUNCTIONS), ...Object.values(AGGREGATE_FUNCTIONS)]) {
  help(signature, () => assert.is(mistakes(example), ''));
}

help('an example with a mistake would be found', () => {
  assert.match(mistakes('select bites from conntrack'), /unknown field 'bites'/);
  assert.match(mistakes('select fron conntrack'), /did you mean/);
});

help.run();

const documents = suite('examples of the documents');

for (const file of DOCUMENTS) {
  documents(file, () => {
    for (const block of blocks(read(file), 'sql')) assert.is(mistakes(block), '');
  });
}

documents('there are blocks to check', () => {
  assert.ok(blocks(read('docs/language.md'), 'sql').length >= 4);
});

/** The statements of the command lines in a page: `ctq -o json "select …"`; not those with placeholders, or columns of a pipe. */
const commandLines = (page: string): readonly string[] =>
  [...page.matchAll(/(?<![\w/.-])ctq (?:-[\w-]+ (?:[\w,]+ )?)*"([^"]+)"/g)]
    .map(([, statement]) => statement.replaceAll('\\|', '|'))
    .filter(statement => !/[…$]|[A-Z]{3,}'|^QUERY$|from '-'/.test(statement));

documents('statements of command lines', () => {
  const all = DOCUMENTS.map(read).flatMap(commandLines);
  assert.ok(all.length > 40, String(all.length));
  // What is wrong in the README shows what a mistake looks like.
  assert.equal(
    all.filter(statement => mistakes(statement) !== ''),
    ['select src, dport from conntrack where bites > 1MiB'],
  );
});

documents('the README’s usage is what --help prints', () => {
  assert.ok(blocks(read('README.md'), 'text').includes(USAGE), 'the block does not agree with src/shell/cli/usage.ts');
});

documents('docs/language.md has every format and modifier', () => {
  const [, output] = /^## output\n([\s\S]*?)^## /m.exec(read('docs/language.md')) ?? [];
  const rows = [...(output ?? '').matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, names]) => names.match(/\w+/g));
  assert.equal([...rows].sort(), [...FORMAT_NAMES].sort());
  const [, list] = /^Modifiers: ([\s\S]*?)\n\n/m.exec(output ?? '') ?? [];
  const words = [...(list ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name);
  assert.equal([...words].sort(), [...MODIFIER_NAMES].sort());
});

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (page: string): string[] =>
  [...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

documents('links lead somewhere', () => {
  for (const file of DOCUMENTS) {
    const folder = file.includes('/') ? 'docs/' : '';
    for (const [link, target, anchor] of read(file).matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g)) {
      const page = read(target === '' ? file : folder + target);
      assert.ok(page.length > 0);
      if (anchor) assert.ok(anchorsOf(page).includes(anchor), `${file}: ${link}`);
    }
  }
});

documents.run();
