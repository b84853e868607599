/** Subscribes to events before the program is loaded. Events until then wait in the socket's buffer. */
import {
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_NEW,
  IPCTNL_MSG_EXP_DELETE,
  IPCTNL_MSG_EXP_NEW,
  NFNLGRP_CONNTRACK_DESTROY,
  NFNLGRP_CONNTRACK_EXP_DESTROY,
  NFNLGRP_CONNTRACK_EXP_NEW,
  NFNLGRP_CONNTRACK_NEW,
  NFNLGRP_CONNTRACK_UPDATE,
} from '../../../engine/ctnetlink/constants.js';
import { type EarlySocket, type Group, RECEIVE_BUFFER } from '../../../engine/netlink/events/early-socket.js';
import { NetlinkSocket } from '../../../engine/netlink/socket.js';
import { ELSEWHERE } from '../../../lang/schema/places.js';

/** Events of a log, not of the kernel. */
const LOG = /\bfrom\s*'|\bin\s+file\b|^--file/i;

const FLOWS: readonly Group[] = [
  { group: NFNLGRP_CONNTRACK_NEW, type: IPCTNL_MSG_CT_NEW, created: true },
  { group: NFNLGRP_CONNTRACK_UPDATE, type: IPCTNL_MSG_CT_NEW, created: false },
  { group: NFNLGRP_CONNTRACK_DESTROY, type: IPCTNL_MSG_CT_DELETE },
];

const EXPECTATIONS: readonly Group[] = [
  { group: NFNLGRP_CONNTRACK_EXP_NEW, type: IPCTNL_MSG_EXP_NEW },
  { group: NFNLGRP_CONNTRACK_EXP_DESTROY, type: IPCTNL_MSG_EXP_DELETE },
];

/** Whether a command line that asks for events may mean those of this network namespace. */
export const isOfKernel = (name: 'ctq' | 'conntrack', args: readonly string[]): boolean =>
  name === 'conntrack' ||
  args[0] === 'conntrack' ||
  !args.some(argument => ELSEWHERE.test(argument) || LOG.test(argument));

/** All groups that the arguments may mean. @returns undefined if there is none, or if it is refused: the program will say why */
export function subscribeEarly(name: 'ctq' | 'conntrack', args: readonly string[]): EarlySocket | undefined {
  if (!isOfKernel(name, args)) return undefined;
  const groups = args.some(argument => /exp/i.test(argument)) ? [...FLOWS, ...EXPECTATIONS] : FLOWS;
  let socket: NetlinkSocket | undefined;
  try {
    socket = NetlinkSocket.open({ receiveBuffer: RECEIVE_BUFFER, silentOverruns: true });
    for (const { group } of groups) socket.join(group);
    return { fd: socket.fd, groups };
  } catch {
    socket?.close();
    return undefined;
  }
}
