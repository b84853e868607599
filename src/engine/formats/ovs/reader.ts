/**
 * The lines of `ovs-appctl dpctl/dump-conntrack` and `ovs-dpctl dump-conntrack`, also with `-m` and `-s`
 * (lib/ct-dpif.c of Open vSwitch).
 *
 *     tcp,orig=(src=…,dst=…,sport=…,dport=…),reply=(…),zone=5,protoinfo=(state=ESTABLISHED)
 */
import { SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import {
  FlowDraft,
  hasReply,
  type ProtoDraft,
  protoinfoOf,
  setStatus,
  TupleDraft,
} from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import type { LineFormat, LineReader } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import { address, protocol, UINT8, UINT16, UINT32, uint, uint64, utf8 } from '../reading/text/text-values.js';
import { isoNanoseconds } from '../reading/text/time.js';

/** How an entry begins. */
const ENTRY = /(?<![\w.-])[a-z0-9][a-z0-9-]*,orig=\(/;

/** Its names of TCP states that differ from the kernel's. */
const STATES: Readonly<Record<string, string>> = {
  CLOSED: 'CLOSE',
  LISTEN: 'SYN_SENT2',
  FIN_WAIT_1: 'FIN_WAIT',
  FIN_WAIT_2: 'FIN_WAIT',
  CLOSING: 'LAST_ACK',
};

/** `name=value`, where the value may be in parentheses. */
const MEMBER = /\s*([a-z_0-9]+)=(?:\(([^()]*)\)|([^,()]*))(?:,|\s*$)/y;

class OvsLines implements LineReader {
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(bytes: Uint8Array, from: number, end: number): void {
    const text = Buffer.from(bytes.subarray(from, end)).toString('latin1').trim();
    const comma = text.indexOf(',orig=(');
    if (comma < 0) throw new ParseError('not an entry of dump-conntrack');
    const draft = new FlowDraft();
    draft.orig.proto = protocol(text.slice(0, comma));
    const parts: ProtoDraft = {};
    const status: { bits?: number } = {};
    for (const [key, value] of members(text.slice(comma + 1))) this.#member(draft, key, value, parts, status);
    draft.protoinfo = protoinfoOf(draft.orig.proto, parts);
    // Without `-m` there is no status.
    setStatus(draft, status.bits ?? (hasReply(draft) ? STATUS_FLAGS.SEEN_REPLY : 0));
    this.#entries.flow(draft);
  }

  #member(draft: FlowDraft, key: string, value: string, parts: ProtoDraft, status: { bits?: number }): void {
    switch (key) {
      case 'orig':
        draft.origCounters = this.#direction(draft.orig, value);
        return;
      case 'reply':
        draft.replyCounters = this.#direction(draft.reply, value);
        return;
      case 'parent':
        draft.master = new TupleDraft();
        this.#direction(draft.master, value);
        return;
      case 'zone':
        draft.zone = uint(value, UINT16);
        return;
      case 'id':
      case 'mark':
      case 'timeout':
        draft[key] = uint(value, UINT32);
        return;
      case 'labels':
        draft.labels = labelsOf(value);
        return;
      case 'helper':
        draft.helper = { name: utf8(value) };
        return;
      case 'start':
      case 'stop':
        // Without a zone: UTC.
        draft.timestamps = { ...draft.timestamps, [key]: isoNanoseconds(`${value}Z`) };
        return;
      case 'status':
        status.bits = this.#status(value);
        return;
      case 'protoinfo':
        this.#protoinfo(value, parts);
        return;
      default:
        this.#entries.report.unknown(`${key}=`);
    }
  }

  #direction(tuple: TupleDraft, text: string): { packets: Integer; bytes: Integer } | undefined {
    let packets: Integer | undefined;
    let bytes: Integer | undefined;
    for (const [key, value] of members(text)) {
      if (key === 'src' || key === 'dst') tuple[key] = address(value);
      else if (key === 'sport' || key === 'dport') tuple[key] = uint(value, UINT16);
      else if (key === 'id') tuple.icmpId = uint(value, UINT16);
      else if (key === 'type') tuple.icmpType = uint(value, UINT8);
      else if (key === 'code') tuple.icmpCode = uint(value, UINT8);
      else if (key === 'packets') packets = uint64(value);
      else if (key === 'bytes') bytes = uint64(value);
      else this.#entries.report.unknown(`${key}=`);
    }
    return packets === undefined && bytes === undefined ? undefined : { packets: packets ?? 0, bytes: bytes ?? 0 };
  }

  #status(text: string): number {
    let bits = 0;
    for (const word of text.split('|')) {
      if (Object.hasOwn(STATUS_FLAGS, word)) bits |= STATUS_FLAGS[word as keyof typeof STATUS_FLAGS];
      else if (word !== '0') this.#entries.report.unknown(word);
    }
    return bits;
  }

  #protoinfo(text: string, parts: ProtoDraft): void {
    const tcp: NonNullable<ProtoDraft['tcp']> = {};
    for (const [key, value] of members(text)) {
      // The kernel has one state for both directions.
      if (key === 'state' || key === 'state_orig') {
        const state = TCP_STATES.indexOf((STATES[value] ?? value) as (typeof TCP_STATES)[number]);
        const sctp = SCTP_STATES.indexOf(value as (typeof SCTP_STATES)[number]);
        if (state < 0 && sctp < 0) this.#entries.report.unknown(value);
        if (state >= 0) tcp.state = state;
        if (sctp >= 0) parts.sctp = { ...parts.sctp, state: sctp };
      } else if (key === 'wscale_orig') tcp.origWscale = uint(value, UINT8);
      else if (key === 'wscale_reply') tcp.replyWscale = uint(value, UINT8);
      else if (key === 'vtag_orig') parts.sctp = { ...parts.sctp, origVtag: uint(value, UINT32) };
      else if (key === 'vtag_reply') parts.sctp = { ...parts.sctp, replyVtag: uint(value, UINT32) };
      else if (!/^(state_reply|flags_orig|flags_reply)$/.test(key)) this.#entries.report.unknown(`${key}=`);
    }
    parts.tcp = tcp;
  }
}

/** @throws ParseError for anything but a list of members */
function members(text: string): [key: string, value: string][] {
  const found: [string, string][] = [];
  MEMBER.lastIndex = 0;
  while (MEMBER.lastIndex < text.length) {
    const at = MEMBER.lastIndex;
    const match = MEMBER.exec(text);
    if (match === null) throw new ParseError(`expected name=value, got '${text.slice(at, at + 40)}'`);
    found.push([match[1], match[2] ?? match[3]]);
  }
  return found;
}

/** 128 bits in hexadecimal digits. */
function labelsOf(text: string): string {
  const match = /^0x([0-9a-f]{1,32})$/i.exec(text);
  if (match === null) throw new ParseError(`invalid labels '${text.slice(0, 40)}'`);
  const digits = match[1].padStart(32, '0');
  const units = Array.from({ length: 8 }, (_, i) => Number.parseInt(digits.slice(28 - 4 * i, 32 - 4 * i), 16));
  return String.fromCharCode(...units);
}

export const OVS_LINES: LineFormat = {
  entry: ENTRY,
  resembles: /\borig=\(/,
  called: "a line of Open vSwitch's dump-conntrack",
  make: entries => new OvsLines(entries),
};
