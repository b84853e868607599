import { ERRNO } from '../errno.js';
import { CtqError, kernelError } from '../errors.js';
import { Answer } from './answer.js';
import { align4, Buffer32, DATAGRAM, NLM_F_ACK, NLM_F_REQUEST } from './framing.js';
import { headerOf, operationOf, type RequestHeader, type Sequence, stamped } from './request.js';
import type { Channel } from './socket.js';

const IPCTNL_MSG_CT_NEW = 0x100;
const IPCTNL_MSG_CT_GET_STATS = 0x105;

/** Send one request and receive all of its answer; blocks the thread, for the kernel answers before the send returns. */
export function exchange(channel: Channel, sequence: Sequence, request: Uint8Array, silenceMs?: number): Uint8Array[] {
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
  const { errno, text } = answer.verdict;
  if (errno === 0) return messages;
  throw isTimeoutFixed(errno, header) && isPermitted(channel, sequence)
    ? timeoutFixed(header)
    : kernelError(errno, operationOf(header), text);
}

/** EPERM says two things: that privilege is missing, or that an entry's timeout must not be changed. This tells where it may be the latter. */
export function isTimeoutFixed(errno: number, { type }: RequestHeader): boolean {
  return errno === ERRNO.EPERM && type === IPCTNL_MSG_CT_NEW;
}

export function timeoutFixed(header: RequestHeader): CtqError {
  const operation = operationOf(header);
  return new CtqError({
    code: 'timeout-fixed',
    kind: 'kernel',
    message: `cannot ${operation}: its timeout is fixed (status FIXED_TIMEOUT) and cannot be changed (EPERM)`,
    errno: ERRNO.EPERM,
    operation,
  });
}

/** Whether the kernel takes requests from this process at all, asked with a harmless one. */
export function isPermitted(channel: Channel, sequence: Sequence): boolean {
  const probe = new Buffer32(20);
  probe.u32[0] = 20;
  probe.u16[2] = IPCTNL_MSG_CT_GET_STATS;
  try {
    exchange(channel, sequence, probe.bytes);
    return true;
  } catch (error) {
    if (error instanceof CtqError && error.kind === 'permission') return false;
    throw error;
  }
}
