import type { CtqError } from '../../errors.js';

/** Whole messages back to back, each at a multiple of four; bytes.byteOffset is a multiple of four too. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** The network namespace of the messages, where a source spans several. */
  readonly netns?: string;
  /** The name of the gateway that sent the messages, where a source spans several. */
  readonly gateway?: string;
  /** The name of the file that they are from. */
  readonly file?: string;
  /** Of a file: when it was written. ns since the epoch. */
  readonly taken?: number | bigint;
}

export interface Dump extends AsyncIterable<Chunk> {
  /** Duplicates left out so far; final when the dump has ended. */
  readonly repeats: number;
  /** The kernel marked the dump as inconsistent (NLM_F_DUMP_INTR; conntrack never does so up to Linux 6.18). */
  readonly interrupted: boolean;
  /** Why the dump is incomplete, once it has ended: a namespace that cannot be read. */
  readonly incomplete?: CtqError;
}

export interface BatchOptions {
  /**
   * @param index of the failed message, from 0 over all requests
   * @param errno positive Linux error number
   * @param error makes the CtqError; valid only during the call, and costly where thousands fail
   */
  onFailure?(index: number, errno: number, error: () => CtqError): void;
  /** A reply with data; the bytes are valid only during the call. */
  onReply?(index: number, message: Uint8Array): void;
  /**
   * Sends on another thread, so that the caller can do other work in the meantime. Each item is then sent by itself and in place: it
   * should hold many messages, and the source writes sequence numbers and flags into them.
   */
  readonly inBackground?: boolean;
  /** Stops between two sends: what was sent has taken effect, and the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface BatchOutcome {
  readonly sent: number;
  readonly failed: number;
}

/** A program that the kernel runs for each message before it queues it (classic BPF, `socket-filter/instruction.ts`). */
export interface ListenFilter {
  /** Encoded. More than one: a shorter one, which accepts more, where the kernel has no room for the one before. */
  readonly programs: readonly Uint8Array<ArrayBuffer>[];
  /** Called if it cannot be attached: all messages arrive. */
  readonly refused: (error: CtqError) => void;
}

export interface ListenOptions {
  /** Messages that it refuses do not arrive. Those that were queued before it was attached do. */
  readonly filter?: ListenFilter;
  /** Exact receive buffer to request, in bytes; the kernel doubles it. An event takes 1280 of the doubled bytes. */
  readonly receiveBuffer?: number;
  /** Number of 256 KiB buffers that hold events in this process while the consumer is busy. */
  readonly buffers?: number;
  readonly signal?: AbortSignal;
  /** Called where one of several streams has ended, with the reason. The others continue. */
  readonly incomplete?: (error: CtqError) => void;
  /** Of a log: what it holds already comes first. */
  readonly existing?: boolean;
  /** Of a log: what is not as it should be. */
  readonly warn?: (message: string, hint?: string) => void;
}

export interface EventChunk extends Chunk {
  /** Messages in the chunk. */
  readonly count: number;
  /** Messages lost from the start of the subscription until this chunk was received. */
  readonly dropped: number;
  /**
   * The queue was empty after this chunk at this time of the monotonic clock (process.hrtime, ms): every earlier event is in
   * this chunk or an earlier one. Undefined where more was queued.
   */
  readonly emptyAt?: number;
}

/** The messages that one of several sources has lost. */
export interface PartialLoss extends Pick<Chunk, 'netns' | 'gateway'> {
  /** Since the start of the subscription. */
  readonly dropped: number;
}

/** Events in the kernel's order. Ends when it is closed; throws the signal's reason when that aborts. */
export interface EventStream extends AsyncIterable<EventChunk> {
  /** Messages received so far, consumed or not. */
  readonly received: number;
  /** Messages that the kernel dropped so far for lack of room. */
  readonly dropped: number;
  /** What each of several sources has lost, where the stream is of several. */
  losses?(): readonly PartialLoss[];
  /** Size of the receive buffer that the kernel granted, in its doubled bytes. */
  readonly receiveBuffer: number;
  /** Size that was requested, in the kernel's doubled bytes. */
  readonly requestedBuffer: number;
  /**
   * Requests a chunk, perhaps an empty one, within some 100 ms after what is queued, with an emptyAt later than this call.
   * Absent where the stream cannot report when it is empty.
   */
  probe?(): void;
  /** Of another machine: fulfilled when it has subscribed, rejected if it cannot. Left out: it has when the stream is there. */
  readonly began?: Promise<void>;
  /** Of another machine: every event before this time of performance.now() has been received, or counted as lost. */
  readonly completeUntil?: number;
  /** Of another machine: the stream was ended, but the other side has not confirmed that it has sent everything. */
  readonly isCut?: boolean;
  /** Ends the subscription; the stream ends after what was queued before. */
  finish(): void;
  /** Fulfilled when all its resources are free; never where only `close` reports that. */
  readonly ended?: Promise<void>;
  /** Ends the stream at once and discards what was not consumed. */
  close(): Promise<void>;
}
