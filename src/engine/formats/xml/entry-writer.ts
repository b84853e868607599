/**
 * The XML of conntrack(8) (`-o xml`), byte for byte as libnetfilter_conntrack 1.0.9 writes it, for flows and expectations;
 * see test/engine/formats/oracle.test.ts. Its quirks are kept, since others read them: states of SCTP and DCCP
 * are written with the names of TCP's states of the same number, ICMP has no elements, counters of both directions appear
 * when the original one has them. Unlike it, texts are escaped, so that the result is well-formed whatever a name holds.
 */

import { labelBits } from '../../../lang/conversion/exact-text.js';
import { STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Integer } from '../../../lang/values/value.js';
import { secctxOf } from '../../ctnetlink/codec/simple-fields.js';
import { CTA, CTA_COUNTERS, CTA_PROTOINFO } from '../../ctnetlink/constants.js';
import type { MessageView, TupleView } from '../../ctnetlink/view/view.js';
import { addAddress, addPort, unsigned, writeAddress } from '../lines/line-writer.js';
import { familyWord, printedKeysOf, protoWord, stateWord } from '../words.js';
import { secondsOf } from '../writing/clock.js';
import { escapeXml } from '../writing/escape.js';
import type { FlowEvent } from '../writing/event.js';
import { pieces } from '../writing/template/piece.js';
import { type Template, TemplateMaker, Templates } from '../writing/template/template.js';
import type { Text } from '../writing/text.js';
import { close, type ElementName, EXPECT_FLAG_ELEMENTS, empty, open, openWith } from './words.js';

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
    known = openWith('layer3', { protonum: family, protoname: familyWord(family) });
    layer3s.set(family, known);
  }
  return known;
}

function layer4(proto: number): string {
  let known = layer4s.get(proto);
  if (known === undefined) {
    known = openWith('layer4', { protonum: proto, protoname: protoWord(proto) });
    layer4s.set(proto, known);
  }
  return known;
}

const orZero = (n: number): number => Math.max(n, 0);

function writeAddresses(text: Text, view: MessageView, tuple: TupleView): void {
  text.ascii(open('src'));
  if (tuple.present) writeAddress(text, view, tuple.src);
  text.ascii(`${close('src')}${open('dst')}`);
  if (tuple.present) writeAddress(text, view, tuple.dst);
  text.ascii(close('dst'));
}

function writeKeys(text: Text, tuple: TupleView): void {
  const keys = printedKeysOf(tuple.proto);
  if (keys === 'ports') {
    text.ascii(open('sport'));
    text.uint(orZero(tuple.sport));
    text.ascii(`${close('sport')}${open('dport')}`);
    text.uint(orZero(tuple.dport));
    text.ascii(close('dport'));
  } else if (keys === 'keys') {
    text.ascii(`${open('srckey')}0x`);
    text.hex(orZero(tuple.sport));
    text.ascii(`${close('srckey')}${open('dstkey')}0x`);
    text.hex(orZero(tuple.dport));
    text.ascii(close('dstkey'));
  }
}

/** `<NAME>N</NAME>`, where there is such a number. */
function writeNumber(text: Text, element: ElementName, n: Integer): void {
  if (n < 0) return;
  text.ascii(open(element));
  text.integer(n);
  text.ascii(close(element));
}

function writeName(text: Text, element: ElementName, value: string | null): void {
  if (value !== null) text.utf8(`${open(element)}${escapeXml(value)}${close(element)}`);
}

const FLOW = {
  new: openWith('flow', { type: 'new' }),
  update: openWith('flow', { type: 'update' }),
  destroy: openWith('flow', { type: 'destroy' }),
} as const;

