/** The bytes of a snapshot, from a file or from standard input. */
import type { Readable } from 'node:stream';
import { type Integer, integer } from '../../../lang/values/value.js';
import { abortable } from '../../abortable.js';
import { CtqError } from '../../errors.js';
import { type OpenedFile, openForReading } from '../opened-file.js';
import { isStandardInput, nameOf, STANDARD_INPUT } from '../standard-input.js';
import { folderHint, nearFile, whyUnreadable } from '../why-unreadable.js';

const NS_PER_MS = 1_000_000n;

/** The code of an error. */
export const UNREADABLE = 'snapshot-unreadable';

export interface Input {
  /** For messages. */
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly readInto: OpenedFile['readInto'];
  /** Its pieces once more, from the beginning; undefined for what can be read only once. */
  readonly again: (() => AsyncIterable<Uint8Array>) | undefined;
  /** When a file was last written to; undefined for pipes and generated files. ns since the epoch. */
  readonly written: Integer | undefined;
  /** Bytes of a file; 0 for pipes and generated files. */
  readonly size: number;
}

/** Standard inputs that were read: they cannot be read again. */
const taken = new WeakSet<Readable>();

interface Begun {
  readonly pieces: readonly Uint8Array[];
  readonly rest: AsyncIterator<Uint8Array>;
}

/** The standard inputs of which only the beginning was read. */
const begun = new WeakMap<Readable, Begun>();

/** Whether a standard input is a terminal, which can be read again. */
const isTerminal = (stdin: Readable): boolean => (stdin as { readonly isTTY?: boolean }).isTTY === true;

/**
 * The beginning of standard input, which is read all the same when it is opened.
 * @param isEnough says so of the bytes so far
 * @returns undefined if it was read before, or is a terminal
 */
export async function beginningOfInput(
  stdin: Readable,
  isEnough: (bytes: Buffer) => boolean,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  if (taken.has(stdin) || isTerminal(stdin)) return undefined;
  const { pieces, rest } = begun.get(stdin) ?? { pieces: [], rest: piecesOf(stdin) };
  const all = [...pieces];
  for (let bytes = Buffer.concat(all); ; bytes = Buffer.concat(all)) {
    begun.set(stdin, { pieces: [...all], rest });
    if (isEnough(bytes)) return bytes;
    const { done, value } = await abortable(rest.next(), signal);
    if (done) return bytes;
    all.push(value);
  }
}

/** All of a standard input of which the beginning may have been read. */
async function* resumed(stdin: Readable): AsyncGenerator<Uint8Array> {
  const { pieces, rest } = begun.get(stdin) ?? { pieces: [], rest: piecesOf(stdin) };
  begun.delete(stdin);
  try {
    yield* pieces;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** @param signal ends the waiting for the other side of a pipe. @throws CtqError */
export async function openInput(path: string, stdin: Readable, signal?: AbortSignal): Promise<Input> {
  if (isStandardInput(path)) {
    if (taken.has(stdin) && !isTerminal(stdin))
      throw new CtqError({
        code: 'stdin-twice',
        kind: 'input',
        message: "standard input ('-') can be read only once",
        hint: 'save it to a file first, and name the file',
      });
    taken.add(stdin);
    return {
      name: nameOf(STANDARD_INPUT),
      pieces: resumed(stdin),
      readInto: undefined,
      again: undefined,
      written: undefined,
      size: 0,
    };
  }
  const { stats, pieces, readInto } = await attempt(path, async () => openForReading(path, signal));
  // A file without a size is not on a disk: /proc, a pipe.
  const written = stats.isFile() && stats.size > 0 ? integer(BigInt(Math.trunc(stats.mtimeMs)) * NS_PER_MS) : undefined;
  return {
    name: nameOf(path),
    pieces: piecesOf(pieces, path),
    readInto,
    again: written === undefined ? undefined : () => openForReading(path, signal).pieces,
    written,
    size: written === undefined ? 0 : stats.size,
  };
}

async function* piecesOf(stream: AsyncIterable<unknown>, path = STANDARD_INPUT): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await attempt(path, () => iterator.next());
      if (done) return;
      yield typeof value === 'string' ? Buffer.from(value, 'utf8') : (value as Uint8Array);
    }
  } finally {
    await iterator.return?.();
  }
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function unreadable(path: string, cause: unknown): CtqError {
  const { errno } = cause as NodeJS.ErrnoException;
  return new CtqError({
    code: UNREADABLE,
    kind: 'input',
    message: `cannot read ${nameOf(path)}: ${whyUnreadable(cause)}`,
    hint: folderHint(path, cause) ?? nearFile(path, cause),
    ...(typeof errno === 'number' ? { errno: Math.abs(errno) } : {}),
    cause,
  });
}
