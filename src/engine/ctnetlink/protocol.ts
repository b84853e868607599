import { ERRNO } from '../errno.js';
import { CtqError } from '../errors.js';
import { NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, subsystemOf } from '../netlink/constants.js';
import type { Identity, Protocol, RequestHeader } from '../netlink/protocol.js';
import {
  CTA,
  CTA_EXPECT,
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_GET,
  IPCTNL_MSG_CT_GET_CTRZERO,
  IPCTNL_MSG_CT_GET_DYING,
  IPCTNL_MSG_CT_GET_STATS,
  IPCTNL_MSG_CT_GET_STATS_CPU,
  IPCTNL_MSG_CT_GET_UNCONFIRMED,
  IPCTNL_MSG_CT_NEW,
  IPCTNL_MSG_EXP_DELETE,
  IPCTNL_MSG_EXP_GET,
  IPCTNL_MSG_EXP_GET_STATS_CPU,
  IPCTNL_MSG_EXP_NEW,
  NFNL_SUBSYS_CTNETLINK,
  NFNL_SUBSYS_CTNETLINK_EXP,
} from './constants.js';
import { request } from './requests/key.js';

function operationOf({ type, flags }: RequestHeader): string {
  const isExpectation = subsystemOf(type) === NFNL_SUBSYS_CTNETLINK_EXP;
  const one = isExpectation ? 'an expectation' : 'a conntrack entry';
  switch (type) {
    case IPCTNL_MSG_CT_NEW:
    case IPCTNL_MSG_EXP_NEW:
      if ((flags & NLM_F_CREATE) === 0) return `update ${one}`;
      return (flags & NLM_F_EXCL) === 0 ? `create or update ${one}` : `create ${one}`;
    case IPCTNL_MSG_CT_GET:
    case IPCTNL_MSG_EXP_GET:
      if ((flags & NLM_F_DUMP) === 0) return `get ${one}`;
      return isExpectation ? 'read the expectations' : 'read the conntrack table';
    case IPCTNL_MSG_CT_DELETE:
      return 'delete conntrack entries';
    case IPCTNL_MSG_EXP_DELETE:
      return 'delete expectations';
    case IPCTNL_MSG_CT_GET_CTRZERO:
      return 'read and zero counters';
    case IPCTNL_MSG_CT_GET_STATS_CPU:
    case IPCTNL_MSG_CT_GET_STATS:
      return 'read the conntrack statistics';
    case IPCTNL_MSG_EXP_GET_STATS_CPU:
      return 'read the expectation statistics';
    case IPCTNL_MSG_CT_GET_DYING:
      return 'read the dying entries';
    case IPCTNL_MSG_CT_GET_UNCONFIRMED:
      return 'read the unconfirmed entries';
    default:
      return 'run an unknown request';
  }
}

const STATISTICS: readonly number[] = [
  IPCTNL_MSG_CT_GET_STATS_CPU,
  IPCTNL_MSG_CT_GET_STATS,
  IPCTNL_MSG_EXP_GET_STATS_CPU,
];

const IDENTITIES: Readonly<Record<number, Identity>> = {
  [NFNL_SUBSYS_CTNETLINK]: { id: CTA.ID, others: [CTA.TUPLE_ORIG, CTA.ZONE] },
  [NFNL_SUBSYS_CTNETLINK_EXP]: { id: CTA_EXPECT.ID, others: [CTA_EXPECT.TUPLE, CTA_EXPECT.ZONE] },
};

function timeoutFixed(header: RequestHeader): CtqError {
  const operation = operationOf(header);
  return new CtqError({
    code: 'timeout-fixed',
    kind: 'kernel',
    message: `cannot ${operation}: its timeout is fixed (status FIXED_TIMEOUT) and cannot be changed (EPERM)`,
    errno: ERRNO.EPERM,
    operation,
  });
}

/** Describes ctnetlink to the transport. */
export const CTNETLINK: Protocol = {
  operationOf,
  identityOf: ({ type }) => (STATISTICS.includes(type) ? undefined : IDENTITIES[subsystemOf(type)]),
  probe: request({ type: IPCTNL_MSG_CT_GET_STATS }),
  refusal: header => (header.type === IPCTNL_MSG_CT_NEW ? timeoutFixed(header) : undefined),
};
