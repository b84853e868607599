/** The fields that a history of flows keeps: the only list of them. The recorder, the reader, and the checker read it. */
import type { ConntrackField } from './catalogue.js';
import type { Refusal } from './places.js';

/** How the values of a field are stored. */
export type Stored = 'address' | 'labels' | 'time' | 'text' | 'event' | 'u8' | 'u16' | 'u32' | 'u64';

export interface HistoryField {
  /** The column, or the beginning of its columns' names. */
  readonly column: string;
  readonly stored: Stored;
}

const kept = (column: string, stored: Stored): HistoryField => ({ column, stored });

/**
 * Fields with columns of their own. A row is a flow that ended, or a piece of one that is still open: its counters are those since
 * `since`.
 */
export const RECORDED = {
  gateway: kept('gateway', 'text'),
  netns: kept('netns', 'text'),
  event: kept('event', 'event'),
  start: kept('start', 'time'),
  since: kept('since', 'time'),
  stop: kept('stop', 'time'),
  proto: kept('proto', 'u8'),
  'orig.src': kept('orig_src', 'address'),
  'orig.sport': kept('orig_sport', 'u16'),
  'orig.dst': kept('orig_dst', 'address'),
  'orig.dport': kept('orig_dport', 'u16'),
  'reply.src': kept('reply_src', 'address'),
  'reply.sport': kept('reply_sport', 'u16'),
  'reply.dst': kept('reply_dst', 'address'),
  'reply.dport': kept('reply_dport', 'u16'),
  'orig.icmp_type': kept('orig_icmp_type', 'u8'),
  'orig.icmp_code': kept('orig_icmp_code', 'u8'),
  'orig.icmp_id': kept('orig_icmp_id', 'u16'),
  'reply.icmp_type': kept('reply_icmp_type', 'u8'),
  'reply.icmp_code': kept('reply_icmp_code', 'u8'),
  'reply.icmp_id': kept('reply_icmp_id', 'u16'),
  'orig.packets': kept('orig_packets', 'u64'),
  'orig.bytes': kept('orig_bytes', 'u64'),
  'reply.packets': kept('reply_packets', 'u64'),
  'reply.bytes': kept('reply_bytes', 'u64'),
  status: kept('status', 'u32'),
  mark: kept('mark', 'u32'),
  zone: kept('zone', 'u16'),
  labels: kept('labels', 'labels'),
  helper: kept('helper', 'text'),
  id: kept('id', 'u32'),
} as const satisfies { readonly [K in ConntrackField]?: HistoryField };

export type RecordedField = keyof typeof RECORDED;

export const RECORDED_FIELDS = Object.keys(RECORDED) as readonly RecordedField[];
export const HISTORY_FIELD_COUNT = RECORDED_FIELDS.length;

/** Recorded whatever the columns of the watch are: without them a row has no place in time. */
export const ALWAYS_RECORDED: readonly RecordedField[] = ['gateway', 'netns', 'event', 'since', 'stop'];

/** Fields that are computed from recorded ones. */
export const COMPUTED = {
  family: ['orig.src'],
  age: ['start', 'stop'],
  packets: ['orig.packets', 'reply.packets'],
  bytes: ['orig.bytes', 'reply.bytes'],
  nat: ['status'],
} as const satisfies { readonly [K in ConntrackField]?: readonly RecordedField[] };

export type ComputedField = keyof typeof COMPUTED;

export const isRecorded = (name: string): name is RecordedField => Object.hasOwn(RECORDED, name);
export const isComputed = (name: string): name is ComputedField => Object.hasOwn(COMPUTED, name);

/** Why the history does not have a field; undefined if it has it. @param name not an alias */
export function historyRefusal(name: string): Refusal | undefined {
  if (isRecorded(name) || isComputed(name)) return undefined;
  return {
    message: `the history does not keep ${name}${isOfOpenFlows(name) ? ': a destroy event has none' : ''}`,
    hint:
      name === 'snat' || name === 'dnat'
        ? 'use reply.dst and reply.dport, or reply.src and reply.sport'
        : 'help history lists the fields that it keeps',
  };
}

const isOfOpenFlows = (name: string): boolean => name === 'timeout' || name === 'state' || name.startsWith('tcp.');
