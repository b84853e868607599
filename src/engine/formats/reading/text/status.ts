import { STATUS_FLAGS } from '../../../../lang/schema/constants.js';
import type { EventName } from './event.js';

const { CONFIRMED, SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE, DYING } = STATUS_FLAGS;

/**
 * The status of an entry whose format shows only part of it: every entry is CONFIRMED, one that ended is DYING, and NAT follows from
 * a reply tuple that is not the inverse of the original one.
 * @param shown the bits that the format shows
 */
export function completeStatus(
  shown: number,
  event: EventName | undefined,
  isSourceTranslated: boolean,
  isDestinationTranslated: boolean,
): number {
  let status = shown | CONFIRMED;
  if (event === 'destroy') status |= DYING;
  if (isSourceTranslated) status |= SRC_NAT | SRC_NAT_DONE | DST_NAT_DONE;
  if (isDestinationTranslated) status |= DST_NAT | SRC_NAT_DONE | DST_NAT_DONE;
  return status;
}
