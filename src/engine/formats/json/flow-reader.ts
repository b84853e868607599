/** Flows as ctq's own JSON has them: objects nested as the names of the fields are. */

import {
  DCCP_ROLES,
  DCCP_STATES,
  SCTP_STATES,
  STATUS_FLAGS,
  TCP_FLAGS,
  TCP_STATES,
} from '../../../lang/schema/constants.js';
import { CONNTRACK_FIELDS } from '../../../lang/schema/fields/conntrack.js';
import type { Field } from '../../../lang/schema/fields/field.js';
import { type Integer, subtract } from '../../../lang/values/value.js';
import { isSimpleField, type SimpleField } from '../../ctnetlink/codec/simple-fields.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import { type FlowDraft, type ProtoDraft, protoinfoOf } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { ParseError } from '../reading/report/parse-error.js';
import { EVENTS } from '../reading/text/event.js';
import {
  flags,
  type JsonObject,
  list,
  members,
  number,
  number64,
  object,
  seconds,
  text,
} from '../reading/text/json-value.js';
import { indexOf, UINT8, UINT16, UINT32 } from '../reading/text/text-values.js';
import { parseIso } from '../reading/text/time.js';
import { applyTuple, family, proto, tupleOf, unknown } from './tuple-reader.js';
import { IGNORED } from './words.js';

interface Counts {
  packets?: Integer;
  bytes?: Integer;
}

/** One direction: its tuple, counters, and an SCTP tag. */
function applyDirection(draft: FlowDraft, side: 'orig' | 'reply', value: unknown, parts: ProtoDraft, entries: Entries) {
  const counts: Counts = {};
  for (const [key, each] of members(object(value, side))) {
    if (applyTuple(draft[side], key, each)) continue;
    if (key === 'packets' || key === 'bytes') counts[key] = number64(each, key);
    else if (key === 'vtag') {
      parts.sctp ??= {};
      parts.sctp[side === 'orig' ? 'origVtag' : 'replyVtag'] = number(each, UINT32, key);
    } else unknown(`${side}.${key}`, entries);
  }
  const { packets, bytes } = counts;
  if (packets === undefined && bytes === undefined) return;
  draft[side === 'orig' ? 'origCounters' : 'replyCounters'] = { packets: packets ?? 0, bytes: bytes ?? 0 };
}

/**
 * The sums of both directions, where a direction lacks the counter: what the other one leaves of it. Where both lack it, the original one has
 * it all, as the sums are right then.
 */
function applySums(draft: FlowDraft, { orig, reply }: JsonObject, sums: Counts, entries: Entries): void {
  for (const key of ['packets', 'bytes'] as const) {
    const sum = sums[key];
    if (sum === undefined) continue;
    const [sent, answered] = [countOf(orig, key), countOf(reply, key)];
    if (sent !== undefined && answered !== undefined) continue;
    if (sent !== undefined) setCount(draft, 'replyCounters', key, rest(sum, sent));
    else setCount(draft, 'origCounters', key, answered === undefined ? sum : rest(sum, answered));
    if (sent !== undefined || answered !== undefined) continue;
    entries.report.note(
      `'${key}' is the sum of both directions, shown as '${key}' of the original one`,
      `to keep the directions apart, write orig.${key} and reply.${key}`,
    );
  }
}

/** Entries hold both counters or none. */
function noteLacking({ orig, reply }: JsonObject, sums: Counts | undefined, entries: Entries): void {
  for (const key of ['packets', 'bytes'] as const) {
    if (sums?.[key] !== undefined || countOf(orig, key) !== undefined || countOf(reply, key) !== undefined) continue;
    entries.report.note(`'${key}' is missing, shown as 0`);
  }
}

function countOf(side: unknown, key: keyof Counts): Integer | undefined {
  const value = typeof side === 'object' && side !== null ? (side as JsonObject)[key] : undefined;
  return value === undefined || value === null ? undefined : number64(value, key);
}

function setCount(draft: FlowDraft, side: 'origCounters' | 'replyCounters', key: keyof Counts, count: Integer): void {
  draft[side] = { packets: 0, bytes: 0, ...draft[side], [key]: count };
}

const rest = (sum: Integer, part: Integer): Integer => (sum > part ? subtract(sum, part) : 0);

/** Members of the original direction that an object of columns names without it. */
const OF_ORIGINAL = ['src', 'dst', 'sport', 'dport', 'icmp_type', 'icmp_code', 'icmp_id', 'srckey', 'dstkey', 'vtag'];

/**
 * The object of a flow with the original direction in a member of its own, as whole entries have it: columns may be called `src`, which is
 * short for `orig.src`. The object itself where nothing is to be moved.
 */
export function withOriginal(value: JsonObject): JsonObject {
  if (value.src === undefined || value.reply === undefined || value.mask !== undefined) return value;
  const orig: Record<string, unknown> = { ...(value.orig as JsonObject | undefined) };
  const others: Record<string, unknown> = { ...value, orig };
  for (const name of OF_ORIGINAL) {
    if (others[name] === undefined) continue;
    orig[name] = others[name];
    delete others[name];
  }
  return others;
}

/** An object of numbers, all of which are required. */
function numbers<K extends string>(value: unknown, what: string, keys: readonly K[]): Record<K, number> {
  const given = object(value, what);
  return Object.fromEntries(keys.map(key => [key, number(given[key], UINT32, `${what}.${key}`)])) as Record<K, number>;
}

const SEQADJ = ['pos', 'before', 'after'] as const;

