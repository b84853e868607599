/** Files that the documentation names exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('paths in the documentation');
const at = (path: string): URL => new URL(`../../${path}`, import.meta.url);

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(at('docs'))
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
];

/** Paths in code spans and code blocks; `NAME` is a placeholder. */
const pathsOf = (text: string): string[] =>
  [...text.matchAll(/(?<![\w./-])(?:src|grammar|scripts|test|examples)\/[\w./-]*\w/g)]
    .map(([path]) => path)
    .filter(path => !path.includes('NAME'));

for (const page of PAGES) {
  test(page, () => {
    const missing = pathsOf(readFileSync(at(page), 'utf8')).filter(path => !existsSync(at(path)));
    assert.equal(missing, []);
  });
}

test('there are paths to check', () => {
  assert.ok(pathsOf(readFileSync(at('docs/architecture.md'), 'utf8')).length > 50);
  assert.ok(pathsOf(readFileSync(at('CONTRIBUTING.md'), 'utf8')).length > 20);
});

test.run();
