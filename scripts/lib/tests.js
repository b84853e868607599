/** Which test files there are, and which of them a command line means. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { root } from './project.js';

/**
 * - unit: needs nothing but node
 * - kernel: speaks with the kernel, in namespaces of its own
 * - cli: starts the built program, in namespaces of its own
 * @typedef {'unit' | 'kernel' | 'cli'} Tier
 * @typedef {{ file: string, tier: Tier }} TestFile a path from the project's folder, and its tier
 */

/** @type {readonly Tier[]} in the order in which they run */
export const tiers = ['unit', 'kernel', 'cli'];

/** Seconds that a test file may take where it does not say `// timeout: SECONDS` in its first lines. */
const defaultTimeout = 120;

/** @param {string} file @returns {Tier} */
function tierOf(file) {
  const folder = file.split('/')[1];
  return folder === 'kernel' || folder === 'cli' ? folder : 'unit';
}

/** @returns {TestFile[]} */
function allTests() {
  const folder = join(root, 'test');
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => join('test', name))
    .sort()
    .map(file => ({ file, tier: tierOf(file) }));
}

/**
 * @param {readonly string[]} selectors tiers, files and folders; none of them means everything
 * @returns {TestFile[]}
 * @throws {Error} where a selector names nothing
 */
export function selectTests(selectors) {
  const all = allTests();
  /** @type {Set<TestFile>} */
  const chosen = new Set(selectors.length === 0 ? all : []);
  for (const selector of selectors) {
    const path = relative(root, resolve(selector));
    const isTier = tiers.some(tier => tier === selector);
    const found = all.filter(({ file, tier }) =>
      isTier ? tier === selector : file === path || file.startsWith(`${path}/`),
    );
    if (found.length === 0 && !isTier) {
      const known = existsSync(path) && statSync(path).isFile() ? 'is no *.test.ts file under test/' : 'holds no tests';
      throw new Error(`${selector} ${known}; name ${tiers.join(', ')}, a file or a folder`);
    }
    for (const test of found) {
      chosen.add(test);
    }
  }
  return [...chosen];
}

/** @param {string} file @returns {number} milliseconds */
export function timeoutOf(file) {
  const head = readFileSync(join(root, file), 'utf8').split('\n', 10).join('\n');
  const declared = /^\/\/ timeout: (\d+)\s*$/m.exec(head);
  return 1000 * (declared?.[1] === undefined ? defaultTimeout : Number(declared[1]));
}
