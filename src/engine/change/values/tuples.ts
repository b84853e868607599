import { protocolName } from '../../../lang/schema/constants.js';
import type { Address } from '../../../lang/values/value.js';
import { invertTuple, PART_NAMES, type Tuple } from '../../ctnetlink/codec/tuple.js';
import { IPPROTO, keysOf } from '../../ctnetlink/constants.js';
import { invalidChange } from '../errors.js';
import type { SetValues } from './set-values.js';

/** A tuple of which parts may be missing. */
export type PartialTuple = { -readonly [K in keyof Tuple]?: Tuple[K] };

type Prefix = 'orig.' | 'reply.' | 'master.' | '';

const FIELDS = { ...PART_NAMES, zone: 'zone' } as const;

/** GRE has call keys in place of ports. */
const GRE_KEYS = { sport: 'srckey', dport: 'dstkey' } as const;

/** The parts that `set` assigns of the tuple whose fields begin with the prefix. */
export function assignedTuple(assigned: SetValues, prefix: Prefix, proto: number | undefined): PartialTuple {
  const parts: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(FIELDS)) {
    // The tuples of expectations and masters have no zone.
    if (key === 'zone' && prefix !== 'orig.' && prefix !== 'reply.') continue;
    const value = assigned.get(`${prefix}${name}` as 'orig.src')?.value;
    if (value !== undefined) parts[key] = value;
  }
  for (const [key, name] of Object.entries(GRE_KEYS)) {
    const value = assigned.get(`${prefix}${name}` as 'orig.srckey')?.value;
    if (value === undefined) continue;
    if (proto !== IPPROTO.GRE)
      throw invalidChange(`${prefix}${name} is a field of GRE, but this is ${protocolText(proto)}`);
    parts[key] = value;
  }
  return parts as PartialTuple;
}

export const protocolText = (proto: number | undefined): string =>
  proto === undefined ? 'a flow without a protocol' : (protocolName(proto) ?? `protocol ${proto}`);

const ICMP = { type: 'icmp_type', code: 'icmp_code', id: 'icmp_id' } as const;

/**
 * Validates a tuple, and fills in defaults.
 * @throws CtqError that names a part that is missing, or parts that contradict each other
 */
export function completeTuple(parts: PartialTuple, prefix: Prefix): Tuple {
  const { src, dst, proto } = parts;
  const missing = (...fields: readonly string[]): never => {
    const names = fields.map(field => (prefix === 'orig.' ? field : `${prefix}${field}`));
    const which = names.length === 1 ? `${names[0]} is` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are`;
    throw invalidChange(`${which} missing: ${protocolText(proto)} requires ${names.length === 1 ? 'it' : 'them'}`);
  };
  if (proto === undefined)
    throw invalidChange(`${prefix === 'master.' ? 'master.' : ''}proto is missing`, 'proto = tcp');
  const keys = keysOf(proto);
  const hasPorts = keys === 'ports' && proto !== IPPROTO.GRE;
  const absent = (['src', 'dst', ...(hasPorts ? (['sport', 'dport'] as const) : [])] as const).filter(
    part => parts[part] === undefined,
  );
  if (src === undefined || dst === undefined || absent.length > 0) return missing(...absent);
  if (typeof src !== typeof dst) throw invalidChange(`${prefix}src and ${prefix}dst are of different families`);
  checkFamily(proto, src);
  const base: PartialTuple = { src, dst, proto, zone: parts.zone };
  if (keys !== 'ports' && (parts.sport !== undefined || parts.dport !== undefined))
    throw invalidChange(
      `${protocolText(proto)} has no ports`,
      keys === 'none' ? undefined : `use ${ICMP.type}, ${ICMP.code}, ${ICMP.id}`,
    );
  const hasIcmp = parts.icmpType !== undefined || parts.icmpCode !== undefined || parts.icmpId !== undefined;
  if ((keys === 'ports' || keys === 'none') && hasIcmp)
    throw invalidChange(`${protocolText(proto)} has no ICMP type, code or id`);
  switch (keys) {
    case 'ports': {
      // Those of GRE are its keys.
      const { sport = 0, dport = 0 } = parts;
      return { ...base, sport, dport } as Tuple;
    }
    case 'icmp':
    case 'icmpv6': {
      const icmpType = parts.icmpType ?? missing(ICMP.type);
      const icmpId = parts.icmpId ?? missing(ICMP.id);
      return { ...base, icmpType, icmpCode: parts.icmpCode ?? 0, icmpId } as Tuple;
    }
    case 'none':
      return base as Tuple;
  }
}

function checkFamily(proto: number, src: Address): void {
  if (proto === IPPROTO.ICMP && typeof src !== 'number')
    throw invalidChange('icmp requires IPv4 addresses: use icmpv6');
  if (proto === IPPROTO.ICMPV6 && typeof src === 'number')
    throw invalidChange('icmpv6 requires IPv6 addresses: use icmp');
}

/** The tuple of the other direction, without NAT. */
function invertPartial(parts: PartialTuple): PartialTuple {
  const { src, dst, proto, sport, dport, icmpType, icmpCode, icmpId } = parts;
  const inverse: PartialTuple = { src: dst, dst: src, proto, sport: dport, dport: sport, icmpCode, icmpId };
  if (icmpType !== undefined && proto !== undefined) {
    const other = invertTuple({ src: 0, dst: 0, proto, icmpType, icmpCode: 0, icmpId: 0 });
    if (other === undefined)
      throw invalidChange(`${protocolText(proto)} type ${icmpType} has no reply type: the kernel does not track it`);
    inverse.icmpType = other.icmpType;
  }
  return inverse;
}

const withoutUndefined = (parts: PartialTuple): PartialTuple =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as PartialTuple;

/** Both tuples of a flow, each completed from the inverse of the other. @throws CtqError as `completeTuple` */
export function completeTuples(orig: PartialTuple, reply: PartialTuple): { orig: Tuple; reply: Tuple } {
  const wholeOrig = completeTuple(
    { ...withoutUndefined(invertPartial({ ...reply, proto: orig.proto })), ...withoutUndefined(orig) },
    'orig.',
  );
  const wholeReply = completeTuple(
    { ...withoutUndefined(invertPartial(wholeOrig)), ...withoutUndefined(reply) },
    'reply.',
  );
  return { orig: wholeOrig, reply: wholeReply };
}
