/**
 * The XML of conntrack(8) (`-o xml`), byte for byte as libnetfilter_conntrack 1.0.9 writes it, for flows and expectations;
 * see test/engine/formats/oracle.test.ts. Its quirks are kept, since others read them: states of SCTP and DCCP
 * are written with the names of TCP's states of the same number, ICMP has no elements, counters of both directions appear
 * when the original one has them. Unlike it, texts are escaped, so that the result is well-formed whatever a name holds.
 */

import { EXPECT_FLAGS, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Integer } from '../../../lang/values/value.js';
import { CTA, CTA_COUNTERS, CTA_PROTOINFO } from '../../ctnetlink/constants.js';
import { secctxOf } from '../../ctnetlink/fields/simple-fields.js';
import type { MessageView, TupleView } from '../../ctnetlink/view/view.js';
import { addAddress, addPort, stateWord, unsigned, writeAddress } from '../lines/line-writer.js';
import { secondsOf, whenElements } from '../writing/clock.js';
import { escapeXml } from '../writing/escape.js';
import type { FlowEvent } from '../writing/event.js';
import { labelBits } from '../writing/format-value.js';
import { pieces } from '../writing/piece.js';
import { type Template, TemplateMaker, Templates } from '../writing/template.js';
import type { Text } from '../writing/text.js';
import { familyWord, printedKeysOf, protoWord } from '../writing/words.js';

export interface XmlOptions {
  /** `<timestamp>`: when a flow began and ended. */
  readonly ktimestamp: boolean;
  /** `<when>`: local time of the entry's being written. */
  readonly timestamp: boolean;
  readonly labels: Pick<Environment, 'labelName'> | undefined;
  readonly now: () => bigint;
}

const layer3s = new Map<number, string>();
const layer4s = new Map<number, string>();

function layer3(family: number): string {
  let known = layer3s.get(family);
  if (known === undefined) {
    known = `<layer3 protonum="${family}" protoname="${familyWord(family)}">`;
    layer3s.set(family, known);
  }
  return known;
}

function layer4(proto: number): string {
  let known = layer4s.get(proto);
  if (known === undefined) {
    known = `<layer4 protonum="${proto}" protoname="${protoWord(proto)}">`;
    layer4s.set(proto, known);
  }
  return known;
}

const orZero = (n: number): number => Math.max(n, 0);

function writeAddresses(text: Text, view: MessageView, tuple: TupleView): void {
  text.ascii('<src>');
  if (tuple.present) writeAddress(text, view, tuple.src);
  text.ascii('</src><dst>');
  if (tuple.present) writeAddress(text, view, tuple.dst);
  text.ascii('</dst>');
}

function writeKeys(text: Text, tuple: TupleView): void {
  const keys = printedKeysOf(tuple.proto);
  if (keys === 'ports') {
    text.ascii('<sport>');
    text.uint(orZero(tuple.sport));
    text.ascii('</sport><dport>');
    text.uint(orZero(tuple.dport));
    text.ascii('</dport>');
  } else if (keys === 'keys') {
    text.ascii('<srckey>0x');
    text.hex(orZero(tuple.sport));
    text.ascii('</srckey><dstkey>0x');
    text.hex(orZero(tuple.dport));
    text.ascii('</dstkey>');
  }
}

/** `<NAME>N</NAME>`, where there is such a number. */
function writeNumber(text: Text, open: string, n: Integer, close: string): void {
  if (n < 0) return;
  text.ascii(open);
  text.integer(n);
  text.ascii(close);
}

function writeName(text: Text, element: string, value: string | null): void {
  if (value !== null) text.utf8(`<${element}>${escapeXml(value)}</${element}>`);
}

const FLOW = {
  new: '<flow type="new">',
  update: '<flow type="update">',
  destroy: '<flow type="destroy">',
} as const;

