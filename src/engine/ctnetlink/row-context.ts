import type { Integer } from '../../lang/values/value.js';

/** Where rows come from: of a file, or if rows of several are read. */
export interface RowOrigin {
  readonly taken?: Integer;
  readonly netns?: string;
  readonly file?: string;
  readonly gateway?: string;
}

/**
 * Properties of a row that are not in its message. It is a single value: code that keeps or passes on a row copies all of
 * it.
 */
export interface RowContext {
  /** Time of the statement, ns since the epoch: the reference for the age of flows. */
  readonly now: Integer;
  /** Of the rows of a file: when it was written, to which the ages of its formats refer; else null. ns since the epoch. */
  readonly taken: Integer | null;
  /** Network namespace of the message, if rows of several are read; else null. */
  readonly netns: string | null;
  /** Name of the gateway that sent the message, if rows of several are read; else null. */
  readonly gateway: string | null;
  /** Name of the file that the message is from; else null. */
  readonly file: string | null;
  /** Name of the network namespace that is read, if it is a single one and has a name. */
  readonly place: string | null;
  /** Of an event of a kernel: when it arrived; else null. ns since the epoch. */
  readonly received: Integer | null;
  /** The event was detected by re-reading the table after lost events, not reported by the kernel. */
  readonly isResync: boolean;
}

export const NO_CONTEXT: RowContext = {
  now: 0,
  taken: null,
  netns: null,
  gateway: null,
  file: null,
  place: null,
  received: null,
  isResync: false,
};

/** The context of rows that are read at a time. @param from where they come from, if rows of several are read */
export const contextAt = (now: Integer, from: RowOrigin = {}, place: string | null = null): RowContext => ({
  now,
  taken: from.taken ?? null,
  netns: from.netns ?? null,
  gateway: from.gateway ?? null,
  file: from.file ?? null,
  place,
  received: null,
  isResync: false,
});

/** The context of events that a kernel has sent, or that a resync has found. */
export const receivedAt = (now: Integer, from: RowOrigin = {}, isResync = false): RowContext => ({
  ...contextAt(now, from),
  received: now,
  isResync,
});
