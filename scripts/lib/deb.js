/** The Debian package: its tree, and the .deb of it. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './project.js';

/** Debian's names of processors, and node's. */
export const ARCHITECTURES = { amd64: 'x64', arm64: 'arm64' };

const LIB = 'usr/lib/ctq';

/** What connects to a NATS server, for fleets; in JavaScript, the same for all processors. */
const NATS = [...['transport-node', 'nats-core', 'nkeys', 'nuid'].map(name => `@nats-io/${name}`), 'tweetnacl'];

/**
 * Makes ctq_VERSION_ARCHITECTURE.deb. The same checkout gives the same bytes.
 * @param {object} what
 * @param {keyof typeof ARCHITECTURES} what.architecture
 * @param {string} what.version
 * @param {string} what.origin what `ctq --version` prints of it
 * @param {Date} what.time of the last commit; all files have it
 * @param {string} what.koffi the folder of koffi's package for the processor
 * @param {string} what.work an empty folder @param {string} what.to the folder of the .deb
 * @returns {string} its path
 */
export function makeDeb({ architecture, version, origin, time, koffi, work, to }) {
  const tree = join(work, architecture);
  /** @param {string} path @param {string | Uint8Array} content @param {number} [mode] */
  const add = (path, content, mode = 0o644) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content);
    chmodSync(join(tree, path), mode);
  };
  /** @param {string} path */
  const source = path => readFileSync(join(root, path));
  /** @param {string | Uint8Array} content */
  const packed = content => gzipSync(content, { level: 9 });

  for (const name of programFiles()) add(join(LIB, name), source(join('dist', name)));
  for (const name of ['ctq.js', 'ctq-conntrack.js'])
    add(join(LIB, name), withNode(source(join('dist', name)), '/usr/bin/node'), 0o755);
  add(join(LIB, 'origin'), `${origin}\n`);
  const node = ARCHITECTURES[architecture];
  const binary = `koffi-linux-${node}`;
  const modules = join(LIB, 'node_modules/@koromix', binary);
  add(join(modules, 'package.json'), readFileSync(join(koffi, 'package.json')));
  add(join(modules, `linux_${node}/koffi.node`), readFileSync(join(koffi, `linux_${node}/koffi.node`)));
  for (const name of NATS)
    for (const file of filesBelow(join(root, 'node_modules', name)).filter(each => /\.(js|json)$|^LICENSE/.test(each)))
      add(join(LIB, 'node_modules', name, file), source(join('node_modules', name, file)));
  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  for (const name of ['ctq', 'ctq-conntrack']) symlinkSync(`../lib/ctq/${name}.js`, join(tree, 'usr/bin', name));

  add('usr/share/man/man1/ctq.1.gz', packed(source('docs/ctq.1')));
  symlinkSync('ctq.1.gz', join(tree, 'usr/share/man/man1/ctq-conntrack.1.gz'));
  for (const [shell, path] of Object.entries({
    bash: 'usr/share/bash-completion/completions/ctq',
    zsh: 'usr/share/zsh/vendor-completions/_ctq',
    fish: 'usr/share/fish/vendor_completions.d/ctq.fish',
  }))
    add(path, execFileSync(process.execPath, [join(root, 'dist/ctq.js'), 'completion', shell]));
  for (const name of ['ctq-agent.service', 'ctq-metrics.service', 'ctq-metrics.timer'])
    add(`usr/lib/systemd/system/${name}`, source(`scripts/debian/${name}`));
  // Not a program here: the service names it.
  add(
    'etc/ctq/metrics.ctq',
    source('examples/metrics.ctq')
      .toString()
      .replace(/^#!.*\n/, ''),
  );
  add('usr/share/lintian/overrides/ctq', source('scripts/debian/lintian-overrides'));

  const doc = 'usr/share/doc/ctq';
  add(`${doc}/copyright`, copyright());
  add(`${doc}/changelog.gz`, packed(source('CHANGELOG.md')));
  add(`${doc}/changelog.Debian.gz`, packed(changelog(version, time)));
  for (const name of readdirSync(join(root, 'docs')).filter(each => each.endsWith('.md')))
    add(`${doc}/${name}`, source(`docs/${name}`));
  for (const name of filesBelow(join(root, 'examples'))) add(`${doc}/examples/${name}`, source(`examples/${name}`));

  for (const name of ['postinst', 'prerm']) add(`DEBIAN/${name}`, source(`scripts/debian/${name}`), 0o755);
  add('DEBIAN/triggers', 'interest-noawait /usr/bin/node\n');
  add('DEBIAN/conffiles', '/etc/ctq/metrics.ctq\n');
  add(
    'DEBIAN/control',
    source('scripts/debian/control')
      .toString()
      .replace('@ARCHITECTURE@', architecture)
      .replace('@VERSION@', version)
      .replace('@SIZE@', String(Math.ceil(sizeOf(tree) / 1024))),
  );
  add('DEBIAN/md5sums', sums(tree));

  const deb = join(to, `ctq_${version}_${architecture}.deb`);
  rmSync(deb, { force: true });
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', tree, deb], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(time.getTime() / 1000), TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return deb;
}

/** The files of dist/ that the programs need, without the launchers. */
export const programFiles = () =>
  readdirSync(join(root, 'dist')).filter(
    name =>
      /^(program|conntrack)-[0-9a-f]+(-[234])?\.cjs$/.test(name) ||
      ['early-watch.js', 'make-cache.js', 'worker.js', 'reading-worker.js', 'package.json'].includes(name),
  );

/** A launcher that starts another node than the one of the build. @param {Buffer} launcher @param {string} node empty: the one of npm, or of PATH */
export function withNode(launcher, node) {
  const line = /^_ctq_node='[^\n]*'$/m;
  const text = launcher.toString('utf8');
  if (!line.test(text)) throw new Error('the launcher has no line that names its node');
  return text.replace(line, () => `_ctq_node='${node}'`);
}

/** @param {string} folder @returns {string[]} paths below it of all files, sorted */
const filesBelow = folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => lstatSync(join(folder, name)).isFile())
    .sort();

/** @param {string} tree */
const sizeOf = tree => filesBelow(tree).reduce((sum, name) => sum + statSync(join(tree, name)).size, 0);

/** @param {string} tree */
function sums(tree) {
  const names = filesBelow(tree).filter(name => !name.startsWith('DEBIAN/'));
  return execFileSync('md5sum', ['--', ...names], { cwd: tree, encoding: 'utf8' });
}

/** @param {string} version @param {Date} time */
const changelog = (version, time) => `ctq (${version}) unstable; urgency=medium

  * See changelog.gz.

 -- ctq developers <ctq@example.org>  ${time.toUTCString().replace('GMT', '+0000')}
`;

function copyright() {
  const ours = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  const packages = [
    'chevrotain',
    'cli-table3',
    'csv-parse',
    'fast-xml-parser',
    'get-east-asian-width',
    'lodash-es',
    ...NATS,
  ].map(name => join(root, 'node_modules', name));
  const parts = [`ctq\n\n${ours}\n`];
  for (const folder of [join(root, 'node_modules/koffi'), ...packages]) {
    const { name, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
    parts.push(`${name} (${license})\n\n${license === 'Apache-2.0' ? APACHE : text}\n`);
  }
  return parts.join(`\n${'-'.repeat(72)}\n\n`);
}

const APACHE =
  'Licensed under the Apache License, Version 2.0. On Debian systems, its text is in /usr/share/common-licenses/Apache-2.0.';
