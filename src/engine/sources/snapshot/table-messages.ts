/** Which tables the messages of a file are of. */
import type { FileTable } from '../../../lang/schema/places.js';
import {
  IPCTNL_MSG_CT_GET_STATS_CPU,
  IPCTNL_MSG_EXP_GET_STATS_CPU,
  NFNL_SUBSYS_CTNETLINK_EXP,
} from '../../ctnetlink/constants.js';
import { subsystemOf } from '../../netlink/constants.js';
import { align4, host16, host32 } from '../../netlink/messages/framing.js';

/** The table of the message at a place. */
export function tableAt(bytes: Uint8Array, at: number): FileTable {
  const type = host16(bytes, at + 4);
  if (type === IPCTNL_MSG_CT_GET_STATS_CPU) return 'stats';
  if (type === IPCTNL_MSG_EXP_GET_STATS_CPU) return 'expect_stats';
  return subsystemOf(type) === NFNL_SUBSYS_CTNETLINK_EXP ? 'expect' : 'conntrack';
}

/** Offset of the next message. */
export const nextMessage = (bytes: Uint8Array, at: number): number => at + align4(host32(bytes, at));

/**
 * The messages that are wanted; the same array if all are.
 * @param unwanted called for each of the others
 */
export function selectMessages(
  bytes: Uint8Array,
  isWanted: (bytes: Uint8Array, at: number) => boolean,
  unwanted: (bytes: Uint8Array, at: number) => void,
): Uint8Array {
  let at = 0;
  while (at < bytes.length && isWanted(bytes, at)) at = nextMessage(bytes, at);
  if (at >= bytes.length) return bytes;
  const part = new Uint8Array(bytes.length);
  part.set(bytes.subarray(0, at));
  let length = at;
  while (at < bytes.length) {
    const end = nextMessage(bytes, at);
    if (isWanted(bytes, at)) {
      part.set(bytes.subarray(at, end), length);
      length += end - at;
    } else unwanted(bytes, at);
    at = end;
  }
  return part.subarray(0, length);
}
