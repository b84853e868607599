import type { BatchOptions, BatchOutcome, Dump, EventStream, ListenOptions } from '../netlink/streams.js';

/**
 * Where ctnetlink messages come from. Requests are whole messages (nlmsghdr, nfgenmsg, attributes); the source writes
 * sequence number, port id, and the flags REQUEST, ACK and DUMP into its own copy of them (but for `BatchOptions.aside`).
 */
export interface Source {
  /**
   * Ask for many messages. They come in chunks, without control messages and without the repeats that the kernel's
   * dump makes; a chunk is valid only until the next one is asked for. Leaving the loop, or the signal, ends the dump at once.
   * Several dumps and exchanges may go on at the same time.
   * @throws CtqError, also while it is iterated; the signal's reason when it is aborted
   */
  dump(request: Uint8Array, signal?: AbortSignal): Dump;
  /**
   * Send one request and wait for all that the kernel answers.
   * @param signal ends the waiting for one that is far away
   * @returns the data messages of the answer, none for a change; valid for ever
   * @throws CtqError if the kernel answers with an error, or not at all
   */
  exchange(request: Uint8Array, signal?: AbortSignal): Promise<readonly Uint8Array[]>;
  /**
   * Send many requests, many to a send, in order; an error of one does not stop the others.
   * @param requests each item one or more whole messages, read before the next item is asked for
   */
  batch(requests: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, options?: BatchOptions): Promise<BatchOutcome>;
  /**
   * Subscribe to multicast groups (NFNLGRP_CONNTRACK_NEW = 1 … NFNLGRP_CONNTRACK_EXP_DESTROY = 6). Subscribed when it
   * returns; what happens from then on is delivered or counted as dropped.
   */
  listen(groups: readonly number[], options?: ListenOptions): EventStream;
  /** End everything that goes on and free what is held. */
  close(): Promise<void>;
}
