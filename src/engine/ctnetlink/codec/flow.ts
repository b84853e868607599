import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import { CTA, CTA_COUNTERS, CTA_HELP, CTA_SEQADJ, CTA_SYNPROXY, CTA_TIMESTAMP } from '../constants.js';
import type { MessageView } from '../view/view.js';
import { WireError } from '../wire-error.js';
import {
  ALWAYS,
  type Attribute,
  type AttributeTable,
  attribute,
  type Codec,
  decodeAttributes,
  encodeAttributes,
  labels,
  NEVER,
  nest32,
  nest64,
  ON_CREATE,
  orUndefined,
  tuple,
  u16,
  u32,
  u64,
} from './codec.js';
import { EncodeError } from './encode-error.js';
import { type NatRange, natRange } from './nat-range.js';
import { type ProtoInfo, protoinfo } from './protoinfo.js';
import { SIMPLE_FIELDS, type SimpleValues } from './simple-fields.js';
import type { Tuple } from './tuple.js';
import type { Writer } from './writer.js';

export interface Helper {
  readonly name: string;
  /** Private data of the helper (CTA_HELP_INFO); few helpers have any. */
  readonly info?: Uint8Array;
}

export interface Counters {
  readonly packets: Integer;
  readonly bytes: Integer;
}

/** ns since the epoch. */
export interface Timestamps {
  readonly start?: Integer;
  readonly stop?: Integer;
}

/** Sequence adjustment of one direction (CTA_SEQADJ_*). Offsets are signed in the kernel, unsigned in messages. */
export interface SeqAdj {
  readonly pos: number;
  readonly before: number;
  readonly after: number;
}

export interface Synproxy {
  readonly isn: number;
  readonly its: number;
  readonly tsoff: number;
}

/** An entry of the conntrack table as plain data: everything that a message can hold. */
export interface Flow extends SimpleValues {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  readonly orig: Tuple;
  readonly reply: Tuple;
  /** The zone of both directions. */
  readonly zone?: number;
  /** IPS_*: STATUS_FLAGS of lang/schema/constants.ts. */
  readonly status?: number;
  /** The original tuple of the flow that this one is RELATED to. */
  readonly master?: Tuple;
  readonly helper?: Helper;
  /** Seconds left. */
  readonly timeout?: number;
  readonly protoinfo?: ProtoInfo;
  /** In requests: the mark becomes `(old & ~markMask) ^ mark`. */
  readonly markMask?: number;
  readonly origCounters?: Counters;
  readonly replyCounters?: Counters;
  readonly timestamps?: Timestamps;
  /** Time of the event, ns since the epoch. */
  readonly eventTime?: Integer;
  /** In the representation of `lang/values/value.ts`. */
  readonly labels?: string;
  /** In requests: the labels become `(old & ~labelsMask) ^ labels`. */
  readonly labelsMask?: string;
  readonly origSeqadj?: SeqAdj;
  readonly replySeqadj?: SeqAdj;
  readonly synproxy?: Synproxy;
  /** In requests: NAT of a new entry. The kernel reports NAT in the reply tuple and the status instead. */
  readonly snat?: NatRange;
  readonly dnat?: NatRange;
}

/** Status bits that a request may set; the kernel rejects or ignores all others. */
export const SETTABLE_STATUS =
  STATUS_FLAGS.SEEN_REPLY | STATUS_FLAGS.ASSURED | STATUS_FLAGS.FIXED_TIMEOUT | STATUS_FLAGS.HELPER;

/** A new entry must have CONFIRMED, or the kernel answers EBUSY. An update has the whole status. */
const status: Codec<number> = {
  ...u32(CTA.STATUS),
  write: (writer, value, purpose) =>
    writer.be32(CTA.STATUS, purpose === 'create' ? (value & SETTABLE_STATUS) | STATUS_FLAGS.CONFIRMED : value),
};

const helper: Codec<Helper> = {
  type: CTA.HELP,
  read(view) {
    const { helper: name, helperInfo: info } = view;
    return name === null ? undefined : { name, ...(info === null ? {} : { info }) };
  },
  write(writer, { name, info }) {
    const nest = writer.open(CTA.HELP);
    writer.text(CTA_HELP.NAME, name);
    if (info !== undefined) writer.blob(CTA_HELP.INFO, info);
    writer.close(nest);
  },
};

const timestamps: Codec<Timestamps> = {
  type: CTA.TIMESTAMP,
  read(view) {
    const start = orUndefined(view.start);
    const stop = orUndefined(view.stop);
    if (start === undefined && stop === undefined) return undefined;
    return { ...(start === undefined ? {} : { start }), ...(stop === undefined ? {} : { stop }) };
  },
  write(writer, { start, stop }) {
    const nest = writer.open(CTA.TIMESTAMP);
    if (start !== undefined) writer.be64(CTA_TIMESTAMP.START, start);
    if (stop !== undefined) writer.be64(CTA_TIMESTAMP.STOP, stop);
    writer.close(nest);
  },
};

