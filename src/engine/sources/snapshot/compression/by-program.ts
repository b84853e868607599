import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { printable } from '../../../../lang/diagnostics/printable.js';
import type { PieceMemory } from '../../opened-file.js';
import { Garbage } from './collect-buffers.js';
import type { Compression } from './compressions.js';
import { cutOff, damaged, unsupported } from './errors.js';
import { WidePipe } from './wide-pipe.js';

/** Characters of a program's errors that are kept. */
const MAX_SAID = 1000;

/** What the programs say of data that ends too early. */
const ENDS_EARLY = /unexpected end|ends unexpectedly|premature|unfinished|truncated/i;

/**
 * By the program of the compression, where it is installed. A piece is valid until the next one is asked for.
 * @param memory of a large file: where to put what is decompressed, as soon as there is such memory
 */
export async function* byProgram(
  pieces: AsyncIterator<Uint8Array>,
  compression: Compression,
  name: string,
  signal: AbortSignal | undefined,
  memory: (() => PieceMemory | undefined) | undefined,
): AsyncGenerator<Uint8Array> {
  const pipe = memory && WidePipe.open();
  const child = spawn(compression.program, ['-dc'], { stdio: ['pipe', pipe?.writer ?? 'pipe', 'pipe'], signal });
  const [stdin, stdout, stderr] = child.stdio as [Writable, Readable, Readable, ...unknown[]];
  pipe?.closeWriter();
  // A read of the pipe, which this process waits for when it exits, ends with the program.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let said = '';
  stderr.on('data', text => {
    if (said.length < MAX_SAID) said += text;
  });
  const ended = new Promise<number | null | Error>(resolve => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  // The program ends before its input where that is damaged.
  stdin.on('error', () => {});
  const feeding = feed(pieces, stdin);
  try {
    if (pipe !== undefined && memory !== undefined) yield* pipe.pieces(memory);
    else yield* released(stdout);
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
    process.off('exit', kill);
    child.kill();
    stdin.destroy();
    await Promise.all([feeding, pipe?.close()]);
  }
}

/**
 * Writes all pieces to a stream, each when the stream has taken the one before it, so that no piece has to be copied. An error of the
 * pieces destroys the stream; one of the stream ends the writing.
 * @returns the error of the pieces
 */
async function feed(pieces: AsyncIterator<Uint8Array>, to: Writable): Promise<unknown> {
  const closed = new Promise<void>(resolve => {
    to.once('close', resolve);
  });
  try {
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
      const { value } = next;
      if (to.destroyed) return undefined;
      const taken = new Promise<void>(resolve => {
        to.write(value, () => resolve());
      });
      await Promise.race([taken, closed]);
    }
    if (!to.destroyed) to.end();
    return undefined;
  } catch (error) {
    to.destroy(error as Error);
    return error;
  }
}

/** The pieces of a stream, which allocates each of them; they are not kept after the next one. */
async function* released(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  const garbage = new Garbage();
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    yield piece;
    garbage.add(piece.length);
  }
}
