import { spawn } from 'node:child_process';
import type { Transform, Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { printable } from '../../../lang/diagnostics/printable.js';
import { CtqError } from '../../errors.js';
import { collectBuffers } from './collect-buffers.js';

const CHUNK = 512 * 1024;
/** Bytes of pieces that are left to the garbage collector before it is asked to free them. */
const MOST_GARBAGE = 2 << 20;

interface Compression {
  readonly name: string;
  readonly magic: readonly number[];
  /** The program that decompresses it, if node cannot. */
  readonly program: string;
}

/** By their first bytes. */
const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', magic: [0x1f, 0x8b], program: 'gzip' },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd], program: 'zstd' },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], program: 'xz' },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68], program: 'bzip2' },
  { name: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18], program: 'lz4' },
];
const LONGEST_MAGIC = 6;

/** How a file was compressed; undefined if it is not. @param head its first bytes */
export const compressionOf = (head: Uint8Array): Compression | undefined =>
  COMPRESSIONS.find(({ magic }) => magic.every((byte, i) => head[i] === byte));

/** Node's decompressor; undefined if this node has none. */
function decompressor(name: string): Transform | undefined {
  if (name === 'gzip') return createGunzip({ chunkSize: CHUNK });
  // Since node 22.15 and 23.8, so not in the types.
  const { createZstdDecompress } = process.getBuiltinModule('node:zlib') as {
    createZstdDecompress?: (options: object) => Transform;
  };
  return name === 'zstd' ? createZstdDecompress?.({ chunkSize: CHUNK }) : undefined;
}

/**
 * The decompressed content of a file, by node or by the program of its compression: on another thread, or in another process.
 * @throws CtqError for compression that neither can decompress, for damaged data, and for data that ends too early (`isCutOff`)
 * @param isPlain called if the file is not compressed: its pieces are handed on as they are
 */
export async function* decompressed(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
  signal?: AbortSignal,
  isPlain?: () => void,
): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    let head: Uint8Array = new Uint8Array(0);
    let ended = false;
    while (head.length < LONGEST_MAGIC && !ended) {
      const { done, value } = await iterator.next();
      if (done) ended = true;
      else head = Buffer.concat([head, value]);
    }
    const compression = compressionOf(head);
    if (compression === undefined) {
      isPlain?.();
      yield head;
      for (let next = ended ? undefined : await iterator.next(); next && !next.done; next = await iterator.next()) {
        yield next.value;
      }
      return;
    }
    const transform = decompressor(compression.name);
    const all = wholeOf(head, iterator);
    if (transform === undefined) yield* throughProgram(all, compression, name, signal);
    else yield* through(transform, all, compression, name);
  } finally {
    await iterator.return?.();
  }
}

async function* wholeOf(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/**
 * Writes all pieces to a stream, each when the stream has taken the one before it, so that no piece has to be copied. An error of the
 * pieces destroys the stream; one of the stream ends the writing.
 * @param isRead fulfilled when all that the stream has made of the pieces is read: its end may be an error, which discards the rest
 * @returns the error of the pieces
 */
async function feed(
  all: AsyncIterable<Uint8Array>,
  to: Writable,
  isRead: () => Promise<void> = async () => {},
): Promise<unknown> {
  const closed = new Promise<void>(resolve => {
    to.once('close', resolve);
  });
  try {
    for await (const piece of all) {
      if (to.destroyed) return undefined;
      const taken = new Promise<void>(resolve => {
        to.write(piece, () => resolve());
      });
      await Promise.race([taken, closed]);
    }
    await isRead();
    if (!to.destroyed) to.end();
    return undefined;
  } catch (error) {
    to.destroy(error as Error);
    return error;
  }
}

/** The pieces of a stream, which allocates each of them; they are not kept after the next one. */
async function* released(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let garbage = 0;
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    yield piece;
    garbage += piece.length;
    if (garbage < MOST_GARBAGE) continue;
    garbage = 0;
    collectBuffers();
  }
}

async function* through(
  transform: Transform,
  all: AsyncGenerator<Uint8Array>,
  compression: Compression,
  name: string,
): AsyncGenerator<Uint8Array> {
  let wake = (): void => {};
  const isRead = async (): Promise<void> => {
    if (transform.readableLength === 0 || transform.destroyed) return;
    await new Promise<void>(resolve => {
      wake = resolve;
    });
  };
  const feeding = feed(all, transform, isRead);
  try {
    for await (const piece of released(transform)) {
      yield piece;
      if (transform.readableLength === 0) wake();
    }
  } catch (error) {
    if (error instanceof CtqError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'Z_BUF_ERROR' ? cutOff(compression, name, error) : damaged(compression, name, message, error);
  } finally {
    transform.destroy();
    wake();
    await feeding;
  }
}

/** By the program of the compression, where it is installed. */
async function* throughProgram(
  all: AsyncGenerator<Uint8Array>,
  compression: Compression,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const child = spawn(compression.program, ['-dc'], { stdio: 'pipe', signal });
  let said = '';
  child.stderr.on('data', text => {
    if (said.length < MOST_SAID) said += text;
  });
  const ended = new Promise<number | null | Error>(resolve => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  // The program ends before its input where that is damaged.
  child.stdin.on('error', () => {});
  const feeding = feed(all, child.stdin);
  try {
    yield* released(child.stdout);
    const status = await ended;
    const failure = await feeding;
    if (failure !== undefined) throw failure;
    if (status instanceof Error) {
      throw (status as NodeJS.ErrnoException).code === 'ENOENT' ? unsupported(compression, name) : status;
    }
    if (status !== 0) {
      throw ENDS_EARLY.test(said)
        ? cutOff(compression, name)
        : damaged(compression, name, printable(said.trim().split('\n')[0]));
    }
  } finally {
    child.kill();
    child.stdin.destroy();
    await feeding;
  }
}

/** Characters of a program's errors that are kept. */
const MOST_SAID = 1000;

/** What the programs say of data that ends too early. */
const ENDS_EARLY = /unexpected end|ends unexpectedly|premature|unfinished|truncated/i;

/** Codes of errors. */
export const CUT_OFF = 'snapshot-cut-off';
export const DAMAGED = 'snapshot-damaged';

/** Whether compressed data ends too early, as a log does that is being written; all before the end was unpacked. */
export const isCutOff = (error: unknown): error is CtqError => error instanceof CtqError && error.code === CUT_OFF;

const cutOff = ({ name: compression }: Compression, name: string, cause?: unknown): CtqError =>
  new CtqError({
    code: CUT_OFF,
    kind: 'input',
    message: `${name} is cut off: its ${compression} data is incomplete`,
    hint: 'what comes before the cut was read',
    cause,
  });

const damaged = ({ name: compression }: Compression, name: string, reason: string, cause?: unknown): CtqError =>
  new CtqError({
    code: DAMAGED,
    kind: 'input',
    message: `${name} is damaged: ${compression} cannot decompress it (${reason})`,
    cause,
  });

const unsupported = ({ name: compression, program }: Compression, name: string): CtqError =>
  new CtqError({
    code: 'snapshot-compression',
    kind: 'input',
    message: `${name} is compressed with ${compression}, which this node (${process.version}) cannot decompress, and ${program} is not installed`,
    hint: `install ${program}, or decompress the file elsewhere`,
  });
