/** The places of flows' fields in messages, for the templates of formats that write field by field. */

import type { TableId } from '../../../../lang/schema/catalogue.js';
import { TCP_STATES } from '../../../../lang/schema/constants.js';
import type { Value } from '../../../../lang/values/value.js';
import { SIMPLE_FIELDS } from '../../../ctnetlink/codec/simple-fields.js';
import {
  CTA,
  CTA_COUNTERS,
  CTA_PROTOINFO,
  CTA_PROTOINFO_TCP,
  CTA_SEQADJ,
  CTA_SYNPROXY,
} from '../../../ctnetlink/constants.js';
import type { MessageView, TupleView } from '../../../ctnetlink/view/view.js';
import type { EntryColumn } from '../columns.js';
import type { TemplateMaker } from './template.js';

/** The tables whose entries are flows. */
export const FLOWS: ReadonlySet<TableId> = new Set<TableId>(['conntrack', 'dying', 'unconfirmed']);

/** Adds a field that the message has. */
type Add = (maker: TemplateMaker, view: MessageView, text: (value: number | string) => string) => void;

const address =
  (of: (view: MessageView) => TupleView, end: 'src' | 'dst'): Add =>
  (maker, view) => {
    const tuple = of(view);
    const place = tuple[end] - view.begin;
    if (tuple.addressLength === 4) maker.ipv4(tuple[end]);
    else maker.call((text, each) => text.ipv6(each.bytes, each.begin + place));
  };

const number =
  (attribute: number): Add =>
  (maker, view) =>
    maker.be32(view.at(attribute));

const inner32 =
  (nest: number, attribute: number): Add =>
  (maker, view) =>
    maker.be32(view.inner(nest, attribute, 4));

const inner64 =
  (nest: number, attribute: number): Add =>
  (maker, view) =>
    maker.be64(view.inner(nest, attribute, 8));

const tcp = (view: MessageView, attribute: number): number => view.protocolAt(CTA_PROTOINFO.TCP, attribute, 1);

/** The fields of one direction; call keys are in the place of ports. */
function direction(name: 'orig' | 'reply'): Readonly<Record<string, Add>> {
  const of = (view: MessageView): TupleView => view[name];
  const isOrig = name === 'orig';
  const counters = isOrig ? CTA.COUNTERS_ORIG : CTA.COUNTERS_REPLY;
  const seqadj = isOrig ? CTA.SEQ_ADJ_ORIG : CTA.SEQ_ADJ_REPLY;
  const wscale = isOrig ? CTA_PROTOINFO_TCP.WSCALE_ORIG : CTA_PROTOINFO_TCP.WSCALE_REPLY;
  const flags = isOrig ? CTA_PROTOINFO_TCP.FLAGS_ORIG : CTA_PROTOINFO_TCP.FLAGS_REPLY;
  const sport: Add = (maker, view) => maker.be16(of(view).sportAt);
  const dport: Add = (maker, view) => maker.be16(of(view).dportAt);
  return {
    [`${name}.src`]: address(of, 'src'),
    [`${name}.dst`]: address(of, 'dst'),
    [`${name}.sport`]: sport,
    [`${name}.dport`]: dport,
    [`${name}.srckey`]: sport,
    [`${name}.dstkey`]: dport,
    [`${name}.zone`]: (maker, view) => maker.be16(of(view).zoneAt),
    [`${name}.packets`]: inner64(counters, CTA_COUNTERS.PACKETS),
    [`${name}.bytes`]: inner64(counters, CTA_COUNTERS.BYTES),
    [`tcp.${name}.wscale`]: (maker, view) => maker.byte(tcp(view, wscale)),
    [`tcp.${name}.flags`]: (maker, view, text) => maker.byByte(tcp(view, flags), text),
    [`seqadj.${name}.pos`]: inner32(seqadj, CTA_SEQADJ.POS),
    [`seqadj.${name}.before`]: inner32(seqadj, CTA_SEQADJ.BEFORE),
    [`seqadj.${name}.after`]: inner32(seqadj, CTA_SEQADJ.AFTER),
  };
}

/** Of fields that are a number in the message and digits, or known words, in the text. */
const FIELDS: Readonly<Record<string, Add>> = {
  ...Object.fromEntries(
    Object.entries(SIMPLE_FIELDS).flatMap(([field, { type, isU32 }]) => (isU32 ? [[field, number(type)]] : [])),
  ),
  ...direction('orig'),
  ...direction('reply'),
  status: (maker, view, text) => maker.byBe32(view.at(CTA.STATUS), text),
  timeout: number(CTA.TIMEOUT),
  'synproxy.isn': inner32(CTA.SYNPROXY, CTA_SYNPROXY.ISN),
  'synproxy.its': inner32(CTA.SYNPROXY, CTA_SYNPROXY.ITS),
  'synproxy.tsoff': inner32(CTA.SYNPROXY, CTA_SYNPROXY.TSOFF),
};

/** The same in all messages of a template; of events there are templates for each kind. */
const CONSTANT: ReadonlySet<string> = new Set(['family', 'proto', 'event', 'resync']);

/**
 * Adds a field that the message has: numbers and addresses straight from the message, any other as text.
 * @param text how the format writes a value
 */
export function addField(
  maker: TemplateMaker,
  view: MessageView,
  { name, read }: EntryColumn,
  text: (value: Value) => string,
): void {
  const add = FIELDS[name];
  // Events of the kernel itself, which most are, have templates of their own.
  if (CONSTANT.has(name) || (name === 'portid' && read(view) === 0)) maker.text(text(read(view)));
  else if (add !== undefined) add(maker, view, text);
  else if (name === 'zone' && view.zone < 0) maker.text('0');
  else if (name === 'zone') maker.be16(view.at(CTA.ZONE));
  else if (name === 'state' && view.tcpState >= 0)
    maker.byByte(tcp(view, CTA_PROTOINFO_TCP.STATE), state => text(TCP_STATES[state] ?? String(state)));
  else maker.call((out, each) => out.utf8(text(read(each))));
}
