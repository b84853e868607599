import { ALWAYS_RECORDED, RECORDED_FIELDS, type RecordedField } from '../../../lang/schema/history.js';
import { type Integer, subtract, type Value } from '../../../lang/values/value.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { PieceCounters } from './files/pieces.js';

/** Who records, and what. */
export interface Recorded {
  readonly gateway: string;
  /** Name of the network namespace; empty for that of this process. */
  readonly netns: string;
  /** Which network namespace it is, whatever its name; undefined if it is not known. */
  readonly namespace?: string;
  /** Fields to record; all if left out. */
  readonly fields?: readonly string[];
}

/** An end of a flow, or of a piece of it. */
export interface RecordedEnd {
  readonly event: 'destroy' | 'update';
  /** ns since the epoch. */
  readonly stop: Integer;
  /** What the earlier pieces have counted. */
  readonly before: PieceCounters | undefined;
}

const READERS = Object.fromEntries(RECORDED_FIELDS.map(field => [field, readerOf('conntrack', field)])) as Record<
  RecordedField,
  (view: MessageView) => Value
>;

/** The fields that are recorded, with those that always are. */
export const recordedFields = ({ fields }: Recorded): ReadonlySet<string> =>
  new Set([...(fields ?? RECORDED_FIELDS), ...ALWAYS_RECORDED]);

/** The value of a field in the row of a flow that ended, or of a piece of it. */
export function recordedValue(
  view: MessageView,
  field: RecordedField,
  { event, stop, before }: RecordedEnd,
  { gateway, netns }: Recorded,
): Value {
  switch (field) {
    case 'gateway':
      return gateway;
    case 'netns':
      return view.netns ?? (netns === '' ? null : netns);
    case 'event':
      return event;
    case 'stop':
      return stop;
    case 'since':
      return before?.until ?? READERS.start(view);
  }
  const value = READERS[field](view);
  // A destroy event has a mark only where it is not 0 (ctnetlink_dump_mark in nf_conntrack_netlink.c).
  if (field === 'mark' && value === null) return 0;
  const counted = before?.counters[field];
  return value === null || counted === undefined ? value : subtract(value as Integer, counted);
}
