import { namesOfFlags, protocolName } from '../../../lang/schema/flags.js';
import { formatAddress } from '../../../lang/values/address.js';
import type { Address } from '../../../lang/values/value.js';
import { PART_NAMES } from '../../ctnetlink/codec/tuple.js';
import { AF_INET } from '../../ctnetlink/constants.js';
import type { KernelFilter, TupleFilter } from '../../ctnetlink/requests/kernel-filter.js';
import type { FlowKey } from './identity.js';

const FIELD_NAMES = { proto: 'proto', ...PART_NAMES } as const satisfies Record<keyof TupleFilter, string>;

const hex = (n: number): string => `0x${n.toString(16)}`;

function tupleText(direction: string, tuple: TupleFilter): string[] {
  return (Object.keys(FIELD_NAMES) as (keyof TupleFilter)[])
    .filter(key => tuple[key] !== undefined)
    .map(key => {
      const value = tuple[key] as Address;
      if (key === 'proto') return `proto = ${protocolName(value as number) ?? value}`;
      const shown = key === 'src' || key === 'dst' ? formatAddress(value) : String(value);
      return `${direction}.${FIELD_NAMES[key]} = ${shown}`;
    });
}

/** A kernel filter as a condition of the language; '' for an empty one. */
export function filterText(filter: KernelFilter): string {
  const { family, mark, status, zone, orig, reply } = filter;
  const parts: string[] = [];
  if (family !== undefined) parts.push(`family = ${family === AF_INET ? 'ipv4' : 'ipv6'}`);
  if (orig) parts.push(...tupleText('orig', orig));
  if (reply) parts.push(...tupleText('reply', reply));
  if (mark)
    parts.push(mark.mask === 0xffffffff ? `mark = ${mark.value}` : `mark & ${hex(mark.mask)} = ${hex(mark.value)}`);
  if (status) {
    const set = namesOfFlags('status', status.value & status.mask);
    const clear = namesOfFlags('status', (status.mask & ~status.value) >>> 0);
    if (set.length > 0) parts.push(`status has (${set.join(', ')})`);
    if (clear.length > 0) parts.push(`status has none of (${clear.join(', ')})`);
  }
  if (zone !== undefined) parts.push(`zone = ${zone}`);
  return parts.join(' and ');
}

/** The key of a get as text for `explain`. */
export function keyText(key: FlowKey): string {
  const { direction, family, zone, src, dst, ...rest } = key;
  return `${filterText({ family, [direction]: { ...rest, src, dst } as TupleFilter })} and zone = ${zone}`;
}
