/** The bytes of a snapshot, from a file or from standard input. */
import type { Readable } from 'node:stream';
import { printable } from '../../../lang/diagnostics/printable.js';
import type { Integer } from '../../../lang/values/value.js';
import { integer } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';
import { openForReading } from '../opened-file.js';

const NS_PER_MS = 1_000_000n;

export const STANDARD_INPUT = '-';

export interface Input {
  /** For messages. */
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** When a file was last written to; undefined for pipes and generated files. ns since the epoch. */
  readonly written: Integer | undefined;
}

/** Standard inputs that were read: they cannot be read again. */
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
  const { stats, pieces } = await attempt(name, async () => openForReading(path, signal));
  // A file without a size is not on a disk: /proc, a pipe.
  const written = stats.isFile() && stats.size > 0 ? integer(BigInt(Math.trunc(stats.mtimeMs)) * NS_PER_MS) : undefined;
  return { name, pieces: piecesOf(pieces, name), written };
}

async function* piecesOf(stream: AsyncIterable<unknown>, name = 'standard input'): AsyncGenerator<Uint8Array> {
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
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  EMFILE: 'too many open files',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  ERR_INVALID_ARG_VALUE: 'file name contains NUL',
};

export function unreadable(name: string, cause: unknown): CtqError {
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
