import type { QuerySummary } from '../query/context.js';

/** Why a watch or a repeated query ended: its limit, its condition, its time, the user, or its source. */
export type Ending = 'limit' | 'until' | 'for' | 'interrupted' | 'source';

/**
 * What a watch did. `read` are the events that were looked at; `kept` is what met the condition: events, and what the table
 * showed at the start or after a loss.
 */
export interface WatchSummary extends QuerySummary {
  readonly ending: Ending;
  readonly seconds: number;
  /** Events that the kernel had no room for. */
  readonly dropped: number;
  /** Events that were received and not looked at: the watch was interrupted while nobody read its output. */
  readonly unshown: number;
  /** Of `kept`: entries that were there before the first event. */
  readonly existing: number;
  /** Of `kept`: changes that a new look at the table has shown after a loss. */
  readonly resynced: number;
  /** Bytes that the kernel granted for events, as it counts them: 1280 an event. */
  readonly receiveBuffer: number;
}

/** What a repeated query did: sums over its runs, but `rows`, which are those of the last. */
export interface RepeatSummary extends QuerySummary {
  readonly ending: Ending;
  readonly seconds: number;
  readonly runs: number;
}
