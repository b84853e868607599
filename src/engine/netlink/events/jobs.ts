import type { MessagePort } from 'node:worker_threads';
import type { ErrorDetails } from '../../errors.js';
import type { Group } from './early-socket.js';

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

/** Receive events until stopped. */
export interface Job {
  /** A socket of the main thread, which closes it after the end of the job. */
  readonly fd: number;
  readonly shared: SharedArrayBuffer;
  /** Filled buffers go out on it, and come back empty. */
  readonly port: MessagePort;
  /** At most so many buffers exist, of so many bytes each. */
  readonly buffers: number;
  readonly bytes: number;
  /** Messages of these groups may be queued, and are passed over. */
  readonly unwanted?: readonly Group[];
}

export interface PostedChunk {
  readonly kind: 'chunk';
  readonly buffer: ArrayBuffer;
  /** Bytes that are filled. */
  readonly length: number;
  /** Messages in it. */
  readonly count: number;
  /** Messages lost on the socket so far. */
  readonly dropped: number;
  /** See EventChunk. */
  readonly emptyAt?: number;
  /** The programs that caused events in it, by their netlink ports: those not told before. */
  readonly programs: readonly FoundProgram[];
}

export interface FoundProgram {
  readonly portid: number;
  /** Left out where it had ended already. */
  readonly name?: string;
}

export interface PostedEnd {
  readonly kind: 'end';
  readonly fault?: ErrorDetails;
}

export type Posted = PostedChunk | PostedEnd;
