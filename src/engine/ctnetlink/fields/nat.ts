import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { formatAddress } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import { IPPROTO } from '../constants.js';
import type { MessageView } from '../view/view.js';

/** `10.0.0.1:80`, `[2001:db8::1]:80`, or only the address if `port` is -1. */
export function endpoint(address: Address, port: number): string {
  const text = formatAddress(address);
  if (port < 0) return text;
  return typeof address === 'number' ? `${text}:${port}` : `[${text}]:${port}`;
}

/**
 * The translated source or destination of a flow, from its reply tuple; null without NAT. The port is omitted if it is
 * unchanged.
 */
export function translated(view: MessageView, side: 'src' | 'dst'): string | null {
  const bit = side === 'src' ? STATUS_FLAGS.SRC_NAT : STATUS_FLAGS.DST_NAT;
  const { status } = view;
  if (status < 0 || (status & bit) === 0) return null;
  const { orig, reply } = view;
  const address = side === 'src' ? reply.dstAddress() : reply.srcAddress();
  if (address === null) return null;
  const before = side === 'src' ? orig.sport : orig.dport;
  const after = side === 'src' ? reply.dport : reply.sport;
  return endpoint(address, orig.proto === IPPROTO.GRE || after === before ? -1 : after);
}
