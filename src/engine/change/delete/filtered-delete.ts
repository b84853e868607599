import type { CheckedDelete } from '../../../lang/check/checked-ast.js';
import { AF_INET, IPPROTO } from '../../ctnetlink/constants.js';
import { deleteFiltered, flushFlows } from '../../ctnetlink/requests/deletes.js';
import type { KernelFilter, TupleFilter } from '../../ctnetlink/requests/kernel-filter.js';
import { isRefusedFilter } from '../../errors.js';
import type { Session } from '../../query/context.js';
import { flowKeyOf } from '../../query/plan/identity.js';
import { constraintsOf, pushDown } from '../../query/plan/pushdown.js';
import type { Source } from '../../sources/source.js';
import { honours } from './probe.js';

/**
 * The filters that mean exactly the entries of a condition, one a family where families must be told apart; undefined where
 * this kernel has no such filters, or is known to take one of them for something else.
 */
export function filtersOf(
  { table, where, limit }: CheckedDelete,
  { abilities, kernelFilter }: Session,
): readonly KernelFilter[] | undefined {
  if (table !== 'conntrack' || limit !== undefined || !kernelFilter || !abilities.deleteByTuple) return undefined;
  const known = constraintsOf(where);
  // One flow is deleted by its id.
  if (known.impossible || flowKeyOf(known, 0)) return undefined;
  const { complete, filters } = pushDown(where, known, abilities);
  return complete && filters.length > 0 && filters.every(isTrusted) ? filters : undefined;
}

/** Looked at once more before anything is deleted: what the kernel gets wrong must not be in it, and something must. */
function isTrusted({ family, mark, status, zone, orig, reply }: KernelFilter): boolean {
  if (zone !== undefined) return false;
  if (![orig, reply].every(tuple => tuple === undefined || isTrustedTuple(tuple, family))) return false;
  return family !== undefined || mark !== undefined || status !== undefined;
}

function isTrustedTuple({ src, dst, proto, sport, dport, icmpId, icmpType, icmpCode }: TupleFilter, family?: number) {
  // IPv6 addresses match inverted; ports of others than TCP and UDP are not compared.
  if ((src !== undefined || dst !== undefined) && family !== AF_INET) return false;
  if ((sport !== undefined || dport !== undefined) && proto !== IPPROTO.TCP && proto !== IPPROTO.UDP) return false;
  const hasIcmp = icmpId !== undefined || icmpType !== undefined || icmpCode !== undefined;
  return !hasIcmp || proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6;
}

const isFamilyAlone = ({ mark, status, orig, reply }: KernelFilter): boolean =>
  mark === undefined && status === undefined && orig === undefined && reply === undefined;

/**
 * Deletes all that passes the filters, after every part of them was seen to be honoured.
 * @returns false where one was not: nothing is deleted then
 */
export async function deleteByFilter(
  source: Source,
  filters: readonly KernelFilter[],
  signal?: AbortSignal,
): Promise<boolean> {
  for (const filter of filters) if (!(await honours(source, filter, signal))) return false;
  for (const filter of filters) {
    signal?.throwIfAborted();
    try {
      await source.exchange(isFamilyAlone(filter) ? flushFlows(filter.family) : deleteFiltered(filter));
    } catch (error) {
      if (isRefusedFilter(error)) return false;
      throw error;
    }
  }
  return true;
}
