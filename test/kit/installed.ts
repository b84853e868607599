/** The built programs as npm installs them below a prefix, with links to them; node_modules of the checkout beside them. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROGRAM } from './cli.js';

export interface Installed {
  readonly prefix: string;
  readonly ctq: string;
  readonly conntrack: string;
  /** The path of the only file in dist/ of whose name this is the pattern. */
  file(name: RegExp): string;
}

/** @param node what the launchers are to take for the node that they were built with */
export function install(node = process.execPath): Installed {
  const prefix = mkdtempSync(join(tmpdir(), 'ctq-prefix-'));
  process.on('exit', () => rmSync(prefix, { recursive: true, force: true }));
  const modules = join(prefix, 'lib/node_modules');
  const dist = join(modules, 'ctq/dist');
  mkdirSync(join(prefix, 'bin'), { recursive: true });
  mkdirSync(dist, { recursive: true });
  const built = dirname(PROGRAM);
  for (const name of readdirSync(built))
    if (/\.(c?js|cache|json)$/.test(name)) cpSync(join(built, name), join(dist, name));
  for (const name of ['koffi', '@koromix']) symlinkSync(join(built, '../node_modules', name), join(modules, name));
  for (const launcher of ['ctq.js', 'ctq-conntrack.js']) {
    const path = join(dist, launcher);
    writeFileSync(path, readFileSync(path, 'utf8').replace(`'${process.execPath}'`, `'${node}'`), { mode: 0o755 });
  }
  symlinkSync('../lib/node_modules/ctq/dist/ctq.js', join(prefix, 'bin/ctq'));
  symlinkSync('../lib/node_modules/ctq/dist/ctq-conntrack.js', join(prefix, 'bin/conntrack'));
  return {
    prefix,
    ctq: join(prefix, 'bin/ctq'),
    conntrack: join(prefix, 'bin/conntrack'),
    file: name => join(dist, readdirSync(dist).find(each => name.test(each))!),
  };
}
