import type { MessagePort } from 'node:worker_threads';
import type { ErrorDetails } from '../../errors.js';
import type { Group } from './early-socket.js';

/** Indices of the words in the memory that both threads of a job share. */
export const STOP = 0;
/** Counts returned buffers; a receiver without buffers waits on it. */
export const RETURNED = 1;
/** Counts requests to report that the queue is empty; the answer is a buffer, perhaps an empty one. */
export const ASKED = 2;
export const SHARED_WORDS = 3;

/** Values of the word STOP: continue; end when the queue is empty; end now. */
export const RUN = 0;
export const FINISH = 1;
export const ABANDON = 2;

/** A request to receive events until stopped. */
export interface Job {
  /** A socket of the main thread, which closes it after the end of the job. */
  readonly fd: number;
  readonly shared: SharedArrayBuffer;
  /** Filled buffers are sent on it, and come back empty. */
  readonly port: MessagePort;
  /** Maximum number of buffers, and the size of each in bytes. */
  readonly buffers: number;
  readonly bytes: number;
  /** Messages of these groups may be queued; they are skipped. */
  readonly unwanted?: readonly Group[];
}

export interface PostedChunk {
  readonly kind: 'chunk';
  readonly buffer: ArrayBuffer;
  /** Filled bytes. */
  readonly length: number;
  /** Messages in it. */
  readonly count: number;
  /** Messages lost on the socket so far. */
  readonly dropped: number;
  /** See EventChunk. */
  readonly emptyAt?: number;
  /** The programs that caused events in it, by their netlink ports: those not reported before. */
  readonly programs: readonly FoundProgram[];
}

export interface FoundProgram {
  readonly portid: number;
  /** Undefined where it had ended already. */
  readonly name?: string;
}

export interface PostedEnd {
  readonly kind: 'end';
  readonly fault?: ErrorDetails;
}

export type Posted = PostedChunk | PostedEnd;
