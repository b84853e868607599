/**
 * The places of the values that differ from flow to flow. Of what is twice, that of the reply is the next one (ORIG and REPLY of
 * message/flow-values.ts are added).
 */
import {
  COUNTERS,
  ID,
  MARK,
  ORIG_ADDRESSES,
  ORIG_KEYS,
  REPLY_ADDRESSES,
  REPLY_KEYS,
  TIMEOUT,
  TIMES,
  USE,
  ZONE,
} from '../parts.js';

export const SLOT = {
  sport: 0,
  dport: 2,
  icmpType: 4,
  icmpCode: 6,
  icmpId: 8,
  zones: 10,
  packets: 12,
  bytes: 14,
  zone: 16,
  mark: 17,
  id: 18,
  use: 19,
  timeout: 20,
  portid: 21,
  age: 22,
  start: 23,
  stop: 24,
  eventTime: 25,
  /** A text that has no meaning. */
  nothing: 26,
} as const;

/** Addresses: this, and the place of an address in the message builder. */
export const ADDRESSES = 32;

const ADDRESS_PARTS = [ORIG_ADDRESSES, REPLY_ADDRESSES] as const;
const KEY_PARTS = [ORIG_KEYS, REPLY_KEYS] as const;
/** The value is in the message's header. */
export const ALWAYS = -1;

/** From `zone` on. */
const SINGLE = [ZONE, MARK, ID, USE, TIMEOUT, ALWAYS, TIMES, TIMES, TIMES, TIMES, 0] as const;

/** The parts of a flow that need the value of a slot. */
export function partOfSlot(slot: number): number {
  if (slot >= ADDRESSES) return ADDRESS_PARTS[(slot - ADDRESSES) >> 3];
  if (slot >= SLOT.zone) return SINGLE[slot - SLOT.zone];
  return slot >= SLOT.packets ? COUNTERS : KEY_PARTS[slot & 1];
}