function addDirection(maker: TemplateMaker, view: MessageView, tuple: TupleView, counters: number): void {
  maker.text(layer3(tuple.present ? view.family : 0)).text(open('src'));
  if (tuple.present) addAddress(maker, view, tuple.src);
  maker.text(`${close('src')}${open('dst')}`);
  if (tuple.present) addAddress(maker, view, tuple.dst);
  maker.text(`${close('dst')}${close('layer3')}`).text(layer4(orZero(tuple.proto)));
  const keys = printedKeysOf(tuple.proto);
  if (keys === 'ports') {
    maker.text(open('sport'));
    addPort(maker, tuple.sportAt);
    maker.text(`${close('sport')}${open('dport')}`);
    addPort(maker, tuple.dportAt);
    maker.text(close('dport'));
  } else if (keys === 'keys') {
    const direction = counters === CTA.COUNTERS_ORIG ? 'orig' : 'reply';
    maker.call((text, each) => writeKeys(text, each[direction]));
  }
  maker.text(close('layer4'));
  if (tuple.zone >= 0) maker.text(open('zone')).be16(tuple.zoneAt).text(close('zone'));
  if (view.origPackets >= 0 && view.origBytes >= 0) {
    maker.text(`${open('counters')}${open('packets')}`);
    addCounter(maker, view.inner(counters, CTA_COUNTERS.PACKETS, 8));
    maker.text(`${close('packets')}${open('bytes')}`);
    addCounter(maker, view.inner(counters, CTA_COUNTERS.BYTES, 8));
    maker.text(`${close('bytes')}${close('counters')}`);
  }
  maker.text(close('meta'));
}

function addCounter(maker: TemplateMaker, at: number): void {
  if (at < 0) maker.text('0');
  else maker.be64(at);
}

/** `<NAME>N</NAME>`, where there is such a number. */
function addNumber(maker: TemplateMaker, element: ElementName, at: number): void {
  if (at >= 0) maker.text(open(element)).be32(at).text(close(element));
}

/** The template of a flow's element, from its first direction to what belongs to none. */
function elementOf(view: MessageView, options: XmlOptions): Template {
  const maker = new TemplateMaker(view);
  const number = (attribute: number): number => view.payloadAt(attribute, 4);
  maker.text(openWith('meta', { direction: 'original' }));
  addDirection(maker, view, view.orig, CTA.COUNTERS_ORIG);
  maker.text(openWith('meta', { direction: 'reply' }));
  addDirection(maker, view, view.reply, CTA.COUNTERS_REPLY);
  if (!hasIndependent(view)) return maker.make();
  maker.text(openWith('meta', { direction: 'independent' }));
  for (const protocol of [CTA_PROTOINFO.TCP, CTA_PROTOINFO.SCTP, CTA_PROTOINFO.DCCP]) {
    const at = view.protocolAt(protocol, 1, 1);
    if (at >= 0)
      maker
        .text(open('state'))
        .byByte(at, state => stateWord(TCP_STATES, state))
        .text(close('state'));
  }
  addNumber(maker, 'timeout', number(CTA.TIMEOUT));
  addNumber(maker, 'mark', number(CTA.MARK));
  const { labels } = options;
  if (labels !== undefined && view.labels !== null) maker.call((text, each) => writeLabels(text, each.labels!, labels));
  addNumber(maker, 'secmark', number(CTA.SECMARK));
  if (view.at(CTA.SECCTX) >= 0) maker.call((text, each) => writeName(text, 'secctx', secctxOf(each)));
  const zone = view.payloadAt(CTA.ZONE, 2);
  if (zone >= 0) maker.text(open('zone')).be16(zone).text(close('zone'));
  addNumber(maker, 'use', number(CTA.USE));
  addNumber(maker, 'id', number(CTA.ID));
  const status = number(CTA.STATUS);
  if (status >= 0) maker.byBe32(status, statusElements);
  if (view.start >= 0 || view.stop >= 0) maker.call((text, each) => writeTimes(text, each, options));
  return maker.text(close('meta')).make();
}

