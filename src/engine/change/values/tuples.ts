import { protocolName } from '../../../lang/schema/constants.js';
import type { Address } from '../../../lang/values/value.js';
import { IPPROTO, keysOf } from '../../ctnetlink/constants.js';
import { invertTuple, type Tuple } from '../../ctnetlink/tuple.js';
import { invalidChange } from './invalid-change.js';
import type { SetValues } from './set-values.js';

/** Parts of a tuple, as far as they are known. */
export type Parts = { -readonly [K in keyof Tuple]?: Tuple[K] };

type Prefix = 'orig.' | 'reply.' | 'master.' | '';

const FIELDS = {
  src: 'src',
  dst: 'dst',
  sport: 'sport',
  dport: 'dport',
  icmpType: 'icmp_type',
  icmpCode: 'icmp_code',
  icmpId: 'icmp_id',
  zone: 'zone',
} as const;

/** Call keys of GRE stand where others have ports. */
const GRE_FIELDS = { sport: 'srckey', dport: 'dstkey' } as const;

/** What `set` says of the tuple whose fields begin with the prefix. */
export function assignedParts(assigned: SetValues, prefix: Prefix, proto: number | undefined): Parts {
  const parts: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(FIELDS)) {
    // Expectations, and masters, have no zone in their tuples.
    if (key === 'zone' && prefix !== 'orig.' && prefix !== 'reply.') continue;
    const value = assigned.get(`${prefix}${name}` as 'orig.src')?.value;
    if (value !== undefined) parts[key] = value;
  }
  for (const [key, name] of Object.entries(GRE_FIELDS)) {
    const value = assigned.get(`${prefix}${name}` as 'orig.srckey')?.value;
    if (value === undefined) continue;
    if (proto !== IPPROTO.GRE) throw invalidChange(`${prefix}${name} is of GRE, and this is ${named(proto)}`);
    parts[key] = value;
  }
  return parts as Parts;
}

export const named = (proto: number | undefined): string =>
  proto === undefined ? 'a flow without a protocol' : (protocolName(proto) ?? `protocol ${proto}`);

const ICMP = { type: 'icmp_type', code: 'icmp_code', id: 'icmp_id' } as const;

/**
 * A whole tuple of its parts.
 * @throws CtqError that names what is missing, or does not go together
 */
export function wholeTuple(parts: Parts, prefix: Prefix): Tuple {
  const { src, dst, proto } = parts;
  const lacks = (field: string): never => {
    throw invalidChange(`${prefix === 'orig.' ? '' : prefix}${field} is missing: ${named(proto)} entries need it`);
  };
  if (proto === undefined)
    throw invalidChange(`${prefix === 'master.' ? 'master.' : ''}proto is missing`, 'proto = tcp');
  if (src === undefined) return lacks('src');
  if (dst === undefined) return lacks('dst');
  if (typeof src !== typeof dst) throw invalidChange(`${prefix}src and ${prefix}dst are of different families`);
  checkFamily(proto, src);
  const base: Parts = { src, dst, proto, ...(parts.zone === undefined ? {} : { zone: parts.zone }) };
  const keys = keysOf(proto);
  if (keys !== 'ports' && (parts.sport !== undefined || parts.dport !== undefined))
    throw invalidChange(
      `${named(proto)} has no ports`,
      keys === 'none' ? undefined : `it has ${ICMP.type}, ${ICMP.code}, ${ICMP.id}`,
    );
  const hasIcmp = parts.icmpType !== undefined || parts.icmpCode !== undefined || parts.icmpId !== undefined;
  if ((keys === 'ports' || keys === 'none') && hasIcmp)
    throw invalidChange(`${named(proto)} has no ICMP type, code or id`);
  switch (keys) {
    case 'ports': {
      const isGre = proto === IPPROTO.GRE;
      const sport = parts.sport ?? (isGre ? 0 : lacks('sport'));
      const dport = parts.dport ?? (isGre ? 0 : lacks('dport'));
      return { ...base, sport, dport } as Tuple;
    }
    case 'icmp':
    case 'icmpv6': {
      const icmpType = parts.icmpType ?? lacks(ICMP.type);
      const icmpId = parts.icmpId ?? lacks(ICMP.id);
      return { ...base, icmpType, icmpCode: parts.icmpCode ?? 0, icmpId } as Tuple;
    }
    case 'none':
      return base as Tuple;
  }
}

function checkFamily(proto: number, src: Address): void {
  if (proto === IPPROTO.ICMP && typeof src !== 'number') throw invalidChange('icmp is of IPv4: of IPv6 it is icmpv6');
  if (proto === IPPROTO.ICMPV6 && typeof src === 'number') throw invalidChange('icmpv6 is of IPv6: of IPv4 it is icmp');
}

/** The other direction's parts, were nothing translated. */
function inverseParts(parts: Parts): Parts {
  const { src, dst, proto, sport, dport, icmpType, icmpCode, icmpId } = parts;
  const inverse: Parts = { src: dst, dst: src, proto, sport: dport, dport: sport, icmpCode, icmpId };
  if (icmpType !== undefined && proto !== undefined) {
    const other = invertTuple({ src: 0, dst: 0, proto, icmpType, icmpCode: 0, icmpId: 0 });
    if (other === undefined)
      throw invalidChange(`${named(proto)} of type ${icmpType} has no answer: the kernel tracks no such flow`);
    inverse.icmpType = other.icmpType;
  }
  return inverse;
}

const present = (parts: Parts): Parts =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Parts;

/**
 * Both tuples of a flow, each filled up from the inverse of the other.
 * @param orig what is known of the original direction
 * @param reply what is said of the reply direction itself
 */
export function bothTuples(orig: Parts, reply: Parts): { orig: Tuple; reply: Tuple } {
  const wholeOrig = wholeTuple(
    { ...present(inverseParts({ ...reply, proto: orig.proto })), ...present(orig) },
    'orig.',
  );
  const wholeReply = wholeTuple({ ...present(inverseParts(wholeOrig)), ...present(reply) }, 'reply.');
  return { orig: wholeOrig, reply: wholeReply };
}
