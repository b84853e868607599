import { closeSync, read } from 'node:fs';
import { libc } from '../../../netlink/libc.js';
import type { PieceMemory } from '../../opened-file.js';

/** Values of fcntl(2) and open(2) for which node has no names: linux/fcntl.h, asm-generic/fcntl.h. */
const F_SETPIPE_SZ = 1031;
const O_CLOEXEC = 0o2000000;
/** Bytes that a pipe may hold without special rights, unless /proc/sys/fs/pipe-max-size says otherwise. */
const WIDTH = 1 << 20;
/** Bytes that are read at once while there is no other memory. */
const PIECE = 512 * 1024;

/**
 * A pipe for the output of a program. Node's own are sockets, which it reads 64 KiB at a time on this thread; this one is read on another
 * thread, to where its content is needed: a file of a million entries takes a sixth less time.
 */
export class WidePipe {
  /** For the program. */
  readonly writer: number;
  readonly #reader: number;
  #reading: Promise<number> | undefined;

  private constructor(reader: number, writer: number) {
    this.#reader = reader;
    this.writer = writer;
  }

  /** @returns undefined where the system or the C library has none */
  static open(): WidePipe | undefined {
    try {
      const { pipe2, fcntl } = libc();
      const fds = new Int32Array(2);
      if (pipe2(fds, O_CLOEXEC) < 0) return undefined;
      // A pipe of the usual width is only slower.
      fcntl(fds[1], F_SETPIPE_SZ, WIDTH);
      return new WidePipe(fds[0], fds[1]);
    } catch {
      return undefined;
    }
  }

  /** To be called once the program has the writer: the pipe then ends with the program. */
  closeWriter(): void {
    closeSync(this.writer);
  }

  /** A piece is valid until the next one is asked for. @param memory where to put pieces, as soon as there is such memory */
  async *pieces(memory: () => PieceMemory | undefined): AsyncGenerator<Uint8Array> {
    const own = Buffer.allocUnsafeSlow(PIECE);
    for (;;) {
      const given = memory();
      const room = given?.next() ?? own;
      this.#reading = readOnce(this.#reader, room);
      const length = await this.#reading;
      if (length < room.length) given?.reset();
      if (length === 0) return;
      yield room.subarray(0, length);
    }
  }

  /** The program must have ended: a read that waits for it cannot be given up. */
  async close(): Promise<void> {
    await this.#reading?.catch(() => {});
    closeSync(this.#reader);
  }
}

const readOnce = (fd: number, room: Uint8Array): Promise<number> =>
  new Promise((resolve, reject) => {
    read(fd, room, 0, room.length, null, (error, length) => (error ? reject(error) : resolve(length)));
  });
