/** The single executable: node with both programs, their code caches and koffi's library inside. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleNats, bundleSingle } from './bundle.js';
import { makeReproducibleCache } from './code-cache.js';
import { nodeOf } from './nodes.js';
import { root } from './project.js';

/** The node that is inside: the newest with long-term support, which makes such executables itself. */
export const SINGLE_NODE = '26.12.1';

/**
 * Makes ctq-VERSION-linux-PROCESSOR for the processor of this machine: the code caches are its.
 * @param {object} what
 * @param {string} what.version
 * @param {string} what.origin what `ctq --version` prints of it
 * @param {string} what.koffi the folder of koffi's package for the processor
 * @param {string} what.work an empty folder @param {string} what.to the folder of the executable
 * @returns {Promise<string>} its path
 */
export async function makeSingle({ version, origin, koffi, work, to }) {
  const node = nodeOf(SINGLE_NODE);
  const folder = join(work, 'single');
  mkdirSync(folder);
  /** @type {Record<string, string>} */
  const assets = {};
  /** @param {string} name @param {string | Uint8Array} content */
  const add = (name, content) => {
    assets[name] = join(folder, name);
    writeFileSync(assets[name], content);
  };
  for (const name of readdirSync(join(root, 'dist'))) {
    const [, program, number = ''] = /^(program|conntrack)-[0-9a-f]+(-[234])?\.cjs$/.exec(name) ?? [];
    if (program === undefined) continue;
    const script = `${program}${number}`;
    assets[`${script}.cache`] = join(folder, `${script}.cache`);
    makeReproducibleCache(node, join(root, 'dist', name), assets[`${script}.cache`]);
    add(`${script}.cjs`, readFileSync(join(root, 'dist', name)));
  }
  add(
    'early-watch.cjs',
    `(function (exports, require, module) {${readFileSync(join(root, 'dist/early-watch.js'), 'utf8')}\n})`,
  );
  add('nats.cjs', await bundleNats());
  for (const name of ['worker.js', 'reading-worker.js']) add(name, readFileSync(join(root, 'dist', name)));
  add('koffi.node', readFileSync(join(koffi, `linux_${process.arch}/koffi.node`)));
  add('origin', origin);
  writeFileSync(join(folder, 'single.js'), await bundleSingle());
  const made = join(folder, 'ctq');
  const config = {
    // Its path is written into the executable.
    main: 'single.js',
    output: made,
    executable: node,
    disableExperimentalSEAWarning: true,
    // What the environment says to node is meant for other programs.
    execArgv: [],
    execArgvExtension: 'none',
    assets,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  execFileSync(node, ['--build-sea', 'config.json'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const executable = join(to, `ctq-${version}-linux-${process.arch}`);
  rmSync(executable, { force: true });
  copyFileSync(made, executable);
  return executable;
}
