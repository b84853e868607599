import { EncodeError } from '../codec/encode-error.js';
import { familyOf, type Tuple } from '../codec/tuple.js';
import { AF_UNSPEC, CTA, CTA_EXPECT, IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_EXP_DELETE } from '../constants.js';
import { checkFamily, encodeFilter, isEmptyFilter } from './filter.js';
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
 * Requests that delete. The kernel treats a delete without a tuple, or with a tuple and a filter, as a flush of everything that
 * matches (ctnetlink_del_conntrack, net/netfilter/nf_conntrack_netlink.c). Therefore each function here can write only one
 * kind of message.
 */

/** nfgenmsg.version of a flush that honours the family (Linux 5.1); 0 flushes both families. */
const HONOUR_FAMILY = 1;

/** Identifies one entry by more than its tuple. */
export interface Guard {
  /** Only the entry with this id; ENOENT for any other. A re-created flow with the same tuple may have the same id. */
  readonly id?: number;
}

/**
 * Deletes exactly one flow.
 * @param tuple a complete tuple of it
 * @throws EncodeError for an incomplete tuple
 */
export function deleteFlow(tuple: Tuple, options: FlowKeyOptions & Guard = {}): Uint8Array {
  const header = {
    type: IPCTNL_MSG_CT_DELETE,
    flags: requestFlags(options),
    family: familyOf(tuple),
    seq: options.seq,
  };
  return request(header, writer => {
    encodeFlowKey(writer, tuple, options);
    if (options.id !== undefined) writer.be32(CTA.ID, options.id);
  });
}

/**
 * Deletes all flows, or all of one family.
 * @throws EncodeError for any other family, which the kernel would treat as all
 */
export function flushFlows(family: number = AF_UNSPEC, options: RequestOptions = {}): Uint8Array {
  if (family !== AF_UNSPEC) checkFamily(family);
  const version = family === AF_UNSPEC ? 0 : HONOUR_FAMILY;
  return request({ type: IPCTNL_MSG_CT_DELETE, flags: requestFlags(options), family, version, seq: options.seq });
}

/**
 * Deletes the flows that match a filter. Only for kernels that are known to honour it: older ones ignore the attribute and
 * delete everything (status: Linux 5.15, zone: 6.8, tuples: 6.12).
 * @throws EncodeError for an empty filter (see `flushFlows`), and for one that the kernel rejects or misinterprets
 */
export function deleteFiltered(filter: KernelFilter, options: RequestOptions = {}): Uint8Array {
  const { family = AF_UNSPEC } = filter;
  if (isEmptyFilter(filter)) throw new EncodeError('a filtered delete requires a filter');
  const version = family === AF_UNSPEC ? 0 : HONOUR_FAMILY;
  const header = { type: IPCTNL_MSG_CT_DELETE, flags: requestFlags(options), family, version, seq: options.seq };
  return request(header, writer => encodeFilter(writer, filter));
}

/**
 * Deletes exactly one expectation.
 * @param tuple the complete expected tuple, to which the kernel applies the stored mask
 * @throws EncodeError for an incomplete tuple
 */
export function deleteExpectation(
  tuple: Tuple,
  options: RequestOptions & Guard & { readonly zone?: number } = {},
): Uint8Array {
  const header = {
    type: IPCTNL_MSG_EXP_DELETE,
    flags: requestFlags(options),
    family: familyOf(tuple),
    seq: options.seq,
  };
  return request(header, writer => {
    encodeExpectationKey(writer, tuple, options.zone);
    if (options.id !== undefined) writer.be32(CTA_EXPECT.ID, options.id);
  });
}

/** Deletes all expectations of both families: the kernel ignores the family here. */
export const flushExpectations = (options: RequestOptions = {}): Uint8Array =>
  request({ type: IPCTNL_MSG_EXP_DELETE, flags: requestFlags(options), seq: options.seq });
