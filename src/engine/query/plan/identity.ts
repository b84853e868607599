import type { Value } from '../../../lang/values/value.js';
import { AF_INET, keysOf } from '../../ctnetlink/constants.js';
import type { TupleView } from '../../ctnetlink/view/view.js';
import type { Constraints } from './pushdown.js';

/** Identifies one flow to the kernel: a complete tuple of one direction, and the zone. */
export interface FlowKey {
  readonly direction: 'orig' | 'reply';
  readonly family: number;
  readonly src: Value;
  readonly dst: Value;
  readonly proto: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
  readonly zone: number;
}

/**
 * The key of the flow that a condition identifies by a complete tuple; undefined if it does not.
 * @param zone used if the condition has none: without a zone a tuple may identify several flows
 */
export function flowKeyOf(constraints: Constraints, zone: number | undefined): FlowKey | undefined {
  const { family, proto } = constraints;
  const inZone = constraints.zone ?? zone;
  if (family === undefined || proto === undefined || inZone === undefined || constraints.impossible) return undefined;
  for (const direction of ['orig', 'reply'] as const) {
    const { src, dst, sport, dport, icmp_type, icmp_code, icmp_id } = constraints[direction];
    if (src === undefined || dst === undefined) continue;
    const base = { direction, family, src, dst, proto, zone: inZone };
    switch (keysOf(proto)) {
      case 'ports':
        if (sport !== undefined && dport !== undefined)
          return { ...base, sport: sport as number, dport: dport as number };
        break;
      case 'icmp':
      case 'icmpv6':
        if (icmp_type !== undefined && icmp_code !== undefined && icmp_id !== undefined) {
          return { ...base, icmpType: icmp_type as number, icmpCode: icmp_code as number, icmpId: icmp_id as number };
        }
        break;
      case 'none':
        return base;
    }
  }
  return undefined;
}

/** Memory of the longest key: two bytes of flags, protocol, zone, two addresses, and six numbers. */
const key = Buffer.alloc(64);

/**
 * A key of tuple and zone (none: -1, which is zone 0): equal for the same flow only. Its characters are bytes, of which V8 keeps one each: a million keys in words
 * would take ten times the memory.
 */
export function identity(tuple: TupleView, family: number, zone: number): string {
  const { bytes, addressLength, sport, icmpType, icmpId } = tuple;
  let present = 0;
  let length = 2;
  const put = (value: number): void => {
    key[length++] = value;
    key[length++] = value >> 8;
  };
  put(tuple.proto);
  put(Math.max(zone, 0));
  for (const at of [tuple.src, tuple.dst]) {
    present <<= 1;
    if (at < 0) continue;
    present |= 1;
    for (let i = 0; i < addressLength; i++) key[length++] = bytes[at + i];
  }
  const numbers = [sport, tuple.dport, icmpType, tuple.icmpCode, icmpId, tuple.zone];
  for (const value of numbers) {
    present <<= 1;
    if (value < 0) continue;
    present |= 1;
    put(value);
  }
  key[0] = present;
  key[1] = family === AF_INET ? addressLength : addressLength | 128;
  return key.toString('latin1', 0, length);
}
