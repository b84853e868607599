#!/usr/bin/env node
/**
 * A guided tour of ctq over real connections: client – router – server in network namespaces of their own, which are gone
 * when it ends. Nothing of this machine's own network is touched. Needs no root where user namespaces are allowed.
 *
 * Where no namespaces can be made, the tour is of a snapshot.
 *
 *   npm run demo, or ctq demo
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inNamespaces } from './lib/namespace.js';
import { root } from './lib/project.js';

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
process.env.PATH = [process.env.PATH ?? '/usr/bin:/bin', ...SBIN].join(':');

/** Programs of the system that the demo needs beside node. */
const needed = ['unshare', 'nsenter', 'mount', 'ip', 'nft', 'ping'];

/** @param {string} program */
const isInstalled = program =>
  (process.env.PATH ?? '').split(':').some(folder => folder !== '' && existsSync(join(folder, program)));

/** @returns {readonly string[] | undefined} why there can be no demo here, in lines */
function obstacle() {
  if (process.platform !== 'linux') {
    return [`connection tracking is Linux's, and this is ${process.platform}`];
  }
  const missing = needed.filter(program => !isInstalled(program));
  if (missing.length > 0) {
    return [`missing: ${missing.join(', ')}`, 'scripts/setup.sh installs them (Debian, Ubuntu)'];
  }
  const [program = '', ...rest] = inNamespaces(['nft', 'list', 'ruleset']);
  const { status, stderr, error } = spawnSync(program, rest, { encoding: 'utf8', timeout: 20_000 });
  if (status === 0) {
    return undefined;
  }
  const words = (error?.message ?? stderr ?? '').trim().replaceAll('\n', '; ') || `exit status ${status}`;
  const isRoot = process.getuid?.() === 0;
  return [
    `no network namespace can be made: ${words}`,
    isRoot
      ? 'this root may not make namespaces; in a container, allow it CAP_SYS_ADMIN'
      : 'this system does not let users make namespaces of their own: sudo npm run demo',
  ];
}

const tour = [process.execPath, join(root, 'scripts/demo/tour.js')];
const reason = obstacle();
if (reason !== undefined) {
  console.error(`demo: ${reason.join('\n      ')}`);
  console.error('demo: a snapshot of its network is shown instead');
  tour.push(join(root, 'scripts/demo/snapshot.jsonl'));
}

const [program = '', ...rest] = reason === undefined ? inNamespaces(tour) : tour;
const child = spawn(program, rest, { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to everybody; the namespaces end with their first process.
process.on('SIGINT', () => {});
child.on('error', error => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
child.on('close', code => {
  process.exitCode = code ?? 1;
});
