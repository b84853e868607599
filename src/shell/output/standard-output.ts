import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';

/**
 * Standard output that is a file. On a full disk, the kernel writes only a part; node's own stream does not report that.
 * This one fails, and counts the bytes written.
 */
export class FileOutput extends Writable {
  readonly #fd: number;
  written = 0;

  constructor(fd: number) {
    super({ decodeStrings: true });
    this.#fd = fd;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    try {
      for (let at = 0; at < chunk.length; ) {
        const count = writeSync(this.#fd, chunk, at);
        at += count;
        this.written += count;
      }
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }
}

/** Whether a path stands for standard output, which is written to as it is. */
export const isStandardOutput = (path: string): boolean =>
  path === '-' || /^\/dev\/stdout$|^\/(?:dev|proc\/self)\/fd\/1$/.test(path);

/** Standard output that was closed when the program started. */
class ClosedOutput extends Writable {
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    if (chunk.length === 0) done();
    else done(Object.assign(new Error('EBADF: bad file descriptor, write'), { code: 'EBADF' }));
  }
}

export const closedOutput = (): Writable => new ClosedOutput();

/** A stream for a descriptor that is a file, or a device other than a terminal; undefined for any other. */
export function fileOutput(fd: number): FileOutput | undefined {
  try {
    const stats = fstatSync(fd);
    return stats.isFile() || (stats.isCharacterDevice() && !isatty(fd)) ? new FileOutput(fd) : undefined;
  } catch {
    return undefined;
  }
}
