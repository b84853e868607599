import { NLM_F_DUMP, NLM_F_REQUEST } from '../../netlink/constants.js';
import { familyOf, type Tuple } from '../codec/tuple.js';
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
 * Requests that read. Requests for a single entry ask for an ack: the reply has NLM_F_MULTI set, but no NLMSG_DONE
 * follows it.
 */

const DUMP = NLM_F_REQUEST | NLM_F_DUMP;

/**
 * Dumps the flows that match a filter, as IPCTNL_MSG_CT_NEW.
 * @param options `zero`: read and zero the counters. The kernel loses counts if an entry does not fit into the current chunk of the
 * reply; to be exact, zero each flow by itself (`getFlow`).
 * @throws EncodeError for a filter that the kernel rejects or misinterprets
 */
export function dumpFlows(filter: KernelFilter = {}, options: { zero?: boolean; seq?: number } = {}): Uint8Array {
  const type = options.zero ? IPCTNL_MSG_CT_GET_CTRZERO : IPCTNL_MSG_CT_GET;
  return request({ type, flags: DUMP, family: filter.family ?? AF_UNSPEC, seq: options.seq }, writer =>
    encodeFilter(writer, filter),
  );
}

/** Dumps entries that have ended, but whose destroy event has not been delivered yet. */
export const dumpDying = (family = AF_UNSPEC): Uint8Array =>
  request({ type: IPCTNL_MSG_CT_GET_DYING, flags: DUMP, family });

/** Dumps entries whose first packet has not left yet; empty since Linux 5.19. */
export const dumpUnconfirmed = (family = AF_UNSPEC): Uint8Array =>
  request({ type: IPCTNL_MSG_CT_GET_UNCONFIRMED, flags: DUMP, family });

/** Gets one flow by its complete tuple. `zero`: read and zero its counters atomically. */
export function getFlow(tuple: Tuple, options: FlowKeyOptions & { readonly zero?: boolean } = {}): Uint8Array {
  const type = options.zero ? IPCTNL_MSG_CT_GET_CTRZERO : IPCTNL_MSG_CT_GET;
  return request({ type, flags: requestFlags(options), family: familyOf(tuple), seq: options.seq }, writer =>
    encodeFlowKey(writer, tuple, options),
  );
}

/** Gets the number of entries and its limit (CTA_STATS_GLOBAL_*). */
export const getStats = (options: RequestOptions = {}): Uint8Array =>
  request({ type: IPCTNL_MSG_CT_GET_STATS, flags: requestFlags(options), seq: options.seq });

/** Dumps the statistics of the conntrack table, one message per CPU. */
export const cpuStats = (): Uint8Array => request({ type: IPCTNL_MSG_CT_GET_STATS_CPU, flags: DUMP });

/** Dumps the statistics of the expectation table, one message per CPU; their type is IPCTNL_MSG_CT_GET_CTRZERO. */
export const expectCpuStats = (): Uint8Array => request({ type: IPCTNL_MSG_EXP_GET_STATS_CPU, flags: DUMP });

/** Dumps all expectations; the kernel filters by family only. */
export const dumpExpectations = (family = AF_UNSPEC): Uint8Array =>
  request({ type: IPCTNL_MSG_EXP_GET, flags: DUMP, family });

/** Gets one expectation by the complete expected tuple, to which the kernel applies the stored mask. */
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
