import type { Address } from '../../../lang/values/value.js';

/** A number of which the kernel compares the bits in the mask. */
export interface MaskedValue {
  readonly value: number;
  readonly mask: number;
}

/** The fields of one direction's tuple that the kernel compares (CTA_FILTER, since 5.8). Exact values only. */
export interface TupleFilter {
  /** IPv4 only: addresses of IPv6 match inverted in kernels up to at least 6.18. */
  readonly src?: Address;
  readonly dst?: Address;
  readonly proto?: number;
  /** Of TCP and UDP: those of other protocols are accepted and not looked at. */
  readonly sport?: number;
  readonly dport?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
}

/**
 * What the kernel leaves out of a dump, or deletes, by itself. Everything in it must hold. It may only make a dump shorter:
 * who reads the dump checks every entry again.
 */
export interface KernelFilter {
  /** AF_INET or AF_INET6. */
  readonly family?: number;
  /** Since 3.x with a mask. */
  readonly mark?: MaskedValue;
  /** Since 5.15. */
  readonly status?: MaskedValue;
  /** Any zone of this number, of both directions or of one (since 6.8). */
  readonly zone?: number;
  /** Needs the family. */
  readonly orig?: TupleFilter;
  readonly reply?: TupleFilter;
}
