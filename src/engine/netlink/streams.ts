import type { CtqError } from '../errors.js';

/** Whole messages one after the other, each at a multiple of four; bytes.byteOffset is a multiple of four too. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** The network namespace that they are of, where a source has several. */
  readonly netns?: string;
}

export interface Dump extends AsyncIterable<Chunk> {
  /** Messages left out because they had come before. Complete when the dump has ended. */
  readonly repeats: number;
  /** The kernel marked the dump as inconsistent (NLM_F_DUMP_INTR; conntrack never does so up to Linux 6.18). */
  readonly interrupted: boolean;
  /** Why a part of what was asked for is missing, once the dump has ended: a namespace that cannot be read. */
  readonly incomplete?: CtqError;
}

export interface BatchOptions {
  /**
   * @param index which message failed, counted from 0 over all requests
   * @param errno positive Linux error number
   * @param error makes the error in words; only during the call, and costly where thousands fail
   */
  onFailure?(index: number, errno: number, error: () => CtqError): void;
  /** An answer of a request that asks for one; the bytes are valid only during the call. */
  onReply?(index: number, message: Uint8Array): void;
  /**
   * The caller goes on with other work meanwhile, for which the kernel's part is done on another thread. Each item is sent by
   * itself then, as it stands: it should have many messages, and the source writes sequence numbers and flags into them.
   */
  readonly inBackground?: boolean;
  /** Stops between two sends: what was sent is done, and the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface BatchOutcome {
  readonly sent: number;
  readonly failed: number;
}

export interface ListenOptions {
  /** Receive buffer in bytes that the kernel is asked for (it doubles it), no larger; an event takes 1280 of the doubled bytes. */
  readonly receiveBuffer?: number;
  /** Buffers of 256 KiB that events may wait in on this side while the consumer is busy. */
  readonly buffers?: number;
  readonly signal?: AbortSignal;
  /** Where a source has several parts: one of them has ended, and why. The others go on. */
  readonly incomplete?: (error: CtqError) => void;
}

export interface EventChunk extends Chunk {
  /** Messages in the chunk. */
  readonly count: number;
  /** Messages lost from the start of the subscription until the chunk was received. */
  readonly dropped: number;
  /**
   * Nothing was queued behind the chunk at this time of the monotonic clock (process.hrtime, ms): all that had happened
   * before is in it or came before it. Undefined where more was waiting.
   */
  readonly emptyAt?: number;
}

/** Events in the order in which the kernel queued them. Ends when it is closed; throws the signal's reason if that aborts. */
export interface EventStream extends AsyncIterable<EventChunk> {
  /** Messages received so far, whether or not they were consumed yet. */
  readonly received: number;
  /** Messages that the kernel had no room for so far. */
  readonly dropped: number;
  /** Bytes that the kernel granted for the receive buffer, as it counts them. */
  readonly receiveBuffer: number;
  /** Bytes that it was asked for, as it counts them. */
  readonly requestedBuffer: number;
  /**
   * Have a chunk come within some 100 ms after what is queued, an empty one if need be, whose emptyAt is later than this
   * call. Left out by a stream that never tells when it is empty.
   */
  probe?(): void;
  /** Stop the subscription; the stream ends after all that was queued before. */
  finish(): void;
  /** Fulfilled when nothing of it is left; never where it tells only by `close`. */
  readonly ended?: Promise<void>;
  /** End the stream now. What was not consumed yet is gone. */
  close(): Promise<void>;
}
