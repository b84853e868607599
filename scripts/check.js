#!/usr/bin/env node
/**
 * Static checks of the source. Stops at the first step that fails and shows its output.
 *
 *   node scripts/check.js
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { root, seconds } from './lib/project.js';

/** Each step runs node: [what it checks, arguments, the file without which the step is skipped]. */
const steps = /** @type {const} */ ([
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '--noEmit']],
  [
    'import directions',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...['src', 'grammar'].filter(folder => existsSync(join(root, folder))),
    ],
  ],
  ['unused exports', ['node_modules/knip/bin/knip.js', '--production', '--include', 'exports,types,files']],
  ['generated files', ['--import', 'tsx', 'scripts/generate.ts', '--check'], 'scripts/generate.ts'],
]);

for (const [name, command, needed] of steps) {
  if (needed !== undefined && !existsSync(join(root, needed))) {
    console.log(`${name.padEnd(18)} skipped: no ${needed}`);
    continue;
  }
  const started = performance.now();
  const { status, stdout, stderr, error } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  console.log(`${name.padEnd(18)} ${status === 0 ? 'ok' : 'FAILED'}  ${seconds(started)}`);
  if (status !== 0) {
    process.stderr.write(`\n${stdout}${stderr}${error ? `${error.message}\n` : ''}`);
    process.exitCode = 1;
    break;
  }
}
