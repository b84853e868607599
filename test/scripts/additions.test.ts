/** What is added often is known in few files: the table in docs/architecture.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMATS, type Format } from '../../src/lang/schema/formats/formats.js';
import { type CommandOption, OPTION_NAMES, OPTIONS } from '../../src/shell/conntrack8/option-table.js';

const test = suite('additions');

const ROOT = new URL('../../', import.meta.url);

/** The source files below a folder, by their paths from the root. */
const filesIn = (folder: string): string[] =>
  (readdirSync(new URL(folder, ROOT), { recursive: true }) as string[])
    .filter(name => name.endsWith('.ts'))
    .map(name => `${folder}/${name}`);

const SOURCES = filesIn('src').map(path => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }));

/** The files outside a folder that import its files from somewhere. @param name matches the path of an import */
const importersOf = (folder: string, name: RegExp): string[] =>
  SOURCES.filter(({ path, text }) => !path.startsWith(`${folder}/`) && name.test(text)).map(({ path }) => path);

test('functions are known to the registry alone', () => {
  assert.equal(importersOf('src/lang/functions', /from '[^']*\/functions\/scalar\//), []);
  const scalars = filesIn('src/lang/functions/scalar').map(path => path.replace(/^.*\/|\.ts$/g, ''));
  assert.ok(scalars.length > 10);
  const unknown: string[] = [];
  for (const name of scalars) {
    const file = new RegExp(`from '[^']*/scalar/(?:\\w+/)?${name}\\.js'`);
    const importers = importersOf('src/lang/functions/scalar', file);
    if (importers.length === 0) unknown.push(name);
    assert.ok(
      importers.every(path => path === 'src/lang/functions/registry.ts'),
      `${name}: ${importers}`,
    );
  }
  assert.equal(unknown.sort(), ['part-type', 'rounding'], 'parts of several functions');
});

test('sinks are found by the folder in the row of their format', () => {
  for (const { folder } of Object.values<Format>(FORMATS)) {
    if (folder === undefined) continue;
    const sink = `src/engine/formats/${folder}/sink.ts`;
    assert.ok(existsSync(new URL(sink, ROOT)), sink);
    const importers = importersOf(
      `src/engine/formats/${folder}`,
      new RegExp(`from '[^']*/formats/${folder}/sink\\.js'`),
    );
    // conntrack(8)'s command lines print its own formats.
    assert.ok(
      importers.every(path => path === 'src/shell/conntrack8/print/line-output.ts'),
      importers.join(),
    );
  }
});

test('what opens a kind of place is known to the pool alone', () => {
  for (const folder of ['namespaces', 'remote', 'fleet'])
    assert.equal(importersOf(`src/engine/sources/${folder}`, new RegExp(`'[^']*/${folder}/open\\.js'`)), [
      'src/engine/sources/pool.ts',
    ]);
});

test('an option of conntrack(8) with a value of its own is known to its table alone', () => {
  const own = OPTION_NAMES.filter(name => {
    const { parse, condition, set } = OPTIONS[name] as CommandOption;
    // Zones of a direction are parts of a new entry's tuples.
    return parse !== undefined && (condition !== undefined || set !== undefined) && !name.endsWith('-zone');
  });
  assert.ok(own.length > 4);
  for (const name of own) {
    const files = SOURCES.filter(
      ({ path, text }) =>
        path.startsWith('src/shell/conntrack8/') && new RegExp(`(case|values[?.]*\\[) ?'${name}'`).test(text),
    );
    assert.equal(
      files.map(({ path }) => path),
      [],
      name,
    );
  }
});

test.run();
