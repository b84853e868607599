import { SETTABLE_STATUS } from '../../../engine/ctnetlink/flow.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { CommandLine } from '../command-line.js';
import { saysReply } from '../insertion.js';
import type { Meant } from '../known-options.js';
import { statusOf } from '../lists.js';
import { type ProtocolOption, protocolOf, stateNumber } from '../protocols.js';
import type { Field, Write } from './field.js';
import * as field from './field.js';
import type { NatPlaces, Places } from './places.js';

/** What must be the same in each line of a form, since more than one value follows from it. */
export type Literal = 'literal';

/** The field that an option's argument is; undefined for one whose lines have no form. */
export function optionField(met: Meant, line: CommandLine, places: Places): Field | Literal | undefined {
  const write = met.kind === 'protocol' ? keyWriter(met.option, line, places) : optionWriter(met, line, places);
  return typeof write === 'function' ? field.word(write) : write;
}

type Choice = Write | Literal | undefined;

function optionWriter(met: Exclude<Meant, { kind: 'protocol' }>, line: CommandLine, places: Places): Choice {
  if (met.kind === 'command') return undefined;
  const { orig, reply } = places;
  const hasReply = saysReply(line);
  const address = (own: number, other: number): Choice => at(hasReply ? [own] : [own, other], addressWriter(line));
  switch (met.name) {
    case 'timeout':
      return at([places.timeout], field.u32);
    case 'status':
      return at([places.status], to => field.words32(to, statusBits));
    case 'mark':
      return at([places.mark], field.mark);
    case 'zone':
      return at([places.zone], field.zone);
    case 'orig-zone':
      return at([orig.zone], field.zone);
    case 'reply-zone':
      return at([reply.zone], field.zone);
    case 'src':
      return address(orig.src, reply.dst);
    case 'dst':
      return address(orig.dst, reply.src);
    case 'reply-src':
      return at([reply.src], addressWriter(line));
    case 'reply-dst':
      return at([reply.dst], addressWriter(line));
    case 'src-nat':
      return translation(places.snat, line.snat?.port, line);
    case 'dst-nat':
      return translation(places.dnat, line.dnat?.port, line);
    case 'protonum':
    case 'label-add':
      return 'literal';
    default:
      return undefined;
  }
}

function keyWriter(option: ProtocolOption, line: CommandLine, places: Places): Choice {
  const { orig, reply } = places;
  const port = line.proto?.name === 'gre' ? field.key : field.u16;
  const ends = (own: number, other: number): Choice => at(saysReply(line) ? [own] : [own, other], port);
  switch (option) {
    case 'orig-src':
      return ends(orig.sport, reply.dport);
    case 'orig-dst':
      return ends(orig.dport, reply.sport);
    case 'reply-src':
      return at([reply.sport], port);
    case 'reply-dst':
      return at([reply.dport], port);
    case 'code':
      return at([orig.icmpCode, reply.icmpCode], field.u8);
    case 'icmp-id':
      return at([orig.icmpId, reply.icmpId], field.u16);
    case 'state':
      return at([places.state], to => field.words8(to, word => stateValue(line, word)));
    case 'orig-vtag':
      return at([places.origVtag], field.tag);
    case 'reply-vtag':
      return at([places.replyVtag], field.tag);
    // From the type follows that of the reply.
    case 'type':
    case 'role':
      return 'literal';
    default:
      return undefined;
  }
}

/** Undefined where the message has no such place. */
const at = (places: field.Places, writer: (places: field.Places) => Write): Write | undefined =>
  places.some(place => place < 0) ? undefined : writer(places);

const addressWriter = ({ src }: CommandLine): ((places: field.Places) => Write) =>
  typeof src === 'number' ? field.address4 : field.address6;

function translation({ address, port }: NatPlaces, given: number | undefined, line: CommandLine): Write | undefined {
  const write = at([address], addressWriter(line));
  if (given === undefined || write === undefined) return write;
  return at([port], to => field.endpoint(write, typeof line.src !== 'number', to));
}

const RESTORABLE = SETTABLE_STATUS & ~STATUS_FLAGS.HELPER;

function statusBits(word: string): number {
  if (!/^[A-Z_]+(?:,[A-Z_]+)*$/.test(word)) return -1;
  let odd = false;
  try {
    const { set, absent } = statusOf(word, () => {
      odd = true;
    });
    const bits = set.reduce((sum, name) => sum | STATUS_FLAGS[name], 0);
    return odd || absent.length > 0 || (bits & ~RESTORABLE) !== 0 ? -1 : bits | STATUS_FLAGS.CONFIRMED;
  } catch {
    return -1;
  }
}

function stateValue({ proto }: CommandLine, word: string): number {
  const protocol = protocolOf(proto?.number ?? -1);
  if (protocol === undefined) return -1;
  try {
    return stateNumber(protocol, word);
  } catch {
    return -1;
  }
}