const COUNTERS = { packets: CTA_COUNTERS.PACKETS, bytes: CTA_COUNTERS.BYTES } as const;
const SEQADJ = { pos: CTA_SEQADJ.POS, before: CTA_SEQADJ.BEFORE, after: CTA_SEQADJ.AFTER } as const;
const SYNPROXY = { isn: CTA_SYNPROXY.ISN, its: CTA_SYNPROXY.ITS, tsoff: CTA_SYNPROXY.TSOFF } as const;

/** Every attribute of a flow, in the order of the kernel's dumps. */
const ATTRIBUTES = {
  orig: attribute(
    tuple(CTA.TUPLE_ORIG, 'original', view => view.orig),
    ON_CREATE,
  ),
  reply: attribute(
    tuple(CTA.TUPLE_REPLY, 'reply', view => view.reply),
    ON_CREATE,
  ),
  zone: attribute(u16(CTA.ZONE), ON_CREATE),
  status: attribute(status, ALWAYS),
  ...SIMPLE_FIELDS,
  markMask: attribute(u32(CTA.MARK_MASK), ALWAYS),
  master: attribute(
    tuple(CTA.TUPLE_MASTER, 'master', view => view.master),
    ON_CREATE,
  ),
  timeout: attribute(u32(CTA.TIMEOUT), ALWAYS, { isVolatile: true }),
  protoinfo: attribute(protoinfo, ALWAYS),
  origCounters: attribute(nest64(CTA.COUNTERS_ORIG, COUNTERS), NEVER, { isVolatile: true }),
  replyCounters: attribute(nest64(CTA.COUNTERS_REPLY, COUNTERS), NEVER, { isVolatile: true }),
  timestamps: attribute(timestamps),
  helper: attribute(helper, ALWAYS),
  labels: attribute(labels(CTA.LABELS), ALWAYS),
  labelsMask: attribute(labels(CTA.LABELS_MASK), ALWAYS),
  origSeqadj: attribute(nest32(CTA.SEQ_ADJ_ORIG, SEQADJ), ALWAYS),
  replySeqadj: attribute(nest32(CTA.SEQ_ADJ_REPLY, SEQADJ), ALWAYS),
  synproxy: attribute(nest32(CTA.SYNPROXY, SYNPROXY), ALWAYS),
  snat: attribute(natRange(CTA.NAT_SRC), ON_CREATE),
  dnat: attribute(natRange(CTA.NAT_DST), ON_CREATE),
  eventTime: attribute(u64(CTA.TIMESTAMP_EVENT), NEVER, { isVolatile: true }),
} satisfies AttributeTable<Flow, 'family'>;

/**
 * Decodes a flow.
 * @throws WireError if a tuple is missing or incomplete
 */
export function decodeFlow(view: MessageView): Flow {
  const attributes = decodeAttributes(ATTRIBUTES, view);
  for (const direction of ['orig', 'reply']) {
    if (attributes[direction] === undefined) throw new WireError(`flow without ${direction} tuple`, view.begin);
  }
  return { family: view.family, ...attributes } as unknown as Flow;
}

/**
 * Writes the attributes of a flow: all of them for `entry`, else those that the kernel accepts.
 * @throws EncodeError for values that cannot be encoded, and for a new entry without a timeout
 */
export function encodeFlow(flow: Flow, writer: Writer, purpose: 'entry' | 'create' = 'entry'): void {
  if (purpose === 'create' && flow.timeout === undefined) throw new EncodeError('a new flow requires a timeout');
  encodeAttributes(ATTRIBUTES, flow, writer, purpose);
}

/** The attributes that an update can change. */
export type FlowChange = Pick<
  Flow,
  | 'status'
  | 'mark'
  | 'markMask'
  | 'timeout'
  | 'protoinfo'
  | 'helper'
  | 'labels'
  | 'labelsMask'
  | 'origSeqadj'
  | 'replySeqadj'
  | 'synproxy'
>;

/** Writes the attributes of a change. @throws EncodeError for values that cannot be encoded */
export function encodeChange(change: FlowChange, writer: Writer): void {
  encodeAttributes(ATTRIBUTES, change, writer, 'update');
}

/** Attributes whose values change without an event. */
export const VOLATILE_ATTRIBUTES: ReadonlySet<number> = new Set(
  (Object.values(ATTRIBUTES) as Attribute<unknown>[]).flatMap(({ type, isVolatile }) => (isVolatile ? [type] : [])),
);
