import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '../../../../engine/make-folders.js';
import { hasPassword } from '../../../../lang/diagnostics/passwords.js';
import { isPrintable } from '../../../../lang/diagnostics/printable.js';

const MAX = 1000;
/** Of a longer file the end is read. */
const MAX_BYTES = 1 << 20;

/** `$XDG_STATE_HOME/ctq/history`, by default below ~/.local/state; undefined if the home directory is unknown. */
export function historyPath({ XDG_STATE_HOME: state, HOME: home }: NodeJS.ProcessEnv): string | undefined {
  if (state?.startsWith('/')) return join(state, 'ctq', 'history');
  return home ? join(home, '.local', 'state', 'ctq', 'history') : undefined;
}

/** One entry a line: line ends within it are written `\n`, and `\` as `\\`. */
export const encodeEntry = (entry: string): string => entry.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

/** The entry of a line; undefined if it is damaged. */
export function decodeEntry(line: string): string | undefined {
  const entry = line.replace(/\\(.)/g, (_, code: string) => (code === 'n' ? '\n' : code));
  return entry.trim() === '' || !isPrintable(entry.replaceAll('\n', '')) || entry.includes('\ufffd')
    ? undefined
    : entry;
}

/** The statements that were run, newest first; kept in a file that only its owner can read. Without a file it lasts as long as the shell. */
export class History {
  readonly #path: string | undefined;
  #entries: string[] = [];

  constructor(path: string | undefined) {
    this.#path = path;
    const lines = this.#load();
    for (const line of lines) {
      const entry = decodeEntry(line);
      if (entry !== undefined) this.#put(entry);
    }
    if (lines.length > 2 * MAX) this.#rewrite();
  }

  get entries(): readonly string[] {
    return this.#entries;
  }

  /** Adds a statement that was run. Text that begins with a blank is not kept. */
  add(text: string): void {
    const entry = text.trimEnd();
    if (entry === '' || /^\s/.test(entry) || entry === this.#entries[0]) return;
    this.#put(entry);
    // A password is not written to the file.
    if (!hasPassword(entry)) this.#append(`${encodeEntry(entry)}\n`);
  }

  #put(entry: string): void {
    this.#entries = [entry, ...this.#entries.filter(each => each !== entry)].slice(0, MAX);
  }

  #load(): string[] {
    const fd = this.#open(constants.O_RDONLY);
    if (fd === undefined) return [];
    try {
      const { size } = fstatSync(fd);
      const from = Math.max(0, size - MAX_BYTES);
      const bytes = Buffer.alloc(size - from);
      const read = readSync(fd, bytes, 0, bytes.length, from);
      const lines = bytes.toString('utf8', 0, read).split('\n').slice(0, -1);
      return from > 0 ? lines.slice(1) : lines;
    } catch {
      return [];
    } finally {
      closeSync(fd);
    }
  }

  #append(line: string): void {
    const fd = this.#open(constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
    if (fd === undefined) return;
    try {
      fchmodSync(fd, 0o600);
      writeSync(fd, line);
    } catch {
      // A full disk must not disturb typing.
    } finally {
      closeSync(fd);
    }
  }

  /** Links are not followed, and only regular files are written: another user must not choose the file. */
  #open(flags: number): number | undefined {
    if (this.#path === undefined) return undefined;
    try {
      if ((flags & constants.O_CREAT) !== 0) makeFolders(dirname(this.#path), 0o700);
      const fd = openSync(this.#path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
      if (fstatSync(fd).isFile()) return fd;
      closeSync(fd);
    } catch {
      // It does not exist, or may not be touched.
    }
    return undefined;
  }

  #rewrite(): void {
    if (this.#path === undefined) return;
    const fresh = `${this.#path}.${process.pid}`;
    try {
      const fd = openSync(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
      try {
        writeSync(
          fd,
          [...this.#entries]
            .reverse()
            .map(entry => `${encodeEntry(entry)}\n`)
            .join(''),
        );
      } finally {
        closeSync(fd);
      }
      renameSync(fresh, this.#path);
    } catch {
      try {
        unlinkSync(fresh);
      } catch {
        // It was not created.
      }
    }
  }
}