function addDirection(maker: TemplateMaker, view: MessageView, tuple: TupleView, counters: number): void {
  maker.text(layer3(tuple.present ? view.family : 0)).text('<src>');
  if (tuple.present) addAddress(maker, view, tuple.src);
  maker.text('</src><dst>');
  if (tuple.present) addAddress(maker, view, tuple.dst);
  maker.text('</dst></layer3>').text(layer4(orZero(tuple.proto)));
  const keys = printedKeysOf(tuple.proto);
  if (keys === 'ports') {
    maker.text('<sport>');
    addPort(maker, tuple.sportAt);
    maker.text('</sport><dport>');
    addPort(maker, tuple.dportAt);
    maker.text('</dport>');
  } else if (keys === 'keys') {
    const direction = counters === CTA.COUNTERS_ORIG ? 'orig' : 'reply';
    maker.call((text, each) => writeKeys(text, each[direction]));
  }
  maker.text('</layer4>');
  if (tuple.zone >= 0) maker.text('<zone>').be16(tuple.zoneAt).text('</zone>');
  if (view.origPackets >= 0 && view.origBytes >= 0) {
    maker.text('<counters><packets>');
    addCounter(maker, view.inner(counters, CTA_COUNTERS.PACKETS, 8));
    maker.text('</packets><bytes>');
    addCounter(maker, view.inner(counters, CTA_COUNTERS.BYTES, 8));
    maker.text('</bytes></counters>');
  }
  maker.text('</meta>');
}

function addCounter(maker: TemplateMaker, at: number): void {
  if (at < 0) maker.text('0');
  else maker.be64(at);
}

/** `<NAME>N</NAME>`, where there is such a number. */
function addNumber(maker: TemplateMaker, element: string, at: number): void {
  if (at >= 0) maker.text(`<${element}>`).be32(at).text(`</${element}>`);
}

/** The template of a flow's element, from its first direction to what belongs to none. */
function elementOf(view: MessageView, options: XmlOptions): Template {
  const maker = new TemplateMaker(view);
  const number = (attribute: number): number => view.payloadAt(attribute, 4);
  maker.text('<meta direction="original">');
  addDirection(maker, view, view.orig, CTA.COUNTERS_ORIG);
  maker.text('<meta direction="reply">');
  addDirection(maker, view, view.reply, CTA.COUNTERS_REPLY);
  if (!hasIndependent(view)) return maker.make();
  maker.text('<meta direction="independent">');
  for (const protocol of [CTA_PROTOINFO.TCP, CTA_PROTOINFO.SCTP, CTA_PROTOINFO.DCCP]) {
    const at = view.protocolAt(protocol, 1, 1);
    if (at >= 0)
      maker
        .text('<state>')
        .byByte(at, state => stateWord(TCP_STATES, state))
        .text('</state>');
  }
  addNumber(maker, 'timeout', number(CTA.TIMEOUT));
  addNumber(maker, 'mark', number(CTA.MARK));
  const { labels } = options;
  if (labels !== undefined && view.labels !== null) maker.call((text, each) => writeLabels(text, each.labels!, labels));
  addNumber(maker, 'secmark', number(CTA.SECMARK));
  if (view.at(CTA.SECCTX) >= 0) maker.call((text, each) => writeName(text, 'secctx', secctxOf(each)));
  const zone = view.payloadAt(CTA.ZONE, 2);
  if (zone >= 0) maker.text('<zone>').be16(zone).text('</zone>');
  addNumber(maker, 'use', number(CTA.USE));
  addNumber(maker, 'id', number(CTA.ID));
  const status = number(CTA.STATUS);
  if (status >= 0) maker.byBe32(status, statusElements);
  if (view.start >= 0 || view.stop >= 0) maker.call((text, each) => writeTimes(text, each, options));
  return maker.text('</meta>').make();
}

const statusElements = (status: number): string =>
  ((status & STATUS_FLAGS.ASSURED) !== 0 ? '<assured/>' : '') +
  ((status & STATUS_FLAGS.SEEN_REPLY) === 0 ? '<unreplied/>' : '');

