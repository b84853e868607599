/** The table of docs/architecture.md has the folders in the order that `npm run check` enforces, and all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('modules');
const root = new URL('../../', import.meta.url);

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: string };
}
const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: readonly Rule[] };

const table = [
  ...readFileSync(new URL('docs/architecture.md', root), 'utf8').matchAll(/^\| `(src\/\w+\/\w+)\/` \|/gm),
].map(([, module = '']) => module);

test('each folder is in the table', () => {
  const folders = ['src/lang', 'src/engine', 'src/shell'].flatMap(folder =>
    readdirSync(new URL(`${folder}/`, root), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => `${folder}/${entry.name}`),
  );
  assert.equal([...table].sort(), folders.sort());
});

test('what a folder must not import is below it', () => {
  const rules = forbidden.filter(({ name }) => name.endsWith('-is-below'));
  assert.ok(rules.length > 25);
  for (const [at, module] of table.entries()) {
    const above = rules.find(({ from }) => from.path === `^${module}/`)?.to.path ?? '^$';
    const later = table.slice(at + 1).filter(other => other.split('/')[1] === module.split('/')[1]);
    const refused = later.filter(other => new RegExp(above).test(`${other}/x.ts`));
    assert.equal(refused, later, `${module} could import what is below it in the table`);
  }
});

/** What every file of a folder imports of this tree, with paths from its root. */
function importsIn(folder: string): (readonly [from: string, to: string])[] {
  const base = fileURLToPath(root);
  return readdirSync(join(base, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .flatMap(entry => {
      const path = join(entry.parentPath, entry.name);
      const names = readFileSync(path, 'utf8').matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)\.js'/g);
      return [...names].map(
        ([, name = '']) =>
          [relative(base, path), relative(base, normalize(join(dirname(path), `${name}.ts`)))] as const,
      );
    });
}

test('no folder imports a folder beside it that imports it', () => {
  const imports = ['src', 'grammar'].flatMap(importsIn);
  assert.ok(imports.length > 4000);
  const pairs = new Set<string>();
  for (const [from, to] of imports) {
    const a = dirname(from).split('/');
    const b = dirname(to).split('/');
    const at = a.findIndex((part, index) => part !== b[index]);
    // One folder inside the other: a file may stand for its folder.
    if (at === -1 || b[at] === undefined) continue;
    pairs.add(`${a.slice(0, at + 1).join('/')} ${b.slice(0, at + 1).join('/')}`);
  }
  const mutual = [...pairs].filter(pair => pairs.has(pair.split(' ').reverse().join(' ')));
  assert.equal(mutual, []);
});

test.run();
