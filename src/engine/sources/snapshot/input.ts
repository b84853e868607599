/** The bytes of a snapshot, as they stand in a file or come from standard input. */
import { open as openFile } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { printable } from '../../../lang/diagnostics/printable.js';
import type { Integer } from '../../../lang/values/value.js';
import { integer } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';

/** Bytes read at once: while the kernel takes what was read before, a read may have to wait for some milliseconds. */
const PIECE = 512 * 1024;
const NS_PER_MS = 1_000_000n;

export const STANDARD_INPUT = '-';

export interface Input {
  /** For messages. */
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** When a file was last written to; undefined for what is made as it is read. ns since the epoch. */
  readonly written: Integer | undefined;
}

/** Standard inputs that were read: what came is gone. */
const taken = new WeakSet<Readable>();

/** @param signal ends the waiting for the other side of a pipe. @throws CtqError */
export async function openInput(path: string, stdin: Readable, signal?: AbortSignal): Promise<Input> {
  if (path === STANDARD_INPUT) {
    // A terminal can be read again.
    const isTerminal = (stdin as { readonly isTTY?: boolean }).isTTY === true;
    if (taken.has(stdin) && !isTerminal)
      throw new CtqError({
        code: 'stdin-twice',
        kind: 'input',
        message: "standard input ('-') can be read only once",
        hint: 'save it to a file first, and name the file',
      });
    taken.add(stdin);
    return { name: 'standard input', pieces: piecesOf(stdin), written: undefined };
  }
  const name = printable(path);
  if ((await attempt(name, () => stat(path))).isFIFO()) {
    const pipe = await attempt(name, () => openPipe(path));
    // Whoever waits for it cannot close it.
    signal?.addEventListener('abort', () => pipe.destroy(), { once: true });
    return { name, pieces: piecesOf(pipe, name), written: undefined };
  }
  const file = await attempt(name, () => open(path, 'r'));
  try {
    const found = await file.stat();
    if (found.isDirectory()) throw unreadable(name, Object.assign(new Error('a directory'), { code: 'EISDIR' }));
    // What has no size is no file on a disk: /proc, a pipe.
    const written =
      found.isFile() && found.size > 0 ? integer(BigInt(Math.trunc(found.mtimeMs)) * NS_PER_MS) : undefined;
    return { name, pieces: read(name, file), written };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A read that waits for the other side of a pipe would keep the process from ending; one of a socket does not. */
const openPipe = async (path: string): Promise<Readable> =>
  new Socket({ fd: await promisify(openFile)(path, 'r'), readable: true, writable: false });

/** A piece is valid until the next one is asked for. The one after it is being read meanwhile. */
async function* read(name: string, file: FileHandle): AsyncGenerator<Uint8Array> {
  let buffer = Buffer.allocUnsafeSlow(PIECE);
  let spare = Buffer.allocUnsafeSlow(PIECE);
  let reading = file.read(buffer, 0, PIECE, null);
  try {
    for (;;) {
      const { bytesRead } = await attempt(name, () => reading);
      if (bytesRead === 0) return;
      const piece = buffer.subarray(0, bytesRead);
      [buffer, spare] = [spare, buffer];
      reading = file.read(buffer, 0, PIECE, null);
      // Told when the piece is asked for.
      reading.catch(() => {});
      yield piece;
    }
  } finally {
    await reading.catch(() => {});
    await file.close();
  }
}

async function* piecesOf(stream: Readable, name = 'standard input'): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await attempt(name, () => iterator.next());
      if (done) return;
      yield typeof value === 'string' ? Buffer.from(value, 'utf8') : (value as Uint8Array);
    }
  } finally {
    await iterator.return?.();
  }
}

async function attempt<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unreadable(name, error);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  EISDIR: 'it is a directory',
  EMFILE: 'too many files are open',
  ELOOP: 'its links go round in circles',
  ENAMETOOLONG: 'its name is too long',
  ERR_INVALID_ARG_VALUE: 'its name has a NUL in it',
};

function unreadable(name: string, cause: unknown): CtqError {
  const { code, errno } = cause as NodeJS.ErrnoException;
  const words = (code !== undefined && WORDS[code]) || (cause instanceof Error ? cause.message : String(cause));
  return new CtqError({
    code: 'snapshot-unreadable',
    kind: 'input',
    message: `cannot read ${name}: ${words}`,
    ...(typeof errno === 'number' ? { errno: Math.abs(errno) } : {}),
    cause,
  });
}
