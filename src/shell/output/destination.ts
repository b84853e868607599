/** Destinations of formatted text: a stream, or a file that is replaced atomically. */
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { CtqError } from '../../engine/errors.js';
import { printable } from '../../lang/diagnostics/printable.js';

export interface Destination {
  /**
   * Writes a chunk; `done` is called when its memory may be reused.
   * @throws CtqError if a file cannot be written
   */
  write(chunk: Uint8Array, done: () => void): void;
  /** A promise while the reader is slower than the writer; rejected if the reader is gone. Undefined: write on. */
  ready(): Promise<void> | undefined;
  /** After the last write: waits until everything is written; a file appears under its name. */
  close(): Promise<void>;
  /** After a failure: removes an unfinished file. */
  abort(): void;
}

/** A stream: standard output, a socket. After EPIPE, nothing more is written and `ready` is rejected. */
export class StreamDestination implements Destination {
  readonly #stream: Writable;
  #failure: Error | undefined;
  #pending: Promise<void> | undefined;
  #reject: ((reason: Error) => void) | undefined;
  readonly #fail = (error: Error): void => {
    this.#failure ??=
      (error as NodeJS.ErrnoException).code === 'EPIPE' ? outputClosed() : outputFailed('the output', error);
    this.#reject?.(this.#failure);
  };

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', this.#fail);
    stream.on('close', this.#onClose);
  }

  readonly #onClose = (): void => {
    if (!this.#stream.writableFinished) this.#fail(Object.assign(new Error('closed'), { code: 'EPIPE' }));
  };

  write(chunk: Uint8Array, done: () => void): void {
    if (this.#failure !== undefined) {
      done();
      return;
    }
    if (this.#stream.write(chunk, () => done()) || this.#pending !== undefined) return;
    this.#pending = new Promise<void>((resolve, reject) => {
      this.#reject = reject;
      this.#stream.once('drain', () => {
        this.#pending = undefined;
        this.#reject = undefined;
        resolve();
      });
    });
    // Callers of `ready` handle the rejection; without one it must not be an unhandled rejection.
    this.#pending.catch(() => {});
  }

  ready(): Promise<void> | undefined {
    return this.#failure === undefined ? this.#pending : Promise.reject(this.#failure);
  }

  /** The stream itself stays open: it belongs to the caller. */
  async close(): Promise<void> {
    try {
      await this.ready();
      await new Promise<void>((resolve, reject) => {
        if (this.#failure !== undefined) return reject(this.#failure);
        this.#reject = reject;
        this.#stream.write('', error => (error ? reject(this.#failure ?? error) : resolve()));
      });
    } finally {
      this.#release();
    }
  }

  abort(): void {
    this.#release();
  }

  #release(): void {
    this.#stream.off('close', this.#onClose);
    // The error listener stays while a write is pending: an EPIPE without a listener would end the process.
    if (this.#stream.writableLength === 0 && this.#stream.listenerCount('error') > 1)
      this.#stream.off('error', this.#fail);
  }
}

/** A file that is written under a temporary name, and replaces the file of its own name when complete. */
export class FileDestination implements Destination {
  readonly #path: string;
  /** Undefined for a device, which is written directly. */
  readonly #temporary: string | undefined;
  #fd: number;

  /** @throws CtqError if the file cannot be created */
  constructor(path: string) {
    try {
      const target = targetOf(path);
      this.#path = target.path;
      if (target.special) {
        this.#fd = openSync(path, constants.O_WRONLY | constants.O_NOCTTY);
        return;
      }
      // It need not be unpredictable: O_EXCL never opens an existing file.
      const name = `.${basename(target.path)}.${process.pid}.${Math.random().toString(36).slice(2)}`;
      this.#temporary = join(dirname(target.path), name);
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      this.#fd = openSync(this.#temporary, flags, 0o600);
    } catch (error) {
      throw outputFailed(`'${printable(path)}'`, error as Error);
    }
  }

  write(chunk: Uint8Array, done: () => void): void {
    if (this.#fd < 0) {
      done();
      return;
    }
    try {
      for (let at = 0; at < chunk.length; ) at += writeSync(this.#fd, chunk, at);
    } catch (error) {
      this.abort();
      throw outputFailed(`'${printable(this.#path)}'`, error as Error);
    }
    done();
  }

  ready(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#fd < 0) return;
    try {
      if (this.#temporary === undefined) {
        this.#closeFd();
        return;
      }
      fsyncSync(this.#fd);
      this.#closeFd();
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      this.abort();
      throw outputFailed(`'${printable(this.#path)}'`, error as Error);
    }
  }

  abort(): void {
    if (this.#temporary !== undefined) {
      try {
        unlinkSync(this.#temporary);
      } catch {
        // It has been removed already.
      }
    }
    if (this.#fd >= 0) this.#closeFd();
  }

  #closeFd(): void {
    const fd = this.#fd;
    this.#fd = -1;
    closeSync(fd);
  }
}

/**
 * Resolves a path. Links of the user and of root are followed, those of others are not: other users who may write to a directory
 * such as /tmp must not choose which file is replaced. A device or a pipe is written directly.
 */
function targetOf(path: string): { path: string; special: boolean } {
  try {
    const link = lstatSync(path);
    if (link.isSymbolicLink() && link.uid !== 0 && link.uid !== process.geteuid?.())
      throw Object.assign(new Error('the link belongs to another user'), { code: 'ELOOP' });
    const stat = statSync(path);
    if (stat.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    return stat.isFile() ? { path: realpathSync(path), special: false } : { path, special: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { path, special: false };
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the file system is full; the existing file is unchanged',
  EDQUOT: 'the disk quota is used up; the existing file is unchanged',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'the directory does not exist',
  ENOTDIR: 'a component of the path is not a directory',
  EISDIR: 'it is a directory: name a file in it',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the link belongs to another user, or is circular: name the file itself',
};

/** `output-closed`: the reader of the output is gone. The program ends without a message. */
const outputClosed = (): CtqError =>
  new CtqError({ code: 'output-closed', kind: 'output', message: 'the output was closed by its reader (broken pipe)' });

function outputFailed(what: string, cause: NodeJS.ErrnoException): CtqError {
  const name = cause.code ?? 'error';
  return new CtqError({
    code: `output-${name}`,
    kind: 'output',
    message: `cannot write to ${what} (${name})`,
    hint: HINTS[name],
    // libuv's error numbers are negative.
    errno: cause.errno === undefined ? undefined : Math.abs(cause.errno),
    cause,
  });
}
