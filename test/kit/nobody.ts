/** The program as somebody without any right runs it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAM } from './cli.js';

export const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];

const canRun = (program: string): boolean =>
  spawnSync(NOBODY[0], [...NOBODY.slice(1), process.execPath, program, '--version']).status === 0;

/** What the program consists of, beside the checkout. */
const PARTS = ['dist', 'scripts', 'examples', 'docs', 'package.json', 'node_modules/koffi', 'node_modules/@koromix'];

/** A program that everybody may read: the built one, or a copy where the checkout is closed to other users. */
function readable(): string {
  if (canRun(PROGRAM)) return PROGRAM;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const copy = mkdtempSync(join(tmpdir(), 'ctq-readable-'));
  process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
  chmodSync(copy, 0o755);
  for (const part of PARTS)
    if (existsSync(join(root, part))) cpSync(join(root, part), join(copy, part), { recursive: true });
  return join(copy, 'dist/ctq.js');
}

export const READABLE_PROGRAM = readable();
export const canRead = canRun(READABLE_PROGRAM);
