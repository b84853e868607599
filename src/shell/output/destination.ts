/** Where formatted text goes: a stream, or a file that appears whole or not at all. */
import type { Writable } from 'node:stream';
import { CtqError } from '../../engine/errors.js';
import { FileOutput } from './standard-output.js';

export interface Destination {
  /** Takes a chunk; `done` is called when its memory is free again. Throws what is wrong with a file. */
  write(chunk: Uint8Array, done: () => void): void;
  /** A promise while the other side is slower; rejected when there is no other side any more. */
  ready(): Promise<void> | undefined;
  /** Bytes that the other side has not taken yet: whether it takes any is seen by this. */
  readonly waiting?: number;
  /** A program that its user ends, such as a pager: a signal does not end the waiting for it. */
  readonly isUsers?: boolean;
  /** All was written: waits until it arrived, and makes a file appear. */
  close(): Promise<void>;
  /** Something went wrong: a file that was begun is removed. */
  abort(): void;
}

/** A stream: standard output, a socket. A reader that went away (EPIPE) ends it quietly: `ready` is rejected, nothing more is written. */
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
    // Whoever waits sees the rejection; where nobody does, it is no unhandled one.
    this.#pending.catch(() => {});
  }

  ready(): Promise<void> | undefined {
    return this.#failure === undefined ? this.#pending : Promise.reject(this.#failure);
  }

  get waiting(): number {
    return this.#stream.writableLength;
  }

  /** The stream itself is left open: it is the caller's. */
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
    // The listener for errors stays while something is still on its way: without one an EPIPE would end the process.
    if (this.#stream.writableLength === 0 && this.#stream.listenerCount('error') > 1)
      this.#stream.off('error', this.#fail);
  }
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the file system is full; nothing was written to the file of that name',
  EDQUOT: 'the disk quota is used up; nothing was written to the file of that name',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'this is a folder: name a file in it',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: "it is a link of somebody else's, or leads in a circle: name the file itself",
};

/** `output-closed`: whoever read the output went away. A program ends because of it, and says nothing. */
const outputClosed = (): CtqError =>
  new CtqError({ code: 'output-closed', kind: 'output', message: 'nobody reads the output any more' });

/** The error of a stream that is written to as it is: what has been written stays. */
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
