/**
 * The object that ctq writes after the options of a `save` line, for what conntrack(8) has no option for: `# {"id":1,"use":1,…}`.
 */
import type { Integer } from '../../../lang/values/value.js';
import { EncodeError } from '../../ctnetlink/codec/encode-error.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import { applyFlow } from '../json/flow-reader.js';
import { type DraftPurpose, extrasIn } from '../reading/draft/extras.js';
import { FlowDraft, type ProtoDraft, type TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { type Extras, ORIG, REPLY } from '../reading/message/flow-values.js';
import type { MessageBuilder } from '../reading/message/message-builder.js';
import { SLOT } from '../reading/message/slots.js';
import { attempt, ParseError } from '../reading/report/parse-error.js';
import { ISO_TIME, NUMBER, type Values } from '../reading/shapes/values.js';
import { Interner } from '../reading/text/interner.js';
import { type JsonObject, parseObject } from '../reading/text/json-value.js';
import { UINT32 } from '../reading/text/text-values.js';
import { parseIso } from '../reading/text/time.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Members whose values differ from line to line. */
const MEMBERS = ['id', 'use', 'orig', 'reply', 'start'] as const;

interface Member {
  readonly bytes: Uint8Array;
  readonly extras: Extras;
}

export class Remark {
  readonly #entries: Entries;
  readonly #purpose: DraftPurpose;
  readonly #values: Values | undefined;
  /** The last member at each place of the object: the next line's is most likely the same. */
  readonly #last: Member[] = [];
  readonly #members: Interner<Extras>;
  readonly #keys = new Interner(word => MEMBERS.find(name => name === word));

  /** @param purpose `create`: flows are encoded as requests that create them */
  constructor(entries: Entries, purpose: DraftPurpose = 'entry', values?: Values) {
    this.#values = values;
    this.#entries = entries;
    this.#purpose = purpose;
    this.#members = new Interner(member => extrasOf(member, entries, purpose));
  }

  /**
   * Sets the fields of a flow from the object.
   * @param from where it opens
   * @param end of the line
   * @throws ParseError
   */
  read(bytes: Uint8Array, from: number, end: number, flow: MessageBuilder): void {
    let last = end;
    while (last > from && bytes[last - 1] <= 0x20) last--;
    if (!this.#usual(bytes, from, last, flow)) {
      if (this.#values !== undefined) this.#values.isUnusual = true;
      this.#any(Buffer.from(bytes.subarray(from, last)).toString('latin1'), flow);
    }
  }

  /** Any object. */
  #any(text: string, flow: MessageBuilder): void {
    const value = parseObject(text);
    const draft = new FlowDraft();
    draft.orig.proto = flow.proto;
    if (this.#purpose === 'entry') forget(value, flow);
    const parts: ProtoDraft = {};
    applyFlow(draft, value, this.#entries, parts);
    for (const key of ['mark', 'id', 'use', 'timeout', 'zone', 'eventTime'] as const) {
      const n = draft[key];
      // Only the time has more than 32 bits.
      if (n !== undefined) (flow as Record<typeof key, Integer>)[key] = n;
    }
    if (draft.status !== undefined) {
      flow.status = draft.status;
      flow.isWholeStatus = true;
    }
    if (draft.event !== undefined) flow.event = draft.event;
    if (draft.portid !== 0) flow.portid = draft.portid;
    applyTuple(flow, ORIG, draft.orig);
    applyTuple(flow, REPLY, draft.reply);
    for (const [side, counters] of [
      [ORIG, draft.origCounters],
      [REPLY, draft.replyCounters],
    ] as const) {
      if (counters === undefined) continue;
      flow.setPackets(side, counters.packets);
      flow.setBytes(side, counters.bytes);
    }
    flow.start = draft.timestamps?.start ?? flow.start;
    flow.stop = draft.timestamps?.stop ?? flow.stop;
    flow.state = parts.tcp?.state ?? parts.sctp?.state ?? parts.dccp?.state ?? flow.state;
    flow.vtags[ORIG] = parts.sctp?.origVtag ?? flow.vtags[ORIG];
    flow.vtags[REPLY] = parts.sctp?.replyVtag ?? flow.vtags[REPLY];
    flow.dccpRole = parts.dccp?.role ?? flow.dccpRole;
    flow.handshakeSeq = parts.dccp?.handshakeSeq ?? flow.handshakeSeq;
    // Not all attributes of a tuple are there: the rest is the flow's own.
    if (draft.master !== undefined) draft.master.proto ??= flow.proto;
    Object.assign(flow.extras, extrasIn(draft, this.#purpose));
  }

  /** The object that ctq writes, where it is. @returns false for any other, which may have been read in part */
  #usual(bytes: Uint8Array, from: number, end: number, flow: MessageBuilder): boolean {
    for (let at = from + 1, place = 0; ; at++, place++) {
      const last = this.#last[place];
      if (last !== undefined && isMember(last.bytes, bytes, at, end)) {
        this.#addExtras(flow, last);
        at += last.bytes.length;
        if (bytes[at] === CLOSE) return at + 1 === end;
        continue;
      }
      if (bytes[at] !== QUOTE) return false;
      const keyEnd = find(bytes, at + 1, end, QUOTE);
      if (bytes[keyEnd + 1] !== COLON) return false;
      const begin = keyEnd + 2;
      const stop = memberEnd(bytes, begin, end);
      if (stop < 0) return false;
      switch (this.#keys.get(bytes, at + 1, keyEnd)) {
        case 'id':
          flow.id = this.#slot(SLOT.id, bytes, begin, stop, UINT32);
          if (flow.id < 0) return false;
          break;
        case 'use':
          flow.use = this.#slot(SLOT.use, bytes, begin, stop, UINT32);
          if (flow.use < 0) return false;
          break;
        case 'orig':
          if (!this.#counts(flow, ORIG, bytes, begin, stop)) return false;
          break;
        case 'reply':
          if (!this.#counts(flow, REPLY, bytes, begin, stop)) return false;
          break;
        case 'start':
          if (this.#purpose === 'entry' && !this.#start(flow, bytes, begin, stop)) return false;
          break;
        default: {
          const extras = this.#members.get(bytes, at, stop);
          if (extras === undefined) return false;
          const member = { bytes: new Uint8Array(bytes.subarray(at, stop)), extras };
          this.#addExtras(flow, member);
          if (place < MAX_MEMBERS) this.#keep(place, member);
        }
      }
      at = stop;
      if (bytes[at] === CLOSE) return at + 1 === end;
      if (bytes[at] !== COMMA) return false;
    }
  }

  #keep(place: number, member: Member): void {
    while (this.#last.length < place) this.#last.push(NO_MEMBER);
    this.#last[place] = member;
  }

  /** `{"packets":N,"bytes":N}`. */
  #counts(flow: MessageBuilder, side: number, bytes: Uint8Array, from: number, end: number): boolean {
    if (!startsWith(bytes, from, end, PACKETS)) return false;
    const begin = from + PACKETS.length;
    const stop = find(bytes, begin, end, COMMA);
    if (!startsWith(bytes, stop, end, BYTES)) return false;
    flow.packets[side] = this.#slot(SLOT.packets + side, bytes, begin, stop, Number.MAX_SAFE_INTEGER);
    flow.bytes[side] = this.#slot(SLOT.bytes + side, bytes, stop + BYTES.length, end - 1, Number.MAX_SAFE_INTEGER);
    return bytes[end - 1] === CLOSE && flow.packets[side] >= 0 && flow.bytes[side] >= 0;
  }

  #start(flow: MessageBuilder, bytes: Uint8Array, from: number, end: number): boolean {
    if (bytes[from] !== QUOTE || bytes[end - 1] !== QUOTE) return false;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from + 1, end - from - 2).toString('latin1');
    const start = attempt(() => parseIso(text));
    if (start === undefined) return false;
    this.#values?.add(SLOT.start, ISO_TIME, from + 1, end - 1);
    flow.start = start;
    return true;
  }

  #addExtras(flow: MessageBuilder, { bytes, extras }: Member): void {
    Object.assign(flow.extras, extras);
    // Hardly the same in two entries; zeros of the kernel are.
    if (extras.seqadj === undefined && extras.synproxy === undefined) return;
    if (this.#values !== undefined && bytes.some(c => c > ZERO && c <= NINE)) this.#values.isUnusual = true;
  }

  #slot(slot: number, bytes: Uint8Array, from: number, end: number, max: number): number {
    this.#values?.add(slot, NUMBER, from, end, max);
    return this.#number(bytes, from, end, max);
  }

  /** A number of JSON in plain digits; -1 for any other. */
  #number(bytes: Uint8Array, from: number, end: number, max: number): number {
    const length = end - from;
    if (length < 1 || length > SAFE_DIGITS || (length > 1 && bytes[from] === ZERO)) return -1;
    let n = 0;
    for (let at = from; at < end; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) return -1;
      n = n * 10 + digit;
    }
    return n > max ? -1 : n;
  }
}

/** Digits that a number has without losing any. */
const SAFE_DIGITS = 15;

function applyTuple(flow: MessageBuilder, side: number, tuple: TupleDraft): void {
  if (tuple.sport !== undefined) flow.sport[side] = tuple.sport;
  if (tuple.dport !== undefined) flow.dport[side] = tuple.dport;
  if (tuple.icmpType !== undefined) flow.icmpType[side] = tuple.icmpType;
  if (tuple.icmpCode !== undefined) flow.icmpCode[side] = tuple.icmpCode;
  if (tuple.icmpId !== undefined) flow.icmpId[side] = tuple.icmpId;
  if (tuple.zone !== undefined) flow.zones[side] = tuple.zone;
}

/** Members that many lines have in the same words. */
const REPEATED: ReadonlySet<string> = new Set(['secmark', 'secctx', 'helper', 'labels', 'seqadj', 'synproxy', 'tcp']);

/**
 * The attributes of a member.
 * @param member `"synproxy":{…}`, as it is in the file
 * @returns undefined for one that is not among them, or wrong
 */
/** Clears what an option says only because conntrack(8) insists on it. */
function forget(value: JsonObject, flow: MessageBuilder): void {
  if (value.sport === null) for (const side of [ORIG, REPLY]) flow.sport[side] = flow.dport[side] = -1;
  if (value.state === null) flow.state = -1;
  if (value.role === null) flow.dccpRole = -1;
}

function extrasOf(member: string, entries: Entries, purpose: DraftPurpose): Extras | undefined {
  try {
    const object = parseObject(`{${member}}`);
    const [key] = Object.keys(object);
    // The state is an option, and is read there.
    if (!REPEATED.has(key) || object[key] === null || /"state"/.test(member)) return undefined;
    const draft = new FlowDraft();
    draft.orig.proto = IPPROTO.TCP;
    applyFlow(draft, object, entries, {});
    return extrasIn(draft, purpose);
  } catch (error) {
    if (error instanceof ParseError || error instanceof EncodeError) return undefined;
    throw error;
  }
}

/** The position of the first such byte, or the end. */
function find(bytes: Uint8Array, from: number, end: number, byte: number): number {
  let at = from;
  while (at < end && bytes[at] !== byte) at++;
  return at;
}

const PACKETS = Buffer.from('{"packets":', 'latin1');
const BYTES = Buffer.from(',"bytes":', 'latin1');

/** Whether a member with these bytes is at a place: another member or the object's end follows it. */
function isMember(member: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  const { length } = member;
  const after = bytes[at + length];
  if (length === 0 || at + length >= end || (after !== COMMA && after !== CLOSE)) return false;
  for (let i = 0; i < length; i++) if (bytes[at + i] !== member[i]) return false;
  return true;
}

const MAX_MEMBERS = 20;
const NO_MEMBER: Member = { bytes: new Uint8Array(0), extras: {} };

function startsWith(bytes: Uint8Array, from: number, end: number, word: Uint8Array): boolean {
  if (from + word.length > end) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false;
  return true;
}

/** Where the value of a member ends: at a comma or a brace that is not inside of it. -1 for what has escapes, or no end. */
function memberEnd(bytes: Uint8Array, from: number, end: number): number {
  let depth = 0;
  let inText = false;
  for (let at = from; at < end; at++) {
    const c = bytes[at];
    if (c === 0x5c) return -1;
    if (c === QUOTE) inText = !inText;
    else if (inText) continue;
    else if (c === OPEN || c === 0x5b) depth++;
    else if (depth === 0 && (c === COMMA || c === CLOSE)) return at;
    else if (c === CLOSE || c === 0x5d) depth--;
  }
  return -1;
}