const statusElements = (status: number): string =>
  ((status & STATUS_FLAGS.ASSURED) !== 0 ? empty('assured') : '') +
  ((status & STATUS_FLAGS.SEEN_REPLY) === 0 ? empty('unreplied') : '');

function writeTimes(text: Text, view: MessageView, options: XmlOptions): void {
  const { start, stop } = view;
  if (options.ktimestamp) {
    text.ascii(open('timestamp'));
    writeNumber(text, 'start', start);
    writeNumber(text, 'stop', stop);
    text.ascii(close('timestamp'));
  }
  if (start < 0) return;
  const age =
    stop >= 0
      ? BigInt.asUintN(64, BigInt(stop) - BigInt(start)) / 1_000_000_000n
      : unsigned(secondsOf(view.taken ?? options.now()) - secondsOf(start));
  writeNumber(text, 'deltatime', age);
}

const two = (n: number): string => String(n).padStart(2, '0');

/** The local time, as conntrack(8) writes it. */
function whenElement(seconds: number): string {
  const date = new Date(seconds * 1000);
  const parts: [ElementName, number | string][] = [
    ['hour', date.getHours()],
    ['min', two(date.getMinutes())],
    ['sec', two(date.getSeconds())],
    ['wday', date.getDay() + 1],
    ['day', date.getDate()],
    ['month', date.getMonth() + 1],
    ['year', date.getFullYear()],
  ];
  return `${open('when')}${parts.map(([name, value]) => `${open(name)}${value}${close(name)}`).join('')}${close('when')}`;
}

const WORDS = pieces({ open: open('flow'), close: close('flow') });

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
    if (options.timestamp && events) text.ascii(whenElement(eventSeconds(view, options)));
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
    if (name !== undefined) names += `${open('label')}${escapeXml(name)}${close('label')}`;
  }
  text.utf8(`${open('labels')}${names}${close('labels')}`);
}

const FLAG_ELEMENTS = Object.entries(EXPECT_FLAG_ELEMENTS) as [keyof typeof EXPECT_FLAG_ELEMENTS, number][];

/** An expectation's element, without a line's end. */
export function writeExpectationXml(
  text: Text,
  view: MessageView,
  event: FlowEvent | undefined,
  options: XmlOptions,
): void {
  const { tuple, mask, master, expectFlags } = view;
  text.ascii(event === undefined ? open('flow') : FLOW[event]);
  text.ascii(layer3(view.family));
  text.ascii(open('expected'));
  writeAddresses(text, view, tuple);
  text.ascii(`${close('expected')}${open('mask')}`);
  writeAddresses(text, view, mask);
  text.ascii(`${close('mask')}${open('master')}`);
  writeAddresses(text, view, master);
  text.ascii(`${close('master')}${close('layer3')}`);
  text.ascii(layer4(orZero(tuple.proto)));
  text.ascii(open('expected'));
  writeKeys(text, tuple);
  text.ascii(`${close('expected')}${open('mask')}`);
  writeKeys(text, mask);
  text.ascii(`${close('mask')}${open('master')}`);
  writeKeys(text, master);
  text.ascii(`${close('master')}${close('layer4')}${open('meta')}`);
  writeName(text, 'helper-name', view.helper);
  writeNumber(text, 'timeout', view.timeout);
  writeNumber(text, 'class', view.expectClass);
  writeNumber(text, 'zone', view.zone);
  if (options.timestamp) text.ascii(whenElement(eventSeconds(view, options)));
  if (expectFlags > 0) {
    for (const [name, flag] of FLAG_ELEMENTS) if ((expectFlags & flag) !== 0) text.ascii(empty(name));
  }
  text.ascii(`${close('meta')}${close('flow')}`);
}

/** The time of the event where the kernel reports it (since 6.14), else now. */
const eventSeconds = ({ eventTime }: MessageView, { now }: XmlOptions): number =>
  secondsOf(eventTime >= 0 ? eventTime : now());
