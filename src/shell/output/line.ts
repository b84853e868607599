/**
 * The line formats of conntrack(8): `plain` (what `conntrack -L` prints) and `extended` (`-o extended`), for flows and
 * expectations, byte for byte as conntrack-tools 1.4.7 with libnetfilter_conntrack 1.0.9 writes them. What it prints for
 * any attribute, present or absent, is compared with it in test/shell/output/oracle.test.ts.
 */
import type { MessageView, TupleView } from '../../engine/wire/view.js';
import type { Environment } from '../../lang/environment.js';
import { DCCP_STATES, EXPECT_FLAGS, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../lang/names.js';
import type { Integer } from '../../lang/values.js';
import { ctime, secondsOf } from './clock.js';
import { printable } from './escape.js';
import { labelBits } from './format-value.js';
import { asciiBytes, type Text, words } from './text.js';
import { familyWord, keysOf, protoWord } from './words.js';

const AF_INET = 2;
const AF_INET6 = 10;
const SPACE = 0x20;

/** The words of a line, as bytes: a piece is copied faster than a string. */
const WORDS = words({
  sport: 'sport=',
  dport: ' dport=',
  srckey: 'srckey=0x',
  dstkey: ' dstkey=0x',
  type: 'type=',
  code: ' code=',
  icmpId: ' id=',
  packets: 'packets=',
  bytes: ' bytes=',
  unreplied: '[UNREPLIED] ',
  hwOffload: '[HW_OFFLOAD] ',
  offload: '[OFFLOAD] ',
  assured: '[ASSURED] ',
  proto: ' proto=',
  src: 'src=',
  dst: ' dst=',
  zoneOrig: 'zone-orig=',
  zoneReply: 'zone-reply=',
  mark: 'mark=',
  secmark: 'secmark=',
  zone: 'zone=',
  use: 'use=',
  id: 'id=',
  maskSrc: 'mask-src=',
  maskDst: ' mask-dst=',
  masterSrc: 'master-src=',
  masterDst: ' master-dst=',
  class: 'class=',
  deltaTime: 'delta-time=',
  secctx: 'secctx=',
  helper: 'helper=',
  nothing: '',
});

/** What conntrack(8)'s `-o` chooses beside the format. */
export interface LineOptions {
  /** With the family in front. */
  readonly extended: boolean;
  /** `id=…` */
  readonly id: boolean;
  /** `[start=…] [stop=…]` */
  readonly ktimestamp: boolean;
  /** `labels=…`, by name; bits without a name are left out, as conntrack(8) leaves them out. */
  readonly labels: Pick<Environment, 'labelName'> | undefined;
  /** ns since the epoch; asked for only where a flow's age is printed. */
  readonly now: () => bigint;
}

/** `ipv4     2 tcp      6 `, by family and protocol. */
const prefixes = new Map<number, Uint8Array>();

function prefix(family: number, proto: number, extended: boolean): Uint8Array {
  const key = (family << 9) | (proto << 1) | (extended ? 1 : 0);
  let known = prefixes.get(key);
  if (known === undefined) {
    const layer3 = extended ? `${familyWord(family).padEnd(8)} ${family} ` : '';
    known = asciiBytes(`${layer3}${protoWord(proto).padEnd(8)} ${proto} `);
    prefixes.set(key, known);
  }
  return known;
}

/** An address; one that is absent is all zeros, as in the library's own object. */
export function writeAddress(text: Text, view: MessageView, at: number): void {
  if (view.family === AF_INET) {
    if (at < 0) text.ascii('0.0.0.0');
    else text.ipv4(view.bytes, at);
  } else if (view.family === AF_INET6) {
    if (at < 0) text.ascii('::');
    else text.ipv6(view.bytes, at);
  }
}

function writeAddresses(text: Text, view: MessageView, tuple: TupleView, src: Uint8Array, dst: Uint8Array): void {
  if (!tuple.present || (view.family !== AF_INET && view.family !== AF_INET6)) return;
  text.put(src);
  writeAddress(text, view, tuple.src);
  text.put(dst);
  writeAddress(text, view, tuple.dst);
  text.byte(SPACE);
}

const orZero = (n: number): number => Math.max(n, 0);

/** What tells the flows of one protocol apart: ports, call keys, or an ICMP query. */
function writeKeys(text: Text, tuple: TupleView): void {
  switch (keysOf(tuple.proto)) {
    case 'ports':
      text.put(WORDS.sport);
      text.uint(orZero(tuple.sport));
      text.put(WORDS.dport);
      text.uint(orZero(tuple.dport));
      break;
    case 'keys':
      text.put(WORDS.srckey);
      text.hex(orZero(tuple.sport));
      text.put(WORDS.dstkey);
      text.hex(orZero(tuple.dport));
      break;
    case 'icmp':
      text.put(WORDS.type);
      text.uint(orZero(tuple.icmpType));
      text.put(WORDS.code);
      text.uint(orZero(tuple.icmpCode));
      text.put(WORDS.icmpId);
      text.uint(orZero(tuple.icmpId));
      break;
    case 'none':
      return;
  }
  text.byte(SPACE);
}

/** `NAME=N `, where there is such a number. */
function writeNumber(text: Text, name: Uint8Array, n: Integer): void {
  if (n < 0) return;
  text.put(name);
  text.integer(n);
  text.byte(SPACE);
}

function writeCounters(text: Text, packets: Integer, bytes: Integer): void {
  if (packets < 0 || bytes < 0) return;
  text.put(WORDS.packets);
  text.integer(packets);
  text.put(WORDS.bytes);
  text.integer(bytes);
  text.byte(SPACE);
}

/** The name of a state; numbers that have none are shown as the first, NONE. */
export const stateWord = (states: readonly string[], state: number): string => states[state] ?? states[0];

const TCP_WORDS = TCP_STATES.map(asciiBytes);
const SCTP_WORDS = SCTP_STATES.map(asciiBytes);
const DCCP_WORDS = DCCP_STATES.map(asciiBytes);
const stateBytes = (states: readonly Uint8Array[], state: number): Uint8Array => states[state] ?? states[0];

/** A flow's line, without its end. A space that would be its last is not written. */
export function writeFlow(text: Text, view: MessageView, options: LineOptions): void {
  const { orig, reply, status } = view;
  text.put(prefix(view.family, Math.max(orig.proto, 0), options.extended));
  writeNumber(text, WORDS.nothing, view.timeout);
  if (view.tcpState >= 0) {
    text.put(stateBytes(TCP_WORDS, view.tcpState));
    text.byte(SPACE);
  }
  if (view.sctpState >= 0) {
    text.put(stateBytes(SCTP_WORDS, view.sctpState));
    text.byte(SPACE);
  }
  if (view.dccpState >= 0) {
    text.put(stateBytes(DCCP_WORDS, view.dccpState));
    text.byte(SPACE);
  }
  writeAddresses(text, view, orig, WORDS.src, WORDS.dst);
  writeKeys(text, orig);
  writeNumber(text, WORDS.zoneOrig, orig.zone);
  writeCounters(text, view.origPackets, view.origBytes);
  if (status >= 0 && (status & STATUS_FLAGS.SEEN_REPLY) === 0) text.put(WORDS.unreplied);
  writeAddresses(text, view, reply, WORDS.src, WORDS.dst);
  writeKeys(text, reply);
  writeNumber(text, WORDS.zoneReply, reply.zone);
  writeCounters(text, view.replyPackets, view.replyBytes);
  if (status > 0) {
    if ((status & STATUS_FLAGS.HW_OFFLOAD) !== 0) text.put(WORDS.hwOffload);
    else if ((status & STATUS_FLAGS.OFFLOAD) !== 0) text.put(WORDS.offload);
    else if ((status & STATUS_FLAGS.ASSURED) !== 0) text.put(WORDS.assured);
  }
  writeNumber(text, WORDS.mark, view.mark);
  writeNumber(text, WORDS.secmark, view.secmark);
  writeName(text, WORDS.secctx, view.secctx);
  writeNumber(text, WORDS.zone, view.zone);
  writeTimes(text, view, options);
  writeName(text, WORDS.helper, view.helper);
  writeNumber(text, WORDS.use, view.use);
  if (options.id) writeNumber(text, WORDS.id, view.id);
  if (options.labels !== undefined) writeLabels(text, view, options.labels);
  text.dropSpace();
}

function writeName(text: Text, name: Uint8Array, value: string | null): void {
  if (value === null) return;
  text.put(name);
  text.utf8(printable(value));
  text.byte(SPACE);
}

/** A difference as conntrack(8) prints it: a clock that was set back makes it a huge one. */
export const unsigned = (n: number): Integer => (n >= 0 ? n : BigInt.asUintN(64, BigInt(n)));

/** How long the flow has lived, in whole seconds; and when it began and ended. */
function writeTimes(text: Text, view: MessageView, options: LineOptions): void {
  const { start, stop } = view;
  if (start >= 0) {
    const end = stop > 0 ? stop : options.now();
    writeNumber(text, WORDS.deltaTime, unsigned(secondsOf(end) - secondsOf(start)));
  }
  if (!options.ktimestamp) return;
  if (start >= 0) text.ascii(`[start=${ctime(secondsOf(start))}] `);
  if (stop >= 0) text.ascii(`[stop=${ctime(secondsOf(stop))}] `);
}

function writeLabels(text: Text, view: MessageView, labels: Pick<Environment, 'labelName'>): void {
  const bits = view.labels;
  if (bits === null) return;
  const names = labelBits(bits)
    .map(bit => labels.labelName(bit))
    .filter(name => name !== undefined);
  // Without a single name the library takes back the '=' instead of a comma.
  text.utf8(names.length === 0 ? 'labels ' : `labels=${printable(names.join(','))} `);
}

const FLAG_WORDS = ['PERMANENT', 'INACTIVE', 'USERSPACE'] as const;

/** An expectation's line, without its end: the same in `plain` and `extended`. */
export function writeExpectation(text: Text, view: MessageView): void {
  const { tuple, mask, master } = view;
  text.uint(orZero(Number(view.timeout)));
  text.put(WORDS.proto);
  text.uint(orZero(tuple.proto));
  text.byte(SPACE);
  writeAddresses(text, view, tuple, WORDS.src, WORDS.dst);
  writeKeys(text, tuple);
  writeAddresses(text, view, mask, WORDS.maskSrc, WORDS.maskDst);
  writeKeys(text, mask);
  writeAddresses(text, view, master, WORDS.masterSrc, WORDS.masterDst);
  writeKeys(text, master);
  writeNumber(text, WORDS.zone, view.zone);
  const words = view.expectFlags > 0 ? FLAG_WORDS.filter(word => (view.expectFlags & EXPECT_FLAGS[word]) !== 0) : [];
  if (words.length > 0) text.ascii(`${words.join(',')} `);
  writeNumber(text, WORDS.class, view.expectClass);
  writeName(text, WORDS.helper, view.helper);
  text.dropSpace();
}
