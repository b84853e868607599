/** Why a file cannot be read, in words. */
import { readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { nearest } from '../../lang/diagnostics/did-you-mean.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { tableOf } from '../../lang/schema/catalogue.js';
import { inHome } from '../home.js';

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EIO: 'input/output error',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  ERR_INVALID_ARG_VALUE: 'file name contains NUL',
};

/** An error of the system as words: `no such file`. */
export function whyUnreadable(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return (code !== undefined && WORDS[code]) || (cause instanceof Error ? cause.message : String(cause));
}

/** The hint for a path in quotes that begins with `~/`, which only shells expand. */
export const homeHint = (path: string): string | undefined =>
  path.startsWith('~/') ? `~ is not expanded in quotes; write '${printable(inHome(path))}'` : undefined;

/** The hint for a folder in the place of a file. */
export const folderHint = (path: string, cause: unknown): string | undefined =>
  (cause as NodeJS.ErrnoException).code === 'EISDIR'
    ? `all files in it: '${printable(path.replace(/\/+$/, ''))}/*'`
    : undefined;

/** Where a symbolic link points; undefined for anything else. */
function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** For `{a,b}.csv`, which shells expand. */
function bracesHint(path: string): string | undefined {
  const [, before, inside, after] = /^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/.exec(path) ?? [];
  if (inside === undefined) return undefined;
  const words = inside.split(',');
  const shown = (part: string): string => `'${printable(before + part + after)}'`;
  return words.every(word => word.length === 1)
    ? `braces are not expanded in quotes; a pattern has *, ? and […]: ${shown(`[${words.join('')}]`)}`
    : `braces are not expanded in quotes; write: select … from ${words.map(shown).join(' union all select … from ')}`;
}

/** Names of a folder that are compared. */
const MAX_NAMES = 10_000;

/**
 * The hint for a file that does not exist: where its link points, or a file of a similar name in its folder.
 * @param shown the path as the user wrote it
 */
export function nearFile(path: string, cause: unknown, shown = path): string | undefined {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
  const ofHome = homeHint(shown);
  if (ofHome !== undefined) return ofHome;
  if (/^(?:https?|ftp):\/\//i.test(shown))
    return `files of this machine are read; of a server: curl -s '${printable(shown)}' | ctq "… from '-'"`;
  const target = targetOf(path);
  if (target !== undefined) return `it is a link to '${printable(target)}', which does not exist`;
  const braces = bracesHint(shown);
  if (braces !== undefined) return braces;
  if (tableOf(shown) !== undefined) return `a table has no quotes: from ${shown}`;
  const name = basename(path);
  let names: readonly string[];
  try {
    names = readdirSync(dirname(path), { withFileTypes: true })
      .slice(0, MAX_NAMES)
      .filter(entry => !entry.isDirectory())
      .map(entry => entry.name);
  } catch {
    return undefined;
  }
  const best = nearest(name, names);
  return best && `did you mean '${shown.slice(0, shown.length - name.length)}${best}'?`;
}
