import type { Integer } from '../../lang/values/value.js';

/**
 * What a row knows besides its message. It is one value: code that keeps a row, or hands it on, takes all of it, so that
 * nothing can be left out.
 */
export interface RowContext {
  /** The time at which the statement runs, ns since the epoch. The age of flows is counted from it. */
  readonly now: Integer;
  /** The network namespace that the message is of, where rows of several come. */
  readonly netns: string | null;
  /** The change was found by reading the table again, and not reported by the kernel. */
  readonly isResync: boolean;
}

export const NO_CONTEXT: RowContext = { now: 0, netns: null, isResync: false };

/** The context of rows that a statement reads at a time. */
export const contextAt = (now: Integer, netns: string | null = null): RowContext => ({ now, netns, isResync: false });
