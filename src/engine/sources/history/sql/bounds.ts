/** The time in which flows may have ended: ms since the epoch; undefined: open. `to` is excluded. */
export interface Bounds {
  readonly from?: number;
  readonly to?: number;
}
