/** Whole flows as JSON by templates: each field that stands at a fixed place of the message is written from its bytes. */
import {
  CTA,
  CTA_COUNTERS,
  CTA_PROTOINFO,
  CTA_PROTOINFO_TCP,
  CTA_SEQADJ,
  CTA_SYNPROXY,
} from '../../engine/wire/constants.js';
import type { MessageView, TupleView } from '../../engine/wire/view.js';
import { TCP_STATES } from '../../lang/names.js';
import type { EntryColumn } from './columns.js';
import { jsonString } from './escape.js';
import { type JsonContext, jsonValue } from './json-value.js';
import type { Member } from './nest.js';
import { type Template, TemplateMaker, Templates } from './template.js';

/** Adds a field that the message has. */
type Add = (maker: TemplateMaker, view: MessageView, text: (value: number) => string) => void;

const address =
  (of: (view: MessageView) => TupleView, end: 'src' | 'dst'): Add =>
  (maker, view) => {
    const tuple = of(view);
    const place = tuple[end] - view.begin;
    maker.text('"');
    if (tuple.addressLength === 4) maker.ipv4(tuple[end]);
    else maker.call((text, each) => text.ipv6(each.bytes, each.begin + place));
    maker.text('"');
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

/** The fields of one direction; call keys stand where others have ports. */
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
  ...direction('orig'),
  ...direction('reply'),
  status: (maker, view, text) => maker.byBe32(view.at(CTA.STATUS), text),
  timeout: number(CTA.TIMEOUT),
  mark: number(CTA.MARK),
  id: number(CTA.ID),
  use: number(CTA.USE),
  secmark: number(CTA.SECMARK),
  'synproxy.isn': inner32(CTA.SYNPROXY, CTA_SYNPROXY.ISN),
  'synproxy.its': inner32(CTA.SYNPROXY, CTA_SYNPROXY.ITS),
  'synproxy.tsoff': inner32(CTA.SYNPROXY, CTA_SYNPROXY.TSOFF),
};

/** The same in all messages of a template; of events there are templates for each kind. */
const CONSTANT: ReadonlySet<string> = new Set(['family', 'proto', 'event', 'resync']);

function addValue(maker: TemplateMaker, view: MessageView, column: EntryColumn, context: JsonContext): void {
  const { name, read } = column;
  const value = read(view);
  if (value === null) return;
  const add = FIELDS[name];
  if (CONSTANT.has(name) || (name === 'portid' && value === 0)) maker.text(jsonValue(value, column, context));
  else if (add !== undefined) add(maker, view, n => jsonValue(n, column, context));
  else if (name === 'zone' && view.zone < 0) maker.text('0');
  else if (name === 'zone') maker.be16(view.at(CTA.ZONE));
  else if (name === 'state' && view.tcpState >= 0)
    maker.byByte(tcp(view, CTA_PROTOINFO_TCP.STATE), state => jsonString(TCP_STATES[state] ?? String(state)));
  else
    maker.call((text, each) => {
      const given = read(each);
      text.utf8(given === null ? 'null' : jsonValue(given, column, context));
    });
}

/** The members that the message has, without braces; whether there are any. */
function addMembers(
  maker: TemplateMaker,
  view: MessageView,
  members: readonly Member[],
  columns: readonly EntryColumn[],
  context: JsonContext,
): void {
  const isThere = (member: Member): boolean =>
    member.members === undefined ? columns[member.index].read(view) !== null : member.members.some(isThere);
  members.filter(isThere).forEach((member, i) => {
    maker.text(`${i === 0 ? '' : ','}${member.key}`);
    if (member.members === undefined) addValue(maker, view, columns[member.index], context);
    else {
      maker.text('{');
      addMembers(maker, view, member.members, columns, context);
      maker.text('}');
    }
  });
}

/** @returns the template of a flow's object, that of its kind */
export function jsonTemplates(
  members: readonly Member[],
  columns: readonly EntryColumn[],
  context: JsonContext,
): Templates {
  return new Templates((view): Template => {
    const maker = new TemplateMaker(view);
    maker.text('{');
    addMembers(maker, view, members, columns, context);
    return maker.text('}').make();
  });
}
