import { NLM_F_DUMP, NLM_F_REQUEST } from '../../netlink/constants.js';
import {
  AF_UNSPEC,
  CTA_EXPECT,
  IPCTNL_MSG_CT_GET,
  IPCTNL_MSG_CT_GET_CTRZERO,
  IPCTNL_MSG_CT_GET_DYING,
  IPCTNL_MSG_CT_GET_STATS,
  IPCTNL_MSG_CT_GET_STATS_CPU,
  IPCTNL_MSG_CT_GET_UNCONFIRMED,
  IPCTNL_MSG_EXP_GET,
  IPCTNL_MSG_EXP_GET_STATS_CPU,
} from '../constants.js';
import { familyOf, type Tuple } from '../tuple.js';
import { encodeFilter } from './filter.js';
import type { KernelFilter } from './kernel-filter.js';
import {
  encodeExpectationKey,
  encodeFlowKey,
  type FlowKeyOptions,
  type RequestOptions,
  request,
  requestFlags,
} from './key.js';

/**
 * Requests that read. What comes without an end of its own is asked for with an ack: single answers have NLM_F_MULTI set
 * and no NLMSG_DONE after them.
 */

const DUMP = NLM_F_REQUEST | NLM_F_DUMP;

/**
 * All flows that a filter lets pass, IPCTNL_MSG_CT_NEW each.
 * @param options `zero`: read the counters and zero them. The kernel loses counts where an entry does not fit into a chunk of the
 * answer any more; to be exact, zero flow by flow (`getFlow`).
 * @throws EncodeError for a filter that the kernel gets wrong
 */
export function dumpFlows(filter: KernelFilter = {}, options: { zero?: boolean; seq?: number } = {}): Uint8Array {
  const type = options.zero ? IPCTNL_MSG_CT_GET_CTRZERO : IPCTNL_MSG_CT_GET;
  return request({ type, flags: DUMP, family: filter.family ?? AF_UNSPEC, seq: options.seq }, writer =>
    encodeFilter(writer, filter),
  );
}

/** Entries that are dead, but whose end a listener could not be told yet. */
export const dumpDying = (family = AF_UNSPEC): Uint8Array =>
  request({ type: IPCTNL_MSG_CT_GET_DYING, flags: DUMP, family });

/** Entries whose first packet has not left yet; none since Linux 5.19. */
export const dumpUnconfirmed = (family = AF_UNSPEC): Uint8Array =>
  request({ type: IPCTNL_MSG_CT_GET_UNCONFIRMED, flags: DUMP, family });

/** One flow, by its whole tuple. With `zero` its counters are read and zeroed at once. */
export function getFlow(tuple: Tuple, options: FlowKeyOptions & { readonly zero?: boolean } = {}): Uint8Array {
  const type = options.zero ? IPCTNL_MSG_CT_GET_CTRZERO : IPCTNL_MSG_CT_GET;
  return request({ type, flags: requestFlags(options), family: familyOf(tuple), seq: options.seq }, writer =>
    encodeFlowKey(writer, tuple, options),
  );
}

/** How many entries there are, and may be (CTA_STATS_GLOBAL_*). */
export const getStats = (options: RequestOptions = {}): Uint8Array =>
  request({ type: IPCTNL_MSG_CT_GET_STATS, flags: requestFlags(options), seq: options.seq });

/** Statistics of the conntrack table, a message per CPU. */
export const cpuStats = (): Uint8Array => request({ type: IPCTNL_MSG_CT_GET_STATS_CPU, flags: DUMP });

/** Statistics of the expectation table, a message per CPU; their type is IPCTNL_MSG_CT_GET_CTRZERO. */
export const expectCpuStats = (): Uint8Array => request({ type: IPCTNL_MSG_EXP_GET_STATS_CPU, flags: DUMP });

/** All expectations; the kernel filters by family only. */
export const dumpExpectations = (family = AF_UNSPEC): Uint8Array =>
  request({ type: IPCTNL_MSG_EXP_GET, flags: DUMP, family });

/** One expectation, by the whole tuple that is expected; its stored mask is applied. */
export function getExpectation(
  tuple: Tuple,
  options: RequestOptions & { readonly zone?: number; readonly id?: number } = {},
): Uint8Array {
  return request(
    { type: IPCTNL_MSG_EXP_GET, flags: requestFlags(options), family: familyOf(tuple), seq: options.seq },
    writer => {
      encodeExpectationKey(writer, tuple, options.zone);
      if (options.id !== undefined) writer.be32(CTA_EXPECT.ID, options.id);
    },
  );
}
