import {
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSGERR_ATTR_MSG,
} from '../constants.js';
import { find, payloadSize } from './attributes.js';
import { align4, type Buffer32 } from './framing.js';

/** Offset in an error message of the request that it answers: after nlmsghdr and the error number (struct nlmsgerr). */
const QUOTED = NLMSG_HDRLEN + 4;

/** The content of a control message: error number (positive; 0 is success) and the kernel's text. Plain data that can be posted. */
export interface Verdict {
  readonly errno: number;
  readonly text?: string;
}

/** Read an NLMSG_ERROR or NLMSG_DONE at `at`; both hold a negative error number or 0. Undefined for any other. */
export function readVerdict(buffer: Buffer32, at: number, length: number): Verdict | undefined {
  const type = buffer.u16[(at >> 1) + 2];
  if (type !== NLMSG_ERROR && type !== NLMSG_DONE) return undefined;
  const errno = length < QUOTED ? 0 : -(buffer.u32[(at + NLMSG_HDRLEN) >> 2] | 0);
  if (errno <= 0) return { errno: 0 };
  return { errno, text: type === NLMSG_ERROR ? readText(buffer, at, length) : undefined };
}

/** The string of the extended ack: attributes after the request that the error quotes, whole or cut to its header. */
function readText(buffer: Buffer32, at: number, length: number): string | undefined {
  const flags = buffer.u16[(at >> 1) + 3];
  if ((flags & NLM_F_ACK_TLVS) === 0 || length < QUOTED + NLMSG_HDRLEN) return undefined;
  const quoted = (flags & NLM_F_CAPPED) !== 0 ? NLMSG_HDRLEN : align4(buffer.u32[(at + QUOTED) >> 2]);
  const text = find(buffer.bytes, at + QUOTED + quoted, at + length, NLMSGERR_ATTR_MSG, 0);
  if (text < 0) return undefined;
  return Buffer.from(buffer.bytes.buffer, text, payloadSize(buffer.bytes, text)).toString('utf8').replace(/\0+$/, '');
}
