import type { Ending, QuerySummary } from '../query/context.js';

/** How long a member of a fleet was missing, in all. */
export interface Absence {
  readonly name: string;
  readonly seconds: number;
}

/**
 * What a watch did. `read` counts the events examined; `kept` counts what met the condition: events, and entries that were
 * read from the table at the start or after a loss.
 */
export interface WatchSummary extends QuerySummary {
  readonly ending: Ending;
  /** Duration of the watch. */
  readonly seconds: number;
  /** Events that the kernel dropped for lack of buffer. */
  readonly dropped: number;
  /** Events that were received but not examined, since the watch was interrupted while its output was blocked. */
  readonly unshown: number;
  /** Of `kept`: entries that existed before the first event. */
  readonly existing: number;
  /** Of `kept`: changes found by reading the table again after a loss. */
  readonly resynced: number;
  /** Events came from a kernel, which may lose some; or from a log. */
  readonly isLive: boolean;
  /** How long members of a fleet were missing: their events of these times are not known. */
  readonly absences: readonly Absence[];
  /** The receive buffer that the kernel granted, in bytes as it counts them: 1280 an event. */
  readonly receiveBuffer: number;
}