function writeTimes(text: Text, { start, stop }: MessageView, options: XmlOptions): void {
  if (options.ktimestamp) {
    text.ascii('<timestamp>');
    writeNumber(text, '<start>', start, '</start>');
    writeNumber(text, '<stop>', stop, '</stop>');
    text.ascii('</timestamp>');
  }
  if (start < 0) return;
  const age =
    stop >= 0
      ? BigInt.asUintN(64, BigInt(stop) - BigInt(start)) / 1_000_000_000n
      : unsigned(secondsOf(options.now()) - secondsOf(start));
  writeNumber(text, '<deltatime>', age, '</deltatime>');
}

const WORDS = pieces({ open: '<flow>', close: '</flow>' });

/**
 * Writes flows' elements, without a line's end.
 * @returns `events`: the entry comes from an event stream, also where it has no event
 */
export function flowXmlWriter(
  options: XmlOptions,
): (text: Text, view: MessageView, event: FlowEvent | undefined, events?: boolean) => void {
  const templates = new Templates(view => elementOf(view, options));
  return (text, view, event, events = event !== undefined) => {
    if (event === undefined) text.put(WORDS.open);
    else text.ascii(FLOW[event]);
    text.entry(templates.of(view), view);
    // conntrack(8) writes the time of flows in event streams only.
    if (options.timestamp && events) text.ascii(`<when>${whenElements(secondsOf(options.now()))}</when>`);
    writeName(text, 'helper', view.helper);
    text.put(WORDS.close);
  };
}

/** Whether there is anything that belongs to no direction. */
const hasIndependent = (view: MessageView): boolean =>
  view.tcpState >= 0 ||
  view.sctpState >= 0 ||
  view.dccpState >= 0 ||
  view.timeout >= 0 ||
  view.mark >= 0 ||
  view.number(CTA.SECMARK) >= 0 ||
  secctxOf(view) !== null ||
  view.zone >= 0 ||
  view.number(CTA.USE) >= 0 ||
  view.status >= 0 ||
  view.id >= 0 ||
  view.labels !== null ||
  view.start >= 0 ||
  view.stop >= 0;

function writeLabels(text: Text, bits: string, labels: Pick<Environment, 'labelName'>): void {
  let names = '';
  for (const bit of labelBits(bits)) {
    const name = labels.labelName(bit);
    if (name !== undefined) names += `<label>${escapeXml(name)}</label>`;
  }
  text.utf8(`<labels>${names}</labels>`);
}

/** An expectation's element, without a line's end. */
export function writeExpectationXml(
  text: Text,
  view: MessageView,
  event: FlowEvent | undefined,
  options: XmlOptions,
): void {
  const { tuple, mask, master, expectFlags } = view;
  text.ascii(event === undefined ? '<flow>' : FLOW[event]);
  text.ascii(layer3(view.family));
  text.ascii('<expected>');
  writeAddresses(text, view, tuple);
  text.ascii('</expected><mask>');
  writeAddresses(text, view, mask);
  text.ascii('</mask><master>');
  writeAddresses(text, view, master);
  text.ascii('</master></layer3>');
  text.ascii(layer4(orZero(tuple.proto)));
  text.ascii('<expected>');
  writeKeys(text, tuple);
  text.ascii('</expected><mask>');
  writeKeys(text, mask);
  text.ascii('</mask><master>');
  writeKeys(text, master);
  text.ascii('</master></layer4><meta>');
  writeName(text, 'helper-name', view.helper);
  writeNumber(text, '<timeout>', view.timeout, '</timeout>');
  writeNumber(text, '<class>', view.expectClass, '</class>');
  writeNumber(text, '<zone>', view.zone, '</zone>');
  if (options.timestamp) text.ascii(`<when>${whenElements(secondsOf(options.now()))}</when>`);
  if (expectFlags > 0) {
    if ((expectFlags & EXPECT_FLAGS.PERMANENT) !== 0) text.ascii('<permanent/>');
    if ((expectFlags & EXPECT_FLAGS.INACTIVE) !== 0) text.ascii('<inactive/>');
    if ((expectFlags & EXPECT_FLAGS.USERSPACE) !== 0) text.ascii('<userspace/>');
  }
  text.ascii('</meta></flow>');
}