function applyTcp(value: unknown, parts: ProtoDraft): void {
  parts.tcp ??= {};
  const { state, orig, reply } = object(value, 'tcp');
  if (typeof state === 'string') parts.tcp.state = indexOf(TCP_STATES, state, 'state of TCP');
  for (const [side, each] of [
    ['orig', orig ?? {}],
    ['reply', reply ?? {}],
  ] as const) {
    for (const [key, part] of members(object(each, `tcp.${side}`))) {
      if (key === 'wscale') parts.tcp[`${side}Wscale`] = number(part, UINT8, key);
      if (key === 'flags') parts.tcp[`${side}Flags`] = flags(part, TCP_FLAGS, key) & UINT8;
    }
  }
}

function applyDccp(value: unknown, parts: ProtoDraft): void {
  parts.dccp ??= {};
  for (const [key, each] of members(object(value, 'dccp'))) {
    if (key === 'state') parts.dccp.state = indexOf(DCCP_STATES, text(each, key), 'state of DCCP');
    if (key === 'role') parts.dccp.role = indexOf(DCCP_ROLES, text(each, key), 'role of DCCP');
    if (key === 'handshake_seq') parts.dccp.handshakeSeq = number64(each, key);
  }
}

/** The state, by the names of the protocol, or by its number. */
function applyState(protocol: number | undefined, state: string, parts: ProtoDraft): void {
  const code = (names: readonly string[], what: string): number =>
    /^\d+$/.test(state) ? number(state, UINT8, 'state') : indexOf(names, state, what);
  if (protocol === IPPROTO.TCP) parts.tcp = { ...parts.tcp, state: code(TCP_STATES, 'state of TCP') };
  else if (protocol === IPPROTO.SCTP) parts.sctp = { ...parts.sctp, state: code(SCTP_STATES, 'state of SCTP') };
  else if (protocol === IPPROTO.DCCP) parts.dccp = { ...parts.dccp, state: code(DCCP_STATES, 'state of DCCP') };
  else throw new ParseError('the protocol has no states');
}

/** A field that is one attribute: a text, or a number. */
function applySimple(draft: FlowDraft, field: SimpleField, value: unknown): void {
  const { type, max }: Field = CONNTRACK_FIELDS[field];
  (draft as Partial<Record<SimpleField, string | number>>)[field] =
    type === 'text' ? text(value, field) : number(value, Number(max ?? UINT32), field);
}

/**
 * Sets the fields of a flow from its object.
 * @param parts what is already known of the protocol's state
 * @throws ParseError
 */
export function applyFlow(draft: FlowDraft, value: JsonObject, entries: Entries, parts: ProtoDraft = {}): void {
  let start: Integer | undefined;
  let stop: Integer | undefined;
  let sums: Counts | undefined;
  for (const [key, each] of members(value)) {
    switch (key) {
      case 'family':
        draft.family = family(each);
        break;
      case 'packets':
      case 'bytes':
        sums ??= {};
        sums[key] = number64(each, key);
        break;
      case 'proto':
        draft.orig.proto = proto(each);
        draft.reply.proto = draft.orig.proto;
        break;
      case 'orig':
      case 'reply':
        applyDirection(draft, key, each, parts, entries);
        break;
      case 'zone':
        draft.zone = number(each, UINT16, key);
        break;
      case 'state':
      case 'sctp':
        // `state` is read below, with the protocol; `sctp` only repeats it.
        break;
      case 'status':
        draft.status = flags(each, STATUS_FLAGS, key);
        break;
      case 'timeout':
        draft.timeout = seconds(each, UINT32, key);
        break;
      case 'start':
        start = parseIso(text(each, key));
        break;
      case 'stop':
        stop = parseIso(text(each, key));
        break;
      case 'portid':
        draft.portid = number(each, UINT32, key);
        break;
      case 'helper':
        draft.helper = { name: text(each, key) };
        break;
      case 'labels':
        draft.labels = entries.labels(list(each, key));
        break;
      case 'master':
        draft.master = tupleOf(each, key, entries);
        break;
      case 'tcp':
        applyTcp(each, parts);
        break;
      case 'dccp':
        applyDccp(each, parts);
        break;
      case 'seqadj': {
        const { orig, reply } = object(each, key);
        if (orig !== undefined) draft.origSeqadj = numbers(orig, 'seqadj.orig', SEQADJ);
        if (reply !== undefined) draft.replySeqadj = numbers(reply, 'seqadj.reply', SEQADJ);
        break;
      }
      case 'synproxy':
        draft.synproxy = numbers(each, key, ['isn', 'its', 'tsoff']);
        break;
      case 'event':
        draft.event = EVENTS[indexOf(EVENTS, text(each, key), 'event')];
        break;
      case 'event_time':
        draft.eventTime = parseIso(text(each, key));
        break;
      default:
        if (isSimpleField(key)) applySimple(draft, key, each);
        else if (!IGNORED.has(key)) unknown(key, entries);
    }
  }
  if (start !== undefined || stop !== undefined) draft.timestamps = { start, stop };
  else if (typeof value.age === 'string') {
    entries.report.note("'age' is computed from 'start', which is missing: ignored", 'write the field start too');
  }
  if (sums !== undefined) applySums(draft, value, sums, entries);
  if (draft.origCounters !== undefined || draft.replyCounters !== undefined) noteLacking(value, sums, entries);
  if (typeof value.state === 'string') applyState(draft.orig.proto, value.state, parts);
  draft.protoinfo = protoinfoOf(draft.orig.proto, parts);
}
