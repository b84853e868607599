/**
 * The line formats of conntrack(8): `plain` (what `conntrack -L` prints) and `extended` (`-o extended`), for flows and
 * expectations, byte for byte as conntrack-tools 1.4.7 with libnetfilter_conntrack 1.0.9 writes them. What it prints for
 * any attribute, present or absent, is compared with it in test/engine/formats/oracle.test.ts.
 */

import { labelBits } from '../../../lang/conversion/exact-text.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { DCCP_STATES, EXPECT_FLAGS, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Integer } from '../../../lang/values/value.js';
import { secctxOf } from '../../ctnetlink/codec/simple-fields.js';
import { AF_INET, AF_INET6, CTA, CTA_COUNTERS, CTA_PROTOINFO } from '../../ctnetlink/constants.js';
import type { MessageView, TupleView } from '../../ctnetlink/view/view.js';
import { familyWord, printedKeysOf, protoWord, stateWord } from '../words.js';
import { ctime, secondsOf } from '../writing/clock.js';
import { type Piece, pieces } from '../writing/template/piece.js';
import { type Template, TemplateMaker, Templates } from '../writing/template/template.js';
import type { Text } from '../writing/text.js';
import { assigned, EXPECT_FLAG_WORDS, STATUS_WORDS, TIME_WORDS, UNREPLIED } from './words.js';

const SPACE = 0x20;

const WORDS = pieces({
  sport: assigned('sport'),
  dport: ` ${assigned('dport')}`,
  srckey: `${assigned('srckey')}0x`,
  dstkey: ` ${assigned('dstkey')}0x`,
  type: assigned('type'),
  code: ` ${assigned('code')}`,
  icmpId: ` ${assigned('id')}`,
  proto: ` ${assigned('proto')}`,
  src: assigned('src'),
  dst: ` ${assigned('dst')}`,
  zone: assigned('zone'),
  maskSrc: assigned('mask-src'),
  maskDst: ` ${assigned('mask-dst')}`,
  masterSrc: assigned('master-src'),
  masterDst: ` ${assigned('master-dst')}`,
  class: assigned('class'),
  deltaTime: assigned('delta-time'),
  secctx: assigned('secctx'),
  helper: assigned('helper'),
});

