/** Destinations of formatted text: a stream, or a file that is replaced atomically. */
import type { Writable } from 'node:stream';
import { CtqError } from '../../engine/errors.js';
import { FileOutput } from './standard-output.js';

export interface Destination {
  /**
   * Writes a chunk; `done` is called when its memory may be reused.
   * @throws CtqError if a file cannot be written
   */
  write(chunk: Uint8Array, done: () => void): void;
  /** A promise while the reader is slower than the writer; rejected if the reader is gone. Undefined: write on. */
  ready(): Promise<void> | undefined;
  /** Bytes that the reader has not taken yet; shows whether it reads at all. */
  readonly waiting?: number;
  /** A program that its user ends, such as a pager: a signal does not end the waiting for it. */
  readonly isUsers?: boolean;
  /** It is a file that replaces another one of its name when complete. */
  readonly replacesFile?: boolean;
  /** After the last write: waits until everything is written; a file appears under its name. */
  close(): Promise<void>;
  /** After a failure: removes an unfinished file. */
  abort(): void;
  /** Of a file: all users may read it. */
  share?(): void;
  /** Of a file: what was written appears under its name, and what follows will replace it. @throws CtqError if it cannot */
  next?(): void;
}

/** A stream: standard output, a socket. After EPIPE, nothing more is written and `ready` is rejected. */
export class StreamDestination implements Destination {
  readonly #stream: Writable;
  #failure: Error | undefined;
  #pending: Promise<void> | undefined;
  #reject: ((reason: Error) => void) | undefined;
  readonly #fail = (error: Error): void => {
    this.#failure ??=
      (error as NodeJS.ErrnoException).code === 'EPIPE' ? outputClosed() : streamFailed(this.#stream, error);
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

  get waiting(): number {
    return this.#stream.writableLength;
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

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the file system is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'the directory does not exist',
  ENOTDIR: 'a component of the path is not a directory',
  EISDIR: 'it is a directory: name a file in it',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the link belongs to another user, or is circular: name the file itself',
};

/** What is left of a file that is replaced when complete. */
export const keptHint = ({ code = '' }: NodeJS.ErrnoException, exists: boolean): string | undefined =>
  code === 'ENOSPC' || code === 'EDQUOT'
    ? `${HINTS[code]}; ${exists ? 'the existing file is unchanged' : 'no file is left'}`
    : undefined;

/** `output-closed`: the reader of the output is gone. The program ends without a message. */
const outputClosed = (): CtqError =>
  new CtqError({ code: 'output-closed', kind: 'output', message: 'the output was closed by its reader (broken pipe)' });

/** The error of a stream that is written to directly: what has been written stays. */
export function streamFailed(stream: Writable, cause: NodeJS.ErrnoException): CtqError {
  if (!(stream instanceof FileOutput)) return outputFailed('the output', cause);
  const why = cause.code === 'ENOSPC' ? 'the file system is full: ' : '';
  return outputFailed(
    'the standard output',
    cause,
    `${why}the first ${stream.written} bytes are written, the rest is not`,
  );
}

export function outputFailed(what: string, cause: NodeJS.ErrnoException, hint = HINTS[cause.code ?? '']): CtqError {
  const name = cause.code ?? 'error';
  return new CtqError({
    code: `output-${name}`,
    kind: 'output',
    message: `cannot write to ${what} (${name})`,
    hint,
    // libuv's error numbers are negative.
    errno: cause.errno === undefined ? undefined : Math.abs(cause.errno),
    cause,
  });
}
