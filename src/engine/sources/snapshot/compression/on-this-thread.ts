import type { Transform } from 'node:stream';
import type { PieceMemory } from '../../opened-file.js';

/**
 * What node's zlib streams are built on. It is private to node: where it is not as expected, the stream is used as it is, and
 * test/engine/sources/divided.test.ts fails.
 *
 * The reason: a stream decompresses on another thread, but each half megabyte only when this thread has taken the one before. Where this
 * thread and another one read what is decompressed, it waits for a processor and for this thread in turns: a file of a million entries
 * takes a sixth longer than if it is decompressed here.
 */
interface Internals {
  readonly _handle?: {
    writeSync?(
      flush: number,
      input: Uint8Array,
      inputBegin: number,
      inputLength: number,
      output: Uint8Array,
      outputBegin: number,
      outputLength: number,
    ): void;
  } | null;
  /** Bytes of the output that are left, and of the input. */
  readonly _writeState?: Uint32Array;
}

/** Z_NO_FLUSH of zlib, ZSTD_e_continue of zstd. */
const NO_FLUSH = 0;

/** Decompresses a piece on this thread; the stream must not be at work. False if the data has ended before the end of the piece. */
export type Decompress = (piece: Uint8Array, memory: PieceMemory) => Generator<Uint8Array, boolean>;

/** @returns undefined where node does not have what it needs */
export function onThisThread(stream: Transform): Decompress | undefined {
  const { _handle: handle, _writeState: state } = stream as Transform & Internals;
  if (typeof handle?.writeSync !== 'function' || !(state instanceof Uint32Array) || state.length !== 2)
    return undefined;
  return function* decompress(piece, memory) {
    for (let begin = 0; ; ) {
      const room = memory.next()!;
      handle.writeSync?.(NO_FLUSH, piece, begin, piece.length - begin, room, 0, room.length);
      if (stream.errored) return true;
      const [roomLeft, pieceLeft] = state;
      if (roomLeft > 0) memory.reset();
      if (roomLeft < room.length) yield room.subarray(0, room.length - roomLeft);
      begin = piece.length - pieceLeft;
      if (roomLeft > 0) return pieceLeft === 0;
    }
  };
}
