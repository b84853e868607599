#!/usr/bin/env node
/**
 * A guided tour of ctq over real connections: client – router – server in network namespaces of their own, which are removed
 * at the end. This machine's own network is not touched. Root is not needed if user namespaces are allowed.
 *
 * If namespaces cannot be created, the tour shows a snapshot.
 *
 *   npm run demo, or ctq demo
 *   npm run demo -- fleet, or ctq demo fleet: two gateways that are asked together
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inNamespaces } from './lib/namespace.js';
import { root } from './lib/project.js';

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
process.env.PATH = [process.env.PATH ?? '/usr/bin:/bin', ...SBIN].join(':');

/** System programs that the demo requires. */
const needed = ['unshare', 'nsenter', 'mount', 'ip', 'nft', 'ping'];

/** What the tour of a fleet requires besides. */
const neededByFleet = ['nats-server', 'openssl'];

const isFleet = process.argv[2] === 'fleet';

/** @param {string} program */
const isInstalled = program =>
  (process.env.PATH ?? '').split(':').some(folder => folder !== '' && existsSync(join(folder, program)));

/** @returns {readonly string[] | undefined} why the demo cannot run here, in lines */
function obstacle() {
  if (process.platform !== 'linux') {
    return [`connection tracking requires Linux; this is ${process.platform}`];
  }
  const missing = [...needed, ...(isFleet ? neededByFleet : [])].filter(program => !isInstalled(program));
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
    `cannot create a network namespace: ${words}`,
    isRoot
      ? 'root may not create namespaces here; in a container, grant CAP_SYS_ADMIN'
      : 'this system does not allow user namespaces: sudo npm run demo',
  ];
}

const tour = [process.execPath, join(root, isFleet ? 'scripts/demo/fleet.js' : 'scripts/demo/tour.js')];
const reason = obstacle();
if (reason !== undefined) {
  console.error(`demo: ${reason.join('\n      ')}`);
  if (isFleet) process.exit(1);
  console.error('demo: showing a snapshot of its network instead');
  tour.push(join(root, 'scripts/demo/snapshot.jsonl'));
}

const [program = '', ...rest] = reason === undefined ? inNamespaces(tour) : tour;
const child = spawn(program, rest, { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to all processes; the namespaces end with their first process.
process.on('SIGINT', () => {});
child.on('error', error => {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
});
child.on('close', code => {
  process.exitCode = code ?? 1;
});
