/** The place of a file to be written, by an open folder: other users who may write to a folder of the path cannot redirect it. */
import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readlinkSync, type Stats } from 'node:fs';

/** include/uapi/asm-generic/fcntl.h: a descriptor that only identifies a place. */
const O_PATH = 0o10000000;
const MAX_LINKS = 40;
const STICKY_FOR_ALL = 0o1002;

/** A name in a folder that is open. */
export interface Place {
  readonly folder: Folder;
  readonly name: string;
  /** Its stats; undefined if it does not exist. */
  readonly stats: Stats | undefined;
  /** It is a link of the kernel's to what is open. */
  readonly isDescriptor?: true;
}

/** A folder that stays the same one whatever happens to its name. Close it. */
export class Folder {
  readonly #fd: number;
  readonly #path: string;
  #isOpen = true;

  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
  }

  /** The path of a name in it; never through another folder of the same name. */
  at(name: string): string {
    return HAS_PROC ? `/proc/self/fd/${this.#fd}/${name}` : `${this.#path}/${name}`;
  }

  /** @throws NodeJS.ErrnoException */
  enter(name: string): Folder {
    return new Folder(openSync(this.at(name), FOLDER), `${this.#path}/${name}`);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get stats(): Stats {
    return fstatSync(this.#fd);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#fd);
  }
}

const HAS_PROC = existsSync('/proc/self/fd');
const FOLDER = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Follows a path, name by name. Links of the user's own and root's are followed; on the way also those of others, but for links in a
 * folder that is open to all users, as the kernel's protected_symlinks has it.
 * @throws NodeJS.ErrnoException
 */
export function placeOf(path: string): Place {
  let folder = start(path);
  try {
    const names = partsOf(path);
    for (let links = 0; ; ) {
      const name = names.shift() ?? '.';
      const isLast = names.length === 0;
      const stats = statsOf(folder, name);
      if (stats?.isSymbolicLink()) {
        if (++links > MAX_LINKS || !mayFollow(stats, folder, isLast)) throw loop();
        const target = readlinkSync(folder.at(name));
        // A link cannot change: the same one was read if it is still there.
        if (statsOf(folder, name)?.ino !== stats.ino) throw loop();
        names.unshift(...partsOf(target));
        if (target.startsWith('/')) folder = moved(folder, start(target));
        continue;
      }
      if (isLast) return { folder, name, stats };
      if (stats === undefined) throw Object.assign(new Error('no such folder'), { code: 'ENOENT', errno: -2 });
      folder = moved(folder, folder.enter(name));
    }
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** Standard error, or the pipe of a shell's `>(…)`. */
const DESCRIPTOR = /^\/dev\/stderr$|^\/(?:dev|proc\/self)\/fd\/(\d{1,9})$/;

/**
 * The place of a path that names an open pipe or device of this process; undefined for any other path.
 * @throws NodeJS.ErrnoException
 */
export function descriptorOf(path: string): Place | undefined {
  const match = DESCRIPTOR.exec(path);
  if (match === null || !HAS_PROC) return undefined;
  const name = match[1] ?? '2';
  const stats = fstatSync(Number(name));
  if (!stats.isFIFO() && !stats.isCharacterDevice()) return undefined;
  return { folder: new Folder(openSync('/proc/self/fd', FOLDER), '/proc/self/fd'), name, stats, isDescriptor: true };
}

const start = (path: string): Folder =>
  path.startsWith('/') ? new Folder(openSync('/', FOLDER), '') : new Folder(openSync('.', FOLDER), '.');

/** A path that ends in a slash means a folder. */
const partsOf = (path: string): string[] =>
  path
    .split('/')
    .filter((part, i, all) => part !== '' || i === all.length - 1)
    .map(part => part || '.');

function moved(from: Folder, to: Folder): Folder {
  from.close();
  return to;
}

/** Of a name in a folder, links not followed; undefined if it does not exist. */
export function statsOf(folder: Folder, name: string): Stats | undefined {
  try {
    return lstatSync(folder.at(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function mayFollow({ uid }: Stats, folder: Folder, isLast: boolean): boolean {
  if (uid === 0 || uid === process.geteuid?.()) return true;
  if (isLast) return false;
  return !isOpenToAll(folder) || uid === folder.stats.uid;
}

/** Whether a folder is open to all users, as /tmp is. */
const isOpenToAll = (folder: Folder): boolean => (folder.stats.mode & STICKY_FOR_ALL) === STICKY_FOR_ALL;

/** As the kernel's protected_fifos and protected_regular have it: in a folder that is open to all, what another user put there is for that user to read. */
export const isTrustedIn = (folder: Folder, { uid }: Stats): boolean =>
  uid === 0 || uid === process.geteuid?.() || uid === folder.stats.uid || !isOpenToAll(folder);

const loop = (): Error => Object.assign(new Error('a link that is not followed'), { code: 'ELOOP', errno: -40 });
