import type { Address } from '../../../lang/values/value.js';

/** The kernel compares the bits in the mask: `(field & mask) == value`. */
export interface MaskedValue {
  readonly value: number;
  readonly mask: number;
}

/** Fields of one direction's tuple that the kernel compares (CTA_FILTER, Linux 5.8). Exact values only. */
export interface TupleFilter {
  /** IPv4 only: kernels up to at least 6.18 invert the comparison of IPv6 addresses. */
  readonly src?: Address;
  readonly dst?: Address;
  readonly proto?: number;
  /** TCP and UDP only: ports of other protocols are accepted and ignored. */
  readonly sport?: number;
  readonly dport?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
}

/**
 * A filter that the kernel applies to a dump or a delete. All its parts must match. For a dump it is only an optimization: the
 * reader checks every entry against the whole condition.
 */
export interface KernelFilter {
  /** AF_INET or AF_INET6. */
  readonly family?: number;
  /** Linux 3.x. */
  readonly mark?: MaskedValue;
  /** Linux 5.15. */
  readonly status?: MaskedValue;
  /** Zone number; also matches entries with that zone in one direction only (Linux 6.8). */
  readonly zone?: number;
  /** Requires `family`. */
  readonly orig?: TupleFilter;
  readonly reply?: TupleFilter;
}
