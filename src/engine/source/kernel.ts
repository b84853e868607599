import { ChannelSource } from './channel-source.js';
import { type NamespaceRef, NetworkNamespace } from './namespace.js';
import { NetlinkSocket } from './socket.js';
import type { EventStream, ListenOptions, Source } from './source.js';

/** Room for the answers to many unread requests, and for sends of many messages. */
const REQUEST_BUFFER = 2 << 20;

export interface KernelOptions {
  /** The network namespace to work in; that of this process if not given. */
  readonly namespace?: NamespaceRef;
}

/**
 * The kernel's connection tracking.
 * @throws CtqError if the namespace cannot be opened; all else is told by the operations
 */
export function openKernel(options: KernelOptions = {}): Source {
  const namespace = options.namespace === undefined ? undefined : NetworkNamespace.open(options.namespace);
  const inside = <T>(open: () => T): T => (namespace === undefined ? open() : namespace.run(open));
  return new ChannelSource({
    open: purpose =>
      inside(() =>
        NetlinkSocket.open(purpose === 'requests' ? { receiveBuffer: REQUEST_BUFFER, sendBuffer: REQUEST_BUFFER } : {}),
      ),
    listen: (_groups: readonly number[], _options: ListenOptions): EventStream => {
      throw new Error('todo');
    },
    close: () => namespace?.close(),
  });
}
