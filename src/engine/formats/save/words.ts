/** What the reader and the writer of `save` agree on besides the options. */

/** An SCTP verification tag: conntrack(8) writes and reads its bytes in network order. */
export const swapped = (tag: number): number =>
  (((tag & 0xff) << 24) | ((tag & 0xff00) << 8) | ((tag >>> 8) & 0xff00) | (tag >>> 24)) >>> 0;

/** conntrack(8)'s word for HEARTBEAT_SENT of SCTP, for which it has no name. */
export const NULL_STATE = '(null)';
