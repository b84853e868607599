/** Lists the test files, and selects those of a command line. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { root } from './project.js';

/**
 * - unit: needs only node
 * - kernel: talks to the kernel, in namespaces of its own
 * - cli: starts the built program, in namespaces of its own
 * @typedef {'unit' | 'kernel' | 'cli'} Tier
 * @typedef {object} TestFile
 * @property {string} file path from the project's folder
 * @property {Tier} tier
 * @property {boolean} waits whether it mostly waits, so that others can run meanwhile: `// waits` in its first lines
 * @property {boolean} alone whether it must run by itself: `// alone` in its first lines
 * @property {boolean} fills whether it fills the kernel's table: `// fills` in its first lines
 * @property {number} timeout milliseconds: `// timeout: SECONDS` in its first lines
 * @property {number} suites number of suites, each of which must run
 */

/** @type {readonly Tier[]} */
export const tiers = ['unit', 'kernel', 'cli'];

const defaultTimeout = 120;

/** @param {string} file path from the project's folder @returns {TestFile} */
export function describeTest(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const head = text.split('\n', 10).join('\n');
  const folder = file.split('/')[1];
  return {
    file,
    tier: folder === 'kernel' || folder === 'cli' ? folder : 'unit',
    waits: /^\/\/ waits\b/m.test(head),
    fills: /^\/\/ fills\b/m.test(head),
    alone: /^\/\/ alone\b/m.test(head),
    timeout: 1000 * Number(/^\/\/ timeout: (\d+)\s*$/m.exec(head)?.[1] ?? defaultTimeout),
    suites: text.match(/\bsuite(<.*>)?\(/g)?.length ?? 0,
  };
}

/** @returns {TestFile[]} */
function allTests() {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .sort()
    .map(name => describeTest(join('test', name)));
}

/**
 * @param {readonly string[]} selectors tiers, files and folders; none: all
 * @returns {TestFile[]}
 * @throws {Error} if a selector matches nothing
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
    if (found.length === 0) {
      const known = existsSync(path) && statSync(path).isFile() ? 'is not a *.test.ts file' : 'contains no tests';
      throw new Error(`${selector} ${known}; name ${tiers.join(', ')}, a file or a folder`);
    }
    for (const test of found) chosen.add(test);
  }
  return [...chosen];
}
