import { ERRNO } from '../errno.js';
import { CtqError, kernelError } from '../errors.js';
import { Answer } from './answer.js';
import { NLM_F_ACK, NLM_F_REQUEST } from './constants.js';
import type { Verdict } from './messages/control.js';
import { align4, Buffer32, DATAGRAM } from './messages/framing.js';
import type { Protocol, RequestHeader } from './protocol.js';
import { headerOf, type Sequence, stamped } from './request.js';
import type { Channel } from './socket.js';

/** Send one request and receive all of its answer; blocks the thread, for the kernel answers before the send returns. */
export function exchange(
  channel: Channel,
  sequence: Sequence,
  protocol: Protocol,
  request: Uint8Array,
  silenceMs?: number,
): Uint8Array[] {
  const seq = sequence.take();
  const bytes = stamped(request, seq, NLM_F_REQUEST | NLM_F_ACK);
  const header = headerOf(bytes);
  channel.send(bytes.bytes);
  const answer = new Answer(channel, seq, undefined, silenceMs);
  const buffer = new Buffer32(DATAGRAM);
  const messages: Uint8Array[] = [];
  while (answer.verdict === undefined) {
    const length = answer.receive(buffer);
    for (let at = 0; at < length; ) {
      const size = buffer.u32[at >> 2];
      messages.push(buffer.bytes.slice(at, at + size));
      at += align4(size);
    }
  }
  const { verdict } = answer;
  if (verdict.errno === 0) return messages;
  const mayMeanElse = verdict.errno === ERRNO.EPERM && protocol.refusal(header) !== undefined;
  throw mayMeanElse && !isPermitted(channel, sequence, protocol)
    ? kernelError(verdict.errno, protocol.operationOf(header), verdict.text)
    : refusalOf(verdict, header, protocol);
}

/** Why the kernel refused a request of a process that has the privilege to make it. */
export function refusalOf({ errno, text }: Verdict, header: RequestHeader, protocol: Protocol): CtqError {
  const refusal = errno === ERRNO.EPERM ? protocol.refusal(header) : undefined;
  return refusal ?? kernelError(errno, protocol.operationOf(header), text);
}

/** Whether the kernel takes requests from this process at all, asked with a harmless one. */
export function isPermitted(channel: Channel, sequence: Sequence, protocol: Protocol): boolean {
  try {
    exchange(channel, sequence, protocol, protocol.probe);
    return true;
  } catch (error) {
    if (error instanceof CtqError && error.kind === 'permission') return false;
    throw error;
  }
}
