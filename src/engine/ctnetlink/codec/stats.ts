import { CTA_STATS_GLOBAL } from '../constants.js';
import type { MessageView } from '../view/view.js';

/** CTA_STATS_GLOBAL_*: ENTRIES of the network namespace, including dying ones; MAX_ENTRIES of the whole machine. */
export interface GlobalStats {
  readonly ENTRIES?: number;
  readonly MAX_ENTRIES?: number;
}

const count = (view: MessageView, attribute: number): number | undefined => {
  const value = view.number(attribute);
  return value < 0 ? undefined : value;
};

export const decodeGlobalStats = (view: MessageView): GlobalStats => ({
  ENTRIES: count(view, CTA_STATS_GLOBAL.ENTRIES),
  MAX_ENTRIES: count(view, CTA_STATS_GLOBAL.MAX_ENTRIES),
});
