/** Coverage of the sources by all processes of a test run, also by the built program, through its source maps. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.js';

const raw = join(root, 'coverage/raw');

/** @returns {Record<string, string>} the environment that makes every node process leave its counts */
export function startCoverage() {
  rmSync(join(root, 'coverage'), { recursive: true, force: true });
  mkdirSync(raw, { recursive: true });
  return { NODE_V8_COVERAGE: raw };
}

/** Prints the table and writes coverage/lcov.info. @returns {boolean} whether that worked */
export function reportCoverage() {
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/c8/bin/c8.js'),
      'report',
      ...['--temp-directory', raw, '--reports-dir', join(root, 'coverage')],
      ...['--reporter', 'text', '--reporter', 'lcovonly'],
      ...['--include', 'src/**/*.ts', '--include', 'grammar/**/*.ts', '--exclude-after-remap', '--all'],
    ],
    { cwd: root, stdio: 'inherit' },
  );
  return status === 0;
}
