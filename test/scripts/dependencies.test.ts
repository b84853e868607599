/** Few dependencies, each with its reason, pinned, and none that must run something when it is installed. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('dependencies');
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}
const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const locked = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };

test('each has its reason in docs/dependencies.md', () => {
  const page = read('docs/dependencies.md');
  const named = new Set([...page.matchAll(/`([@\w./-]+)`/g)].map(([, name]) => name));
  const all = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  assert.equal(
    all.filter(name => !named.has(name)),
    [],
  );
  assert.ok(Object.keys(manifest.dependencies).length <= 6);
});

test('all are pinned, with their sums, whichever mirror they come from', () => {
  for (const [path, { version, integrity }] of Object.entries(locked.packages)) {
    if (path === '') continue;
    assert.match(version ?? '', /^\d+\.\d+\.\d+/, path);
    assert.match(integrity ?? '', /^sha512-/, path);
  }
});

test('what chevrotain brings is newer than the versions with known holes', () => {
  const copies = Object.entries(locked.packages).filter(([path]) => path.endsWith('node_modules/lodash-es'));
  assert.ok(copies.length > 0);
  for (const [path, { version = '' }] of copies) {
    const [major, minor, patch] = version.split('.').map(Number);
    assert.ok(major === 4 && (minor > 18 || (minor === 18 && patch >= 1)), `${path} is ${version}`);
  }
});

test('nothing else has come in that runs a script at installation', () => {
  const scripts = Object.entries(locked.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace('node_modules/', ''));
  assert.equal(scripts.sort(), ['esbuild', 'koffi', 'netlink']);
});

test.run();
