#!/usr/bin/env node
/**
 * Makes the packages from a checkout: node scripts/package.js [--to FOLDER] [--twice]
 *
 * - ctq-VERSION.tgz for npm install --global
 * - ctq-VERSION-linux-x64 or -arm64, as this machine is: an executable that requires no node
 * - ctq_VERSION_amd64.deb and ctq_VERSION_arm64.deb, for Debian 13 and newer; requires dpkg-deb(1)
 *
 * The same commit gives the same bytes; --twice makes them again, and compares.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ARCHITECTURES, makeDeb, withNode } from './lib/deb.js';
import { root } from './lib/project.js';
import { makeSingle } from './lib/single.js';

const { version, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

/**
 * koffi's package for a processor: the installed one, or the one of the registry, which must be the one in package-lock.json.
 * @param {string} node @param {string} work
 */
function koffiFor(node, work) {
  const name = `@koromix/koffi-linux-${node}`;
  const installed = join(root, 'node_modules', name);
  if (existsSync(installed)) return installed;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[`node_modules/${name}`];
  const folder = mkdtempSync(join(work, 'koffi-'));
  execFileSync('npm', ['pack', '--silent', `${name}@${locked.version}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [archive] = readdirSync(folder);
  const hash = createHash('sha512')
    .update(readFileSync(join(folder, archive)))
    .digest('base64');
  if (locked.integrity !== `sha512-${hash}`) throw new Error(`${name} is not the package of package-lock.json`);
  execFileSync('tar', ['-xzf', archive], { cwd: folder });
  return join(folder, 'package');
}

/**
 * The npm package: what `files` lists, with launchers that use the node of npm, and without what only development needs.
 * @param {string} work @param {string} to @param {string} origin @param {Date} time
 */
function makeTarball(work, to, origin, time) {
  const folder = join(work, 'npm');
  for (const name of [...files, 'README.md', 'LICENSE', 'CHANGELOG.md'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of readdirSync(join(folder, 'dist'))) if (name.endsWith('.cache')) rmSync(join(folder, 'dist', name));
  for (const name of ['ctq.js', 'ctq-conntrack.js']) {
    const path = join(folder, 'dist', name);
    writeFileSync(path, withNode(readFileSync(path), ''), { mode: 0o755 });
  }
  writeFileSync(join(folder, 'dist/origin'), `${origin}\n`);
  const { scripts, devDependencies, overrides, allowScripts, dependencies, optionalDependencies, ...shipped } =
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  void [scripts, devDependencies, overrides, allowScripts, dependencies];
  // What connects to a NATS server is small; the engines of the history are not, and few need them.
  const nats = { '@nats-io/transport-node': optionalDependencies['@nats-io/transport-node'] };
  // All but that and koffi is in the bundles. Of koffi, the library of the processor is enough, which has no installation script.
  const { optionalDependencies: libraries } = JSON.parse(
    readFileSync(join(root, 'node_modules/koffi/package.json'), 'utf8'),
  );
  const linux = Object.entries(libraries).filter(([name]) => name.includes('-linux-'));
  const manifest = { ...shipped, dependencies: nats, optionalDependencies: Object.fromEntries(linux) };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    utimesSync(join(folder, name), time, time);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', to], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(to, `ctq-${version}.tgz`);
}

/**
 * Builds ctq, and makes all packages of it.
 * @param {string} to
 * @returns {Promise<Map<string, string>>} the hash of each, by the name of its file
 */
async function makeAll(to) {
  const time = new Date(Number(git('log', '-1', '--format=%ct')) * 1000);
  const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ', changed';
  const commit = `commit ${git('rev-parse', '--short=12', 'HEAD')}${changed}`;
  execFileSync(process.execPath, [join(root, 'scripts/build.js')], { stdio: 'inherit' });
  mkdirSync(to, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'ctq-package-'));
  try {
    const made = [makeTarball(work, to, `npm package, ${commit}`, time)];
    for (const architecture of /** @type {(keyof typeof ARCHITECTURES)[]} */ (Object.keys(ARCHITECTURES))) {
      const koffi = koffiFor(ARCHITECTURES[architecture], work);
      made.push(makeDeb({ architecture, version, origin: `Debian package, ${commit}`, time, koffi, work, to }));
    }
    const koffi = koffiFor(process.arch, work);
    made.push(await makeSingle({ version, origin: `single executable, ${commit}`, koffi, work, to }));
    return new Map(made.map(path => [basename(path), createHash('sha256').update(readFileSync(path)).digest('hex')]));
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Makes all packages again, in another folder and time zone. @param {Map<string, string>} hashes of the first */
async function compareAgain(hashes) {
  const again = mkdtempSync(join(tmpdir(), 'ctq-again-'));
  process.env.TZ = 'Pacific/Apia';
  try {
    const different = [...(await makeAll(again))].filter(([name, hash]) => hashes.get(name) !== hash);
    if (different.length > 0) throw new Error(`not the same bytes: ${different.map(([name]) => name).join(', ')}`);
  } finally {
    rmSync(again, { recursive: true });
  }
  console.log('made twice: the same bytes');
}

async function main() {
  const { to, twice } = parseArgs({
    options: { to: { type: 'string', default: join(root, 'packages') }, twice: { type: 'boolean', default: false } },
  }).values;
  const folder = resolve(to);
  const hashes = await makeAll(folder);
  for (const [name, hash] of hashes) {
    const path = join(folder, name);
    console.log(`${relative(process.cwd(), path)}  ${statSync(path).size} bytes  sha256 ${hash}`);
  }
  if (twice) await compareAgain(hashes);
}

try {
  await main();
} catch (error) {
  console.error(`package: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