/** The further choices of conntrack(8)'s `-o`. */
export interface LineOptions {
  /** With the family in front. */
  readonly extended: boolean;
  /** `id=…` */
  readonly id: boolean;
  /** `[start=…] [stop=…]` */
  readonly ktimestamp: boolean;
  /** `labels=…`, by name; bits without a name are left out, as conntrack(8) leaves them out. */
  readonly labels: Pick<Environment, 'labelName'> | undefined;
  /** ns since the epoch; called only to print a flow's age. */
  readonly now: () => bigint;
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

function writeAddresses(text: Text, view: MessageView, tuple: TupleView, src: Piece, dst: Piece): void {
  if (!tuple.present || (view.family !== AF_INET && view.family !== AF_INET6)) return;
  text.put(src);
  writeAddress(text, view, tuple.src);
  text.put(dst);
  writeAddress(text, view, tuple.dst);
  text.byte(SPACE);
}

const orZero = (n: number): number => Math.max(n, 0);

/** The keys of a protocol: ports, call keys, or an ICMP query. */
function writeKeys(text: Text, tuple: TupleView): void {
  switch (printedKeysOf(tuple.proto)) {
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
function writeNumber(text: Text, name: Piece, n: Integer): void {
  if (n < 0) return;
  text.put(name);
  text.integer(n);
  text.byte(SPACE);
}

const STATES = [
  [CTA_PROTOINFO.TCP, TCP_STATES],
  [CTA_PROTOINFO.SCTP, SCTP_STATES],
  [CTA_PROTOINFO.DCCP, DCCP_STATES],
] as const;

/** `src=… dst=… ` */
function addAddresses(maker: TemplateMaker, view: MessageView, tuple: TupleView): void {
  if (!tuple.present || (view.family !== AF_INET && view.family !== AF_INET6)) return;
  maker.text(assigned('src'));
  addAddress(maker, view, tuple.src);
  maker.text(` ${assigned('dst')}`);
  addAddress(maker, view, tuple.dst);
  maker.text(' ');
}

/** As `writeAddress`. */
export function addAddress(maker: TemplateMaker, view: MessageView, at: number): void {
  const place = at - view.begin;
  if (view.family === AF_INET) {
    if (at < 0) maker.text('0.0.0.0');
    else maker.ipv4(at);
  } else if (view.family === AF_INET6) {
    if (at < 0) maker.text('::');
    else maker.call((text, each) => text.ipv6(each.bytes, each.begin + place));
  }
}

function addKeys(maker: TemplateMaker, tuple: TupleView, direction: 'orig' | 'reply'): void {
  const keys = printedKeysOf(tuple.proto);
  if (keys === 'ports') {
    maker.text(assigned('sport'));
    addPort(maker, tuple.sportAt);
    maker.text(` ${assigned('dport')}`);
    addPort(maker, tuple.dportAt);
    maker.text(' ');
  } else if (keys !== 'none') maker.call((text, each) => writeKeys(text, each[direction]));
}

/** A 16-bit number; zero where it is absent. */
export function addPort(maker: TemplateMaker, at: number): void {
  if (at < 0) maker.text('0');
  else maker.be16(at);
}

/** `NAME=N `, where there is such a number. */
function addNumber(maker: TemplateMaker, name: string, at: number): void {
  if (at >= 0) maker.text(name).be32(at).text(' ');
}

function addCounters(maker: TemplateMaker, packets: number, bytes: number): void {
  if (packets >= 0 && bytes >= 0)
    maker
      .text(assigned('packets'))
      .be64(packets)
      .text(` ${assigned('bytes')}`)
      .be64(bytes)
      .text(' ');
}

const shownState =
  (states: readonly string[]) =>
  (state: number): string =>
    `${stateWord(states, state)} `;

/** The template of a flow's line, without its end. */
function lineOf(view: MessageView, options: LineOptions): Template {
  const maker = new TemplateMaker(view);
  const { orig, reply } = view;
  const number = (attribute: number): number => view.payloadAt(attribute, 4);
  const proto = Math.max(orig.proto, 0);
  if (options.extended) maker.text(`${familyWord(view.family).padEnd(8)} ${view.family} `);
  maker.text(`${protoWord(proto).padEnd(8)} ${proto} `);
  addNumber(maker, '', number(CTA.TIMEOUT));
  for (const [protocol, states] of STATES) {
    const at = view.protocolAt(protocol, 1, 1);
    if (at >= 0) maker.byByte(at, shownState(states));
  }
  addAddresses(maker, view, orig);
  addKeys(maker, orig, 'orig');
  if (orig.zone >= 0) maker.text(assigned('zone-orig')).be16(orig.zoneAt).text(' ');
  const counter = (nest: number, attribute: number): number => view.inner(nest, attribute, 8);
  addCounters(maker, counter(CTA.COUNTERS_ORIG, CTA_COUNTERS.PACKETS), counter(CTA.COUNTERS_ORIG, CTA_COUNTERS.BYTES));
  const status = number(CTA.STATUS);
  if (status >= 0) maker.byBe32(status, bits => ((bits & STATUS_FLAGS.SEEN_REPLY) === 0 ? `${UNREPLIED} ` : ''));
  addAddresses(maker, view, reply);
  addKeys(maker, reply, 'reply');
  if (reply.zone >= 0) maker.text(assigned('zone-reply')).be16(reply.zoneAt).text(' ');
  addCounters(
    maker,
    counter(CTA.COUNTERS_REPLY, CTA_COUNTERS.PACKETS),
    counter(CTA.COUNTERS_REPLY, CTA_COUNTERS.BYTES),
  );
  if (status >= 0) maker.byBe32(status, statusWord);
  addNumber(maker, assigned('mark'), number(CTA.MARK));
  addNumber(maker, assigned('secmark'), number(CTA.SECMARK));
  if (view.at(CTA.SECCTX) >= 0) maker.call((text, each) => writeName(text, WORDS.secctx, secctxOf(each)));
  const zone = view.payloadAt(CTA.ZONE, 2);
  if (zone >= 0) maker.text(assigned('zone')).be16(zone).text(' ');
  if (view.start >= 0 || view.stop >= 0) maker.call((text, each) => writeTimes(text, each, options));
  if (view.helper !== null) maker.call((text, each) => writeName(text, WORDS.helper, each.helper));
  addNumber(maker, assigned('use'), number(CTA.USE));
  if (options.id) addNumber(maker, assigned('id'), number(CTA.ID));
  const { labels } = options;
  if (labels !== undefined && view.labels !== null) maker.call((text, each) => writeLabels(text, each, labels));
  return maker.make();
}

function statusWord(status: number): string {
  const found = STATUS_WORDS.find(([, shownFor]) => (status & shownFor) !== 0);
  return found === undefined ? '' : `${found[0]} `;
}

/** A flow's line, without its end. A space that would be its last is not written. */
export function flowWriter(options: LineOptions): (text: Text, view: MessageView) => void {
  const templates = new Templates(view => lineOf(view, options));
  return (text, view) => {
    text.entry(templates.of(view), view);
    text.dropSpace();
  };
}

function writeName(text: Text, name: Piece, value: string | null): void {
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
    const end = stop > 0 ? stop : (view.taken ?? options.now());
    writeNumber(text, WORDS.deltaTime, unsigned(secondsOf(end) - secondsOf(start)));
  }
  if (!options.ktimestamp) return;
  if (start >= 0) text.ascii(`${TIME_WORDS.start}=${ctime(secondsOf(start))}] `);
  if (stop >= 0) text.ascii(`${TIME_WORDS.stop}=${ctime(secondsOf(stop))}] `);
}

function writeLabels(text: Text, view: MessageView, labels: Pick<Environment, 'labelName'>): void {
  const bits = view.labels;
  if (bits === null) return;
  const names = labelBits(bits)
    .map(bit => labels.labelName(bit))
    .filter(name => name !== undefined);
  // Without a single name the library takes back the '=' instead of a comma.
  text.utf8(names.length === 0 ? 'labels ' : `${assigned('labels')}${printable(names.join(','))} `);
}

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
  const words =
    view.expectFlags > 0 ? EXPECT_FLAG_WORDS.filter(word => (view.expectFlags & EXPECT_FLAGS[word]) !== 0) : [];
  if (words.length > 0) text.ascii(`${words.join(',')} `);
  writeNumber(text, WORDS.class, view.expectClass);
  writeName(text, WORDS.helper, view.helper);
  text.dropSpace();
}
