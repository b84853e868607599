import { takeEarlySocket } from '../../netlink/events/early-socket.js';
import { ThreadEventStream } from '../../netlink/events/event-stream.js';
import { NetlinkSocket } from '../../netlink/socket.js';
import type { Source } from '../source.js';
import { ChannelSource } from './channel-source.js';
import { type NamespaceRef, NetworkNamespace } from './namespace.js';

/** Receive buffer for the answers to many requests, and send buffer for many messages, in bytes; the kernel doubles both. */
const ANSWERS = 4 << 20;
const REQUESTS = 1 << 20;

export interface KernelOptions {
  /** The network namespace to work in; that of this process if not given. */
  readonly namespace?: NamespaceRef;
  /** Where dumps are received: on this thread, in the background after the first datagram, or in the background unless the table is tiny (`auto`). */
  readonly receiver?: 'auto' | 'inline' | 'background';
}

/**
 * The kernel's connection tracking.
 * @throws CtqError if the namespace cannot be opened; all other errors come from the operations
 */
export function openKernel(options: KernelOptions = {}): Source {
  const namespace = options.namespace === undefined ? undefined : NetworkNamespace.open(options.namespace);
  const inside = <T>(open: () => T): T => (namespace === undefined ? open() : namespace.run(open));
  return new ChannelSource({
    open: purpose =>
      inside(() => NetlinkSocket.open(purpose === 'requests' ? { receiveBuffer: ANSWERS, sendBuffer: REQUESTS } : {})),
    listen: (groups, listenOptions) =>
      new ThreadEventStream(
        receiveBuffer => inside(() => NetlinkSocket.open({ receiveBuffer, silentOverruns: true })),
        groups,
        listenOptions,
        namespace === undefined ? takeEarlySocket(groups) : undefined,
        namespace === undefined ? undefined : () => namespace.gone(),
      ),
    backgroundAfter: { inline: Number.POSITIVE_INFINITY, background: 0, auto: undefined }[options.receiver ?? 'auto'],
    close: () => namespace?.close(),
  });
}
