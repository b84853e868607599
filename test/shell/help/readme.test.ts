/** What the README shows is what the program says. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { USAGE } from '../../../src/shell/cli/usage.js';

const readme = suite('README');
const text = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

readme('shows the usage as --help prints it', () => {
  const [, block] = /## Usage\n\n```text\n([\s\S]*?)```/.exec(text) ?? [];
  assert.is(block, USAGE);
});

readme('its links lead somewhere', () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link);
  assert.ok(links.length >= 5);
  for (const link of links) assert.ok(readFileSync(new URL(`../../../${link}`, import.meta.url)).length > 0, link);
});

readme.run();
