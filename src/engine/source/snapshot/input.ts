/** The bytes of a snapshot, as they stand in a file or come from standard input. */
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Integer } from '../../../lang/values.js';
import { integer } from '../../../lang/values.js';
import { CtqError, printable } from '../../errors.js';

const PIECE = 64 * 1024;
const NS_PER_MS = 1_000_000n;

export const STANDARD_INPUT = '-';

export interface Input {
  /** For messages. */
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** When a file was last written to; undefined for what is made as it is read. ns since the epoch. */
  readonly written: Integer | undefined;
}

/** @throws CtqError */
export async function openInput(path: string, stdin: Readable): Promise<Input> {
  if (path === STANDARD_INPUT) {
    return { name: 'standard input', pieces: piecesOf(stdin), written: undefined };
  }
  const name = printable(path);
  const file = await attempt(name, () => open(path, 'r'));
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw unreadable(name, Object.assign(new Error('a directory'), { code: 'EISDIR' }));
    // What has no size is no file on a disk: /proc, a pipe.
    const written = stat.isFile() && stat.size > 0 ? integer(BigInt(Math.trunc(stat.mtimeMs)) * NS_PER_MS) : undefined;
    return { name, pieces: read(name, file), written };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* read(name: string, file: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      // Decompression may still hold the piece before.
      const buffer = Buffer.allocUnsafe(PIECE);
      const { bytesRead } = await attempt(name, () => file.read(buffer, 0, PIECE, null));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function* piecesOf(stdin: Readable): AsyncGenerator<Uint8Array> {
  const iterator = stdin[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await attempt('standard input', () => iterator.next());
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
