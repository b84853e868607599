import type { MessagePort } from 'node:worker_threads';
import type { ErrorDetails } from '../errors.js';
import type { Verdict } from './control.js';

/** Bytes in one buffer of events that travels between the threads. */
export const EVENT_BYTES = 256 << 10;
/** … of a dump, which fills them faster: each journey costs some 50 µs on either side. */
export const DUMP_BYTES = 512 << 10;

/** Words of the memory that both threads of a job share. */
export const STOP = 0;
/** Counts the buffers that were handed back, and is what a receiver without buffers waits on. */
export const RETURNED = 1;
/** Counts how often it was asked whether all events have come; the answer is a buffer, an empty one if need be. */
export const ASKED = 2;
export const SHARED_WORDS = 3;

/** Values of the word STOP: go on; end when nothing more is queued; end now. */
export const RUN = 0;
export const FINISH = 1;
export const ABANDON = 2;

interface JobBase {
  /** A socket of the main thread, which closes it after the end of the job. */
  readonly fd: number;
  readonly shared: SharedArrayBuffer;
  /** Filled buffers go out on it, and come back empty. */
  readonly port: MessagePort;
  /** At most so many buffers exist, of so many bytes each. */
  readonly buffers: number;
  readonly bytes: number;
}

/** Receive the rest of a dump. */
export interface DumpJob extends JobBase {
  readonly kind: 'dump';
  readonly seq: number;
  /** Message type of the request. */
  readonly type: number;
  readonly memory: readonly Uint8Array<ArrayBuffer>[];
  readonly silenceMs?: number;
}

/** Receive events until stopped. */
export interface EventJob extends JobBase {
  readonly kind: 'events';
}

export type Job = DumpJob | EventJob;

export interface PostedChunk {
  readonly kind: 'chunk';
  readonly buffer: ArrayBuffer;
  /** Bytes that are filled. */
  readonly length: number;
  /** Messages in it (events only). */
  readonly count: number;
  /** Messages lost on the socket so far (events only). */
  readonly dropped: number;
  /** See EventChunk. */
  readonly emptyAt?: number;
}

export interface PostedEnd {
  readonly kind: 'end';
  readonly verdict?: Verdict;
  readonly fault?: ErrorDetails;
  readonly repeats: number;
  readonly interrupted: boolean;
}

export type Posted = PostedChunk | PostedEnd;
