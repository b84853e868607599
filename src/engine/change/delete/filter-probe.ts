import { randomInt } from 'node:crypto';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { AF_INET, IPPROTO } from '../../ctnetlink/constants.js';
import type { KernelFilter, TupleFilter } from '../../ctnetlink/requests/kernel-filter.js';
import { dumpFlows } from '../../ctnetlink/requests/requests.js';
import { isRefusedFilter } from '../../errors.js';
import type { Source } from '../../sources/source.js';

/** Results of the probes of each source, by the name of the filter's part. */
const results = new WeakMap<Source, Map<string, Promise<boolean>>>();

/**
 * Whether the kernel of a source honours every part of a filter. A kernel that does not know a part ignores it silently, and
 * would delete too much. The probe is a dump, filtered by a value that no entry has, which must be empty. If an entry does
 * have that value, the filter is not trusted. To be called only when the table has entries that pass the filter: these are
 * what the dump returns if the part is ignored.
 */
export async function isHonoured(source: Source, filter: KernelFilter, signal?: AbortSignal): Promise<boolean> {
  for (const [part, probe] of probesOf(filter)) {
    if (probe === undefined || !(await probeOnce(source, part, probe, signal))) return false;
  }
  return true;
}

async function probeOnce(source: Source, part: string, probe: KernelFilter, signal?: AbortSignal): Promise<boolean> {
  const ofSource = results.get(source) ?? new Map<string, Promise<boolean>>();
  results.set(source, ofSource);
  const known = ofSource.get(part);
  if (known !== undefined) return known;
  const answer = isEmpty(source, probe, signal);
  ofSource.set(part, answer);
  try {
    return await answer;
  } catch (error) {
    ofSource.delete(part);
    throw error;
  }
}

async function isEmpty(source: Source, filter: KernelFilter, signal?: AbortSignal): Promise<boolean> {
  try {
    for await (const { bytes } of source.dump(dumpFlows(filter), signal)) if (bytes.length > 0) return false;
  } catch (error) {
    if (isRefusedFilter(error)) return false;
    throw error;
  }
  return true;
}

const UNSPECIFIED = 0;
const BROADCAST = 0xffffffff;
const NO_CODE = 255;
/**
 * Types of ICMP and ICMPv6 that the kernel accepts (it refuses those that it does not track), and that hardly any entry has in
 * that direction: replies in the original direction, requests in the reply direction.
 */
const UNUSED_TYPES = {
  orig: [16, 140],
  reply: [15, 139],
} as const;
/** Any mark may be in use: a random one hardly is. */
const UNUSED_MARK = randomInt(0x1000_0000, 0xffff_ffff);

/**
 * A filter for each part, with a value that no entry has; undefined if there is no such value. The family needs no probe:
 * every kernel that supports the other parts honours it.
 */
function* probesOf(filter: KernelFilter): Generator<readonly [part: string, probe: KernelFilter | undefined]> {
  const { family, mark, status, zone, orig, reply } = filter;
  if (mark) yield ['mark', { mark: { value: UNUSED_MARK, mask: 0xffffffff } }];
  // Every entry of the table is CONFIRMED.
  if (status) yield ['status', { status: { value: 0, mask: STATUS_FLAGS.CONFIRMED } }];
  if (zone !== undefined) yield ['zone', undefined];
  for (const [direction, tuple] of [['orig', orig] as const, ['reply', reply] as const]) {
    for (const [key, probe] of tupleProbes(direction, tuple ?? {}, family)) {
      yield [`${family} ${direction} ${key}`, probe && { family, [direction]: probe }];
    }
  }
}

function* tupleProbes(
  direction: 'orig' | 'reply',
  tuple: TupleFilter,
  family?: number,
): Generator<readonly [part: string, probe: TupleFilter | undefined]> {
  const { src, dst, proto, sport, dport, icmpId, icmpType, icmpCode } = tuple;
  if (src !== undefined) yield ['src', family === AF_INET ? { src: BROADCAST } : undefined];
  if (dst !== undefined) yield ['dst', family === AF_INET ? { dst: UNSPECIFIED } : undefined];
  // 255 is reserved (IANA).
  if (proto !== undefined) yield ['proto', { proto: 255 }];
  if (sport !== undefined) yield [`${proto} sport`, { proto, sport: 0 }];
  if (dport !== undefined) yield [`${proto} dport`, { proto, dport: 0 }];
  if (icmpType !== undefined)
    yield [`${proto} icmp_type`, { proto, icmpType: UNUSED_TYPES[direction][Number(proto === IPPROTO.ICMPV6)] }];
  if (icmpCode !== undefined) yield [`${proto} icmp_code`, { proto, icmpCode: NO_CODE }];
  // Any id may be in use.
  if (icmpId !== undefined) yield ['icmp_id', undefined];
}
