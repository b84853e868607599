import { fromBytes } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import { find, payloadSize } from '../../netlink/messages/attributes.js';
import { be16 } from '../bytes.js';
import { CTA_NAT, CTA_PROTONAT } from '../constants.js';
import type { Codec } from './codec.js';

/**
 * The NAT of a new entry (CTA_NAT_SRC, CTA_NAT_DST; struct nf_nat_range2): ranges that the kernel picks an address and a port from. The
 * maximum defaults to the minimum; an empty range is a null binding. For ICMP the port is the id.
 */
export interface NatRange {
  readonly minAddress?: Address;
  readonly maxAddress?: Address;
  readonly minPort?: number;
  readonly maxPort?: number;
}

export const natRange = (type: number): Codec<NatRange> => ({
  type,
  read(view) {
    if (view.at(type) < 0) return undefined;
    const { bytes } = view;
    const address = (v4: number, v6: number): Address | undefined => {
      const at4 = view.inner(type, v4, 4);
      if (at4 >= 0) return fromBytes(bytes, at4, 4);
      const at6 = view.inner(type, v6, 16);
      return at6 < 0 ? undefined : fromBytes(bytes, at6, 16);
    };
    const ports = view.inner(type, CTA_NAT.PROTO, 0);
    const port = (inner: number): number | undefined => {
      if (ports < 0) return undefined;
      const at = find(bytes, ports, ports + payloadSize(bytes, ports), inner, 2);
      return at < 0 ? undefined : be16(bytes, at);
    };
    const all = {
      minAddress: address(CTA_NAT.V4_MINIP, CTA_NAT.V6_MINIP),
      maxAddress: address(CTA_NAT.V4_MAXIP, CTA_NAT.V6_MAXIP),
      minPort: port(CTA_PROTONAT.PORT_MIN),
      maxPort: port(CTA_PROTONAT.PORT_MAX),
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  },
  write(writer, { minAddress, maxAddress, minPort, maxPort }) {
    const nest = writer.open(type);
    if (minAddress !== undefined) {
      writer.address(typeof minAddress === 'number' ? CTA_NAT.V4_MINIP : CTA_NAT.V6_MINIP, minAddress);
    }
    if (maxAddress !== undefined) {
      writer.address(typeof maxAddress === 'number' ? CTA_NAT.V4_MAXIP : CTA_NAT.V6_MAXIP, maxAddress);
    }
    if (minPort !== undefined || maxPort !== undefined) {
      const ports = writer.open(CTA_NAT.PROTO);
      if (minPort !== undefined) writer.be16(CTA_PROTONAT.PORT_MIN, minPort);
      if (maxPort !== undefined) writer.be16(CTA_PROTONAT.PORT_MAX, maxPort);
      writer.close(ports);
    }
    writer.close(nest);
  },
});
