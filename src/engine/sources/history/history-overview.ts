import type { Integer } from '../../../lang/values/value.js';

/** What a writer has recorded. */
export interface HistoryOverview {
  readonly gateway: string;
  readonly netns: string | null;
  /** ns since the epoch: the first and the last end of a flow. */
  readonly from: Integer;
  readonly to: Integer;
  readonly rows: Integer;
  /** Times in which flows are missing. */
  readonly gaps: number;
  /** Events known to be lost in them. */
  readonly lost: number;
}

export interface Overview {
  readonly rows: readonly HistoryOverview[];
  /** Its size, as text for people. */
  readonly summary: string;
  /** A warning: what could not be read. */
  readonly notice?: string;
}
