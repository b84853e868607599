import { dirname, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Whether this runs in continuous integration, where skipped tests count as failed. */
export const isCI = process.env.CI !== undefined && !['', '0', 'false'].includes(process.env.CI);

/** @param {number} started as `performance.now()` gave it @returns {string} such as `1.24 s` */
export function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(2)} s`;
}

/** CommonJS dependencies call `require`, which an ES module does not have. */
export const moduleBanner = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
].join('\n');
