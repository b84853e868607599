import { AF_UNSPEC, CTA, CTA_EXPECT, IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_EXP_DELETE } from '../constants.js';
import { EncodeError } from '../encode-error.js';
import { familyOf, type Tuple } from '../tuple.js';
import { checkFamily, encodeFilter, isEmpty } from './filter.js';
import type { KernelFilter } from './kernel-filter.js';
import {
  encodeExpectationKey,
  encodeFlowKey,
  type FlowKeyOptions,
  type RequestOptions,
  request,
  singly,
} from './key.js';

/**
 * Requests that delete. To the kernel a delete without a tuple, or with a filter beside one, is a flush of all that
 * passes (ctnetlink_del_conntrack, net/netfilter/nf_conntrack_netlink.c). So each function here writes one
 * kind of message, and cannot be brought to write another.
 */

/** nfgenmsg.version of a flush that honours the family (since 5.1); with 0 both families go. */
const HONOUR_FAMILY = 1;

/** How one entry is meant, by more than its tuple. */
export interface Guard {
  /** Only the entry of this id: ENOENT for another. A flow made anew with the same tuple may have the same id. */
  readonly id?: number;
}

/**
 * Deletes one flow, and never more.
 * @param tuple a whole tuple of it
 * @throws EncodeError for a tuple that names no single flow
 */
export function deleteFlow(tuple: Tuple, options: FlowKeyOptions & Guard = {}): Uint8Array {
  const header = { type: IPCTNL_MSG_CT_DELETE, flags: singly(options), family: familyOf(tuple), seq: options.seq };
  return request(header, writer => {
    encodeFlowKey(writer, tuple, options);
    if (options.id !== undefined) writer.be32(CTA.ID, options.id);
  });
}

/**
 * Deletes all flows, or all of one family.
 * @throws EncodeError for another family: the kernel would take it as all
 */
export function flushFlows(family: number = AF_UNSPEC, options: RequestOptions = {}): Uint8Array {
  if (family !== AF_UNSPEC) checkFamily(family);
  const version = family === AF_UNSPEC ? 0 : HONOUR_FAMILY;
  return request({ type: IPCTNL_MSG_CT_DELETE, flags: singly(options), family, version, seq: options.seq });
}

/**
 * Deletes all flows that a filter lets pass. Only for a kernel that was seen to honour it: one that does not know an
 * attribute deletes without looking at it (status: 5.15, zone: 6.8, tuples: 6.12).
 * @throws EncodeError for a filter that lets all pass (`flushFlows`), and for one that the kernel gets wrong
 */
export function deleteFiltered(filter: KernelFilter, options: RequestOptions = {}): Uint8Array {
  const { family = AF_UNSPEC } = filter;
  if (isEmpty(filter)) throw new EncodeError('a delete by a filter that lets everything pass');
  const version = family === AF_UNSPEC ? 0 : HONOUR_FAMILY;
  const header = { type: IPCTNL_MSG_CT_DELETE, flags: singly(options), family, version, seq: options.seq };
  return request(header, writer => encodeFilter(writer, filter));
}

/**
 * Deletes one expectation, and never more.
 * @param tuple the whole tuple that is expected; the stored mask is applied to it
 */
export function deleteExpectation(
  tuple: Tuple,
  options: RequestOptions & Guard & { readonly zone?: number } = {},
): Uint8Array {
  const header = { type: IPCTNL_MSG_EXP_DELETE, flags: singly(options), family: familyOf(tuple), seq: options.seq };
  return request(header, writer => {
    encodeExpectationKey(writer, tuple, options.zone);
    if (options.id !== undefined) writer.be32(CTA_EXPECT.ID, options.id);
  });
}

/** Deletes all expectations, of both families: the kernel does not tell them apart here. */
export const flushExpectations = (options: RequestOptions = {}): Uint8Array =>
  request({ type: IPCTNL_MSG_EXP_DELETE, flags: singly(options), seq: options.seq });
