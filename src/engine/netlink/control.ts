import { align4, type Buffer32, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from './framing.js';

const NLMSGERR_ATTR_MSG = 1;

/** What a control message says: error number (positive; 0 is success) and the kernel's words. Plain data, for posting. */
export interface Verdict {
  readonly errno: number;
  readonly text?: string;
}

/** Read an NLMSG_ERROR or NLMSG_DONE at `at`; both hold a negative error number or 0. Undefined for any other. */
export function readVerdict(buffer: Buffer32, at: number, length: number): Verdict | undefined {
  const type = buffer.u16[(at >> 1) + 2];
  if (type !== NLMSG_ERROR && type !== NLMSG_DONE) return undefined;
  const errno = length < 20 ? 0 : -(buffer.u32[(at + 16) >> 2] | 0);
  if (errno <= 0) return { errno: 0 };
  return { errno, text: type === NLMSG_ERROR ? readText(buffer, at, length) : undefined };
}

/** The string of the extended ack: attributes after the request that the error quotes, whole or cut to its header. */
function readText(buffer: Buffer32, at: number, length: number): string | undefined {
  const flags = buffer.u16[(at >> 1) + 3];
  if ((flags & NLM_F_ACK_TLVS) === 0 || length < 36) return undefined;
  const quoted = (flags & NLM_F_CAPPED) !== 0 ? 16 : align4(buffer.u32[(at + 20) >> 2]);
  const end = at + length;
  for (let a = at + 20 + quoted; a + 4 <= end; ) {
    const size = buffer.u16[a >> 1];
    if (size < 4 || a + size > end) return undefined;
    if ((buffer.u16[(a >> 1) + 1] & 0x3fff) === NLMSGERR_ATTR_MSG)
      return Buffer.from(buffer.bytes.buffer, a + 4, size - 4)
        .toString('utf8')
        .replace(/\0+$/, '');
    a += align4(size);
  }
  return undefined;
}
