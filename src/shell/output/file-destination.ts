import { closeSync, constants, fchmodSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { printable } from '../../lang/diagnostics/printable.js';
import { isCompressedPath } from '../../lang/schema/formats/formats.js';
import { type Destination, keptHint, outputFailed } from './destination.js';
import { DeviceDestination } from './device-destination.js';
import { GzipDestination } from './gzip-destination.js';
import { type Place, placeOf } from './safe-path.js';

/**
 * Opens the destination of a path: a file that is replaced atomically, or a device or a pipe, which is written directly. What is written to
 * `x.csv.gz` is compressed.
 * @throws CtqError if it cannot be created
 */
export function openFile(path: string): Destination {
  const what = `'${printable(path)}'`;
  let place: Place | undefined;
  try {
    place = placeOf(path);
    const { stats } = place;
    if (stats?.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR', errno: -21 });
    const isWhole = stats === undefined || stats.isFile();
    const file = isWhole ? new WholeFile(place, what) : new DeviceDestination(place, what);
    return isCompressedPath(path) ? new GzipDestination(file) : file;
  } catch (error) {
    place?.folder.close();
    throw outputFailed(what, error as Error, keptHint(error as Error, place?.stats !== undefined));
  }
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** A file that is written under a temporary name, and replaces the file of its own name when complete. */
class WholeFile implements Destination {
  readonly #place: Place;
  readonly #what: string;
  /** The temporary path. */
  readonly #temporary: string;
  #fd: number;
  #mode = 0o600;
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
    return openSync(this.#temporary, NEW_FILE, this.#mode);
  }

  share(): void {
    this.#mode = 0o644;
    fchmodSync(this.#fd, this.#mode);
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

  #closeFd(): void {
    const fd = this.#fd;
    this.#fd = -1;
    closeSync(fd);
  }
}

/** A name may have 255 bytes: this many characters of any length leave room for the unique part. */
const LONGEST_NAME = 50;
