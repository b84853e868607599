import { EncodeError } from '../../src/engine/ctnetlink/codec/encode-error.js';
import type { Flow } from '../../src/engine/ctnetlink/codec/flow.js';
import type { NatRange } from '../../src/engine/ctnetlink/codec/nat-range.js';
import { invertTuple, type Tuple } from '../../src/engine/ctnetlink/codec/tuple.js';
import { STATUS_FLAGS } from '../../src/lang/schema/constants.js';

/**
 * The flow to create so that the kernel makes the one that a dump shows. A dump has NAT in the reply tuple and the status; a
 * request has it apart, and the reply as if nothing were translated: else the kernel makes a flow that looks translated and is
 * not. A flow without NAT, or with NAT said apart already, stays as it is.
 * @throws EncodeError for a translated flow of ICMP whose type has no inverse
 */
export function restorable(flow: Flow): Flow {
  const { status = 0, orig, reply, snat, dnat } = flow;
  const isSource = (status & STATUS_FLAGS.SRC_NAT) !== 0;
  const isDestination = (status & STATUS_FLAGS.DST_NAT) !== 0;
  if ((!isSource && !isDestination) || snat !== undefined || dnat !== undefined) return flow;
  const inverse = invertTuple(orig);
  if (inverse === undefined) throw new EncodeError(`a flow of ICMP type ${orig.icmpType}, which has no inverse`);
  return {
    ...flow,
    reply: reply.zone === undefined ? inverse : { ...inverse, zone: reply.zone },
    ...(isSource ? { snat: exactly(reply.dst, reply.dport ?? reply.icmpId) } : {}),
    ...(isDestination ? { dnat: exactly(reply.src, reply.sport) } : {}),
  };
}

const exactly = (address: Tuple['src'], port: number | undefined): NatRange => ({
  minAddress: address,
  maxAddress: address,
  ...(port === undefined ? {} : { minPort: port, maxPort: port }),
});
