import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** How often (ms) a file is looked at while nothing is appended to it. */
const INTERVAL_MS = 100;
const PIECE = 128 * 1024;

/** What has become of a file: another took its name, or it was cut. */
export type Turn = 'replaced' | 'truncated';

/** A regular file that others append to, rename, and cut. */
export class FollowedFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #identity: string;
  readonly #buffer = Buffer.allocUnsafeSlow(PIECE);
  /** Of the next byte. */
  position = 0;

  private constructor(path: string, file: FileHandle, identity: string) {
    this.#path = path;
    this.#file = file;
    this.#identity = identity;
  }

  /**
   * Opens a file.
   * @returns undefined while there is none of that name
   * @throws NodeJS.ErrnoException
   */
  static async open(path: string): Promise<FollowedFile | undefined> {
    let file: FileHandle;
    try {
      file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    return new FollowedFile(path, file, identityOf(await file.stat()));
  }

  async size(): Promise<number> {
    return (await this.#file.stat()).size;
  }

  /** When it was last written to, ms since the epoch. */
  async written(): Promise<number> {
    return (await this.#file.stat()).mtimeMs;
  }

  /** The bytes at a place, which may be fewer than there were; valid until the next call. */
  async at(position: number, length: number): Promise<Uint8Array> {
    const { bytesRead } = await this.#file.read(this.#buffer, 0, Math.min(length, PIECE), position);
    return this.#buffer.subarray(0, bytesRead);
  }

  /**
   * What follows, once there is something; a piece is valid until the next call.
   * @param most bytes
   * @returns a turn after all that was written before it; undefined once the signal is aborted and nothing is left
   */
  async next(signal: AbortSignal, most = PIECE): Promise<Uint8Array | Turn | undefined> {
    for (;;) {
      const piece = await this.at(this.position, most);
      if (piece.length > 0) {
        this.position += piece.length;
        return piece;
      }
      if ((await this.size()) < this.position) return 'truncated';
      if (signal.aborted) return undefined;
      if (await this.#isReplaced()) {
        // What was written until it was renamed.
        const last = await this.at(this.position, most);
        if (last.length === 0) return 'replaced';
        this.position += last.length;
        return last;
      }
      await pause(signal);
    }
  }

  /** Whether the name belongs to another file now. While no file has the name, the followed one is read on. */
  async #isReplaced(): Promise<boolean> {
    try {
      return identityOf(await stat(this.#path)) !== this.#identity;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

const identityOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }): string => `${dev}:${ino}`;

/** Waits until it is time to look again, or until the signal is aborted. */
export const pause = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, INTERVAL_MS);
    signal.addEventListener('abort', done, { once: true });
  });
