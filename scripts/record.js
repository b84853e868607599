#!/usr/bin/env node
/**
 * Draws docs/session.svg, a short session of the real program, and docs/top.svg, its full screen: in a terminal (tmux's), on the
 * demo's network.
 *
 *   npm run record [-- session | top]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { inNamespaces } from './lib/namespace.js';
import { root } from './lib/project.js';

process.env.PATH = [process.env.PATH ?? '/usr/bin:/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(':');
const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : ['session', 'top']) {
  const [program = '', ...rest] = inNamespaces([
    ...[process.execPath, join(root, `scripts/record/${name}.js`)],
    join(root, `docs/${name}.svg`),
  ]);
  const { status, error } = spawnSync(program, rest, { stdio: 'inherit' });
  if (error) {
    console.error(`record: ${error.message} (scripts/setup.sh installs what is needed)`);
  }
  process.exitCode ||= status ?? 1;
}
