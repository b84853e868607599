import type { CheckedDelete } from '../../../lang/checked/statements.js';
import { AF_INET, IPPROTO } from '../../ctnetlink/constants.js';
import { deleteFiltered, flushFlows } from '../../ctnetlink/requests/deletes.js';
import type { KernelFilter, TupleFilter } from '../../ctnetlink/requests/kernel-filter.js';
import { isRefusedFilter } from '../../errors.js';
import type { QueryContext } from '../../query/context.js';
import { flowKeyOf } from '../../query/plan/identity.js';
import { constraintsOf, pushDown } from '../../query/plan/pushdown.js';
import type { Source } from '../../sources/source.js';
import { isHonoured } from './filter-probe.js';

/**
 * The kernel filters that match exactly the entries of a condition, one per family where a filter needs one; undefined if
 * this kernel has no such filters, or is known to misinterpret one of them.
 */
export function deleteFilters(
  { table, where, limit }: CheckedDelete,
  { abilities, kernelFilter }: QueryContext,
): readonly KernelFilter[] | undefined {
  if (table !== 'conntrack' || limit !== undefined || !kernelFilter || !abilities.deleteByTuple) return undefined;
  const known = constraintsOf(where);
  // A single flow is deleted by its id.
  if (known.impossible || flowKeyOf(known, 0)) return undefined;
  const { complete, filters } = pushDown(where, known, abilities);
  return complete && filters.length > 0 && filters.every(isTrusted) ? filters : undefined;
}

/** A second check before anything is deleted: the filter has a part, and none that the kernel misinterprets. */
function isTrusted({ family, mark, status, zone, orig, reply }: KernelFilter): boolean {
  if (zone !== undefined) return false;
  if (![orig, reply].every(tuple => tuple === undefined || isTrustedTuple(tuple, family))) return false;
  return family !== undefined || mark !== undefined || status !== undefined;
}

function isTrustedTuple({ src, dst, proto, sport, dport, icmpId, icmpType, icmpCode }: TupleFilter, family?: number) {
  // The kernel matches IPv6 addresses inverted, and compares the ports of TCP and UDP only.
  if ((src !== undefined || dst !== undefined) && family !== AF_INET) return false;
  if ((sport !== undefined || dport !== undefined) && proto !== IPPROTO.TCP && proto !== IPPROTO.UDP) return false;
  const hasIcmp = icmpId !== undefined || icmpType !== undefined || icmpCode !== undefined;
  return !hasIcmp || proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6;
}

const isFamilyOnly = ({ mark, status, orig, reply }: KernelFilter): boolean =>
  mark === undefined && status === undefined && orig === undefined && reply === undefined;

/**
 * Deletes all entries that pass the filters, after a test that the kernel honours every part of them.
 * @returns false, and deletes nothing, if it does not
 */
export async function deleteByFilter(
  source: Source,
  filters: readonly KernelFilter[],
  signal?: AbortSignal,
): Promise<boolean> {
  for (const filter of filters) if (!(await isHonoured(source, filter, signal))) return false;
  for (const filter of filters) {
    signal?.throwIfAborted();
    try {
      await source.exchange(isFamilyOnly(filter) ? flushFlows(filter.family) : deleteFiltered(filter));
    } catch (error) {
      if (isRefusedFilter(error)) return false;
      throw error;
    }
  }
  return true;
}
