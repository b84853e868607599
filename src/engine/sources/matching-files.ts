/** The files that a pattern names: `year/*.log.gz`. */
import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { printable } from '../../lang/diagnostics/printable.js';
import { CtqError } from '../errors.js';
import { homeHint } from './why-unreadable.js';

const PATTERN = /[*?[]/;

/** A whole part of a path: the folder before it, and all folders below. */
const ANY_FOLDERS = '**';

/** Patterns are looked up while a statement is typed; one such as `/**` is a mistake. */
const MAX_FOLDERS = 10_000;

/**
 * The files that match a pattern, in the order of their names: `*` matches any characters of a name, `?` one, `[0-9]` one of these, and
 * `**` between slashes any number of folders. Hidden files match only where the pattern has the dot.
 * @returns undefined for a path without these characters, and for one that is the name of a file
 * @throws CtqError if `**` is more folders than a pattern may name
 */
export function matchingFiles(path: string): readonly string[] | undefined {
  if (!PATTERN.test(path) || existsSync(path)) return undefined;
  const segments = path.split('/').filter((segment, i) => segment !== '' || i === 0);
  // The files in these folders.
  if (segments.at(-1) === ANY_FOLDERS) segments.push('*');
  let found = [''];
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    const end = isLast ? '' : '/';
    if (segment === ANY_FOLDERS) found = withFoldersBelow(found, path);
    else if (!PATTERN.test(segment)) found = found.map(folder => `${folder}${segment}${end}`);
    else {
      const isMatch = matcherOf(segment);
      found = found.flatMap(folder =>
        namesIn(folder)
          .filter(isMatch)
          .map(name => `${folder}${name}${end}`),
      );
    }
  }
  return found.filter(isFile).sort();
}

/** @throws CtqError where there is none */
export function filesOf(path: string): readonly string[] | undefined {
  const files = matchingFiles(path);
  if (files?.length !== 0) return files;
  throw new CtqError({
    code: 'no-file-matches',
    kind: 'input',
    message: `no file matches '${printable(path)}'`,
    hint: homeHint(path),
  });
}

/** Folders and all folders below them, without hidden ones. Links are not followed: they may lead upwards. */
function withFoldersBelow(folders: readonly string[], pattern: string): string[] {
  const found = new Set(folders);
  for (const folder of found) {
    for (const each of entriesIn(folder)) {
      if (each.isDirectory() && !each.name.startsWith('.')) found.add(`${folder}${each.name}/`);
    }
    if (found.size > MAX_FOLDERS) {
      throw new CtqError({
        code: 'folders',
        kind: 'input',
        message: `'${printable(pattern)}' names more than ${MAX_FOLDERS.toLocaleString('en')} folders`,
        hint: 'write the folder that the files are in before **',
      });
    }
  }
  return [...found];
}

const namesIn = (folder: string): readonly string[] => entriesIn(folder).map(({ name }) => name);

function entriesIn(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder === '' ? '.' : folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function matcherOf(segment: string): (name: string) => boolean {
  const source = segment.replace(/\*+|\?|\[(!?)(\]?[^\]]*)\]|./gsu, (text, not, set) => {
    if (text.startsWith('*')) return '.*';
    if (text === '?') return '.';
    return text.length > 1 && set !== undefined
      ? `[${not && '^'}${set.replace(/[\\\]^[]/g, '\\$&')}]`
      : text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  const isHidden = segment.startsWith('.');
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^${source}$`, 'su');
  } catch {
    // A range such as [z-a].
    return () => false;
  }
  return name => (isHidden || !name.startsWith('.')) && pattern.test(name);
}

/** Files that differ are read as one table only by mistake. */
export const differ = (
  pattern: string,
  first: readonly [path: string, what: string],
  other: readonly [string, string],
): CtqError =>
  new CtqError({
    code: 'files-differ',
    kind: 'input',
    message: `'${printable(pattern)}' names files of different kinds: ${printable(first[0])} has ${first[1]}, ${printable(other[0])} ${other[1]}`,
    hint: 'write a pattern that only matches files of one kind',
  });

/** Warnings that are the same for several files but for the name and numbers: the first is shown, and how many files have it. */
export class AlikeWarnings {
  readonly #files = new Map<string, { readonly first: string; readonly files: Set<string> }>();
  readonly #warn: (message: string, hint?: string) => void;

  constructor(warn: (message: string, hint?: string) => void) {
    this.#warn = warn;
  }

  /** The `warn` of a file. */
  of(path: string): (message: string, hint?: string) => void {
    const name = printable(path);
    return (message, hint) => {
      const text = message.startsWith(name) ? message.slice(name.length) : message;
      // A line that is skipped is quoted.
      const key = /^:\d+: skipped/.test(text) ? ':skipped' : text.replace(/\d+/g, '0');
      const known = this.#files.get(key);
      known?.files.add(path);
      if (known !== undefined && (key !== ':skipped' || known.first !== path)) return;
      if (known === undefined) this.#files.set(key, { first: path, files: new Set([path]) });
      this.#warn(message, hint);
    };
  }

  /** At the end: says of how many files else it holds. */
  finish(): void {
    const more = Math.max(0, ...Array.from(this.#files.values(), ({ files }) => files.size - 1));
    if (more > 0) this.#warn(`${more === 1 ? '1 more file has' : `up to ${more} more files have`} such warnings`);
    this.#files.clear();
  }
}
