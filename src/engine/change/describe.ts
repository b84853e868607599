import { protocolName } from '../../lang/schema/constants.js';
import { formatAddress } from '../../lang/values/address.js';
import type { Address } from '../../lang/values/value.js';
import { keysOf } from '../ctnetlink/constants.js';
import type { TupleView } from '../ctnetlink/view/tuple-view.js';
import { MessageView } from '../ctnetlink/view/view.js';

/** A tuple, or a view of one, in which a missing field is -1. */
interface TupleFields {
  readonly proto: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly icmpId?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly zone?: number;
}

const isPresent = (n: number | undefined): n is number => n !== undefined && n >= 0;

/** `tcp src=10.0.0.1 dst=192.0.2.1 sport=1025 dport=80 zone=3`. */
export function describeTuple(tuple: TupleFields, src: Address | null, dst: Address | null, zone?: number): string {
  const { proto, sport, dport, icmpId, icmpType, icmpCode } = tuple;
  const words = [isPresent(proto) ? (protocolName(proto) ?? `proto=${proto}`) : 'unknown'];
  const add = (name: string, value: number | undefined): void => {
    if (isPresent(value)) words.push(`${name}=${value}`);
  };
  if (src !== null) words.push(`src=${formatAddress(src)}`);
  if (dst !== null) words.push(`dst=${formatAddress(dst)}`);
  if (keysOf(proto) === 'ports') {
    add('sport', sport);
    add('dport', dport);
  } else {
    add('type', icmpType);
    add('code', icmpCode);
    add('id', icmpId);
  }
  add('zone', isPresent(tuple.zone) ? tuple.zone : zone);
  return words.join(' ');
}

const describeView = (view: TupleView, zone: number): string =>
  describeTuple(view, view.srcAddress(), view.dstAddress(), zone);

/** The entry that a message, or a request, is about. */
export function describeEntry(view: MessageView): string {
  if (view.isExpectation) return describeView(view.tuple, view.zone);
  return describeView(view.orig.present ? view.orig : view.reply, view.zone);
}

/** The entry of a message as text for people, such as `tcp 10.0.0.1:4000 → 192.0.2.1:80`. */
export function describeMessage(message: Uint8Array): string {
  const view = new MessageView();
  view.set(message, 0);
  return describeEntry(view);
}
