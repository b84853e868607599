import type { BatchOptions, BatchOutcome, Dump, EventStream, ListenOptions } from '../netlink/messages/streams.js';

/**
 * Where ctnetlink messages come from. Requests are whole messages (nlmsghdr, nfgenmsg, attributes); the source writes
 * sequence number, port id, and the flags REQUEST, ACK and DUMP into its own copy of them (except with `BatchOptions.inBackground`).
 */
export interface Source {
  /**
   * Requests a dump. Its messages come in chunks, without control messages and without the duplicates of the kernel's dump; a
   * chunk is valid until the next one is requested. Leaving the loop, or the signal, ends the dump at once. Dumps and exchanges may
   * run concurrently.
   * @throws CtqError, also while it is iterated; the signal's reason when it is aborted
   */
  dump(request: Uint8Array, signal?: AbortSignal): Dump;
  /**
   * Sends one request and waits for the complete answer.
   * @param signal ends the waiting for one that is far away
   * @returns the data messages of the answer, none for a change; they stay valid
   * @throws CtqError if the kernel answers with an error, or not at all
   */
  exchange(request: Uint8Array, signal?: AbortSignal): Promise<readonly Uint8Array[]>;
  /**
   * Sends many requests, many to a send, in order; an error of one does not stop the others.
   * @param requests each item one or more whole messages, read before the next item is asked for
   */
  batch(requests: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, options?: BatchOptions): Promise<BatchOutcome>;
  /**
   * Subscribe to multicast groups (NFNLGRP_CONNTRACK_NEW = 1 … NFNLGRP_CONNTRACK_EXP_DESTROY = 6). Subscribed when it
   * returns: later events are delivered or counted as dropped.
   */
  listen(groups: readonly number[], options?: ListenOptions): EventStream;
  /** Ends all operations and frees all resources. */
  close(): Promise<void>;
}
