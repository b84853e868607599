import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { homeHint } from '../../engine/sources/why-unreadable.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { isCompressedPath } from '../../lang/schema/formats/formats.js';
import { type Destination, keptHint, outputFailed } from './destination.js';
import { DeviceDestination } from './device-destination.js';
import { GzipDestination } from './gzip-destination.js';
import { descriptorOf, isTrustedIn, type Place, placeOf, statsOf } from './safe-path.js';

/**
 * Opens the destination of a path: a file that is replaced atomically, or a device or a pipe, which is written directly. What is written to
 * `x.csv.gz` is compressed.
 * @throws CtqError if it cannot be created
 */
export function openFile(path: string): Destination {
  const what = `'${printable(path)}'`;
  let place: Place | undefined;
  try {
    place = descriptorOf(path) ?? placeOf(path);
    const { stats } = place;
    if (stats?.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR', errno: -21 });
    const isWhole = stats === undefined || stats.isFile();
    const file = isWhole ? new WholeFile(place, what) : new DeviceDestination(place, what);
    return isCompressedPath(path) ? new GzipDestination(file) : file;
  } catch (error) {
    place?.folder.close();
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const hint = keptHint(error as Error, place?.stats !== undefined) ?? (isMissing ? homeHint(path) : undefined);
    throw outputFailed(what, error as Error, hint);
  }
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** The mode of a new file, and of one that is not complete. */
const PRIVATE = 0o600;
/** Permission bits, without setuid, setgid and sticky. */
const ALL = 0o777;
/** All users may read it. */
const FOR_ALL = 0o444;

/** The bits of a file whose group cannot be kept: neither its new group nor the members of the old one, now among the others, may do more than before. */
const withoutGroup = (mode: number): number => {
  const common = (mode >> 3) & mode & 0o7;
  return (mode & 0o700) | (common << 3) | common;
};

/** A file that is written under a temporary name, and replaces the file of its own name when complete. */
class WholeFile implements Destination {
  readonly replacesFile = true;
  readonly #place: Place;
  readonly #what: string;
  /** The temporary path. */
  readonly #temporary: string;
  #fd: number;
  /** Bits that the file has besides those of the file that it replaces. */
  #shared = 0;
  /** There is a file of that name. */
  #exists: boolean;
  /** Between one content and the next. */
  #isBetween = false;

  constructor(place: Place, what: string) {
    this.#place = place;
    this.#what = what;
    this.#exists = place.stats !== undefined;
    // It need not be unpredictable: an existing file is never opened.
    const unique = `${process.pid}.${Math.random().toString(36).slice(2)}`;
    this.#temporary = place.folder.at(`.${place.name.slice(0, LONGEST_NAME)}.${unique}`);
    this.#fd = this.#create();
  }

  #create(): number {
    process.once('exit', this.#onExit);
    return openSync(this.#temporary, NEW_FILE, PRIVATE);
  }

  share(): void {
    this.#shared = FOR_ALL;
  }

  /** However the program ends, no unfinished file stays. */
  readonly #onExit = (): void => this.abort();

  write(chunk: Uint8Array, done: () => void): void {
    if (this.#fd < 0 && !this.#isBetween) {
      done();
      return;
    }
    try {
      if (this.#isBetween) {
        this.#fd = this.#create();
        this.#isBetween = false;
      }
      for (let at = 0; at < chunk.length; ) at += writeSync(this.#fd, chunk, at);
    } catch (error) {
      this.abort();
      throw outputFailed(this.#what, error as Error, keptHint(error as Error, this.#exists));
    }
    done();
  }

  ready(): undefined {
    return undefined;
  }

  get waiting(): number {
    return 0;
  }

  async close(): Promise<void> {
    if (this.#fd >= 0) this.next();
    if (!this.#isBetween) return;
    this.#isBetween = false;
    this.#place.folder.close();
  }

  next(): void {
    const { folder, name } = this.#place;
    try {
      this.#keepRights(statsOf(folder, name));
      fsyncSync(this.#fd);
      this.#closeFd();
      renameSync(this.#temporary, folder.at(name));
      this.#exists = true;
    } catch (error) {
      this.abort();
      throw outputFailed(this.#what, error as Error, keptHint(error as Error, this.#exists));
    }
    process.off('exit', this.#onExit);
    this.#isBetween = true;
  }

  abort(): void {
    const { folder } = this.#place;
    process.off('exit', this.#onExit);
    if (folder.isOpen && !this.#isBetween) {
      try {
        unlinkSync(this.#temporary);
      } catch {
        // It has been removed already.
      }
    }
    if (this.#fd >= 0) this.#closeFd();
    this.#isBetween = false;
    folder.close();
  }

  /** The file becomes as accessible as the one that it replaces, and never more so: its owner is set while it is still private. */
  #keepRights(old: Stats | undefined): void {
    let mode = PRIVATE;
    // In a folder that is open to all, another user may have put the file there to receive what is written.
    if (old?.isFile() && isTrustedIn(this.#place.folder, old)) {
      const { uid, gid } = fstatSync(this.#fd);
      mode = old.mode & ALL;
      // The group first: who gives a file away may no longer set its group.
      if (old.gid !== gid && !this.#own(uid, old.gid)) mode = withoutGroup(mode);
      if (old.uid !== uid) this.#own(old.uid, fstatSync(this.#fd).gid);
    }
    fchmodSync(this.#fd, mode | this.#shared);
  }

  /** Sets the owner and the group, where the process may. */
  #own(uid: number, gid: number): boolean {
    try {
      fchownSync(this.#fd, uid, gid);
      return true;
    } catch {
      return false;
    }
  }

  #closeFd(): void {
    const fd = this.#fd;
    this.#fd = -1;
    closeSync(fd);
  }
}

/** A name may have 255 bytes: this many characters of any length leave room for the unique part. */
const LONGEST_NAME = 50;
