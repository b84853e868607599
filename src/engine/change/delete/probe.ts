import { randomInt } from 'node:crypto';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { AF_INET, IPPROTO } from '../../ctnetlink/constants.js';
import type { KernelFilter, TupleFilter } from '../../ctnetlink/requests/kernel-filter.js';
import { dumpFlows } from '../../ctnetlink/requests/requests.js';
import { isRefusedFilter } from '../../errors.js';
import type { Source } from '../../sources/source.js';

/** What is known of each place, for as long as it is open: by the name of the part, whether the kernel honours it. */
const seen = new WeakMap<Source, Map<string, Promise<boolean>>>();

/**
 * Whether the kernel behind a source honours every part of a filter. A kernel that does not know a part ignores it without
 * a word, and deletes too much. Tried in a harmless way: a dump with values that no entry has must give nothing. An entry
 * that has such a value all the same makes a filter untrusted, never trusted. Only asked about a table that has entries which the
 * filter lets pass, so that a part that is ignored shows: those entries would come.
 */
export async function honours(source: Source, filter: KernelFilter, signal?: AbortSignal): Promise<boolean> {
  for (const [part, probe] of probesOf(filter)) {
    if (probe === undefined || !(await once(source, part, probe, signal))) return false;
  }
  return true;
}

async function once(source: Source, part: string, probe: KernelFilter, signal?: AbortSignal): Promise<boolean> {
  const known = seen.get(source) ?? new Map<string, Promise<boolean>>();
  seen.set(source, known);
  const before = known.get(part);
  if (before !== undefined) return before;
  const answer = isEmpty(source, probe, signal);
  known.set(part, answer);
  try {
    return await answer;
  } catch (error) {
    known.delete(part);
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

const NOWHERE = 0;
const BROADCAST = 0xffffffff;
const NO_CODE = 255;
/**
 * Types of ICMP and ICMPv6 that the kernel takes (it refuses those that it does not track), and that hardly any entry has in a
 * direction: those of answers in the original one, of questions in the reply.
 */
const UNUSED_TYPES = {
  orig: [16, 140],
  reply: [15, 139],
} as const;
/** Marks are anybody's: one that hardly anybody has. */
const UNUSED_MARK = randomInt(0x1000_0000, 0xffff_ffff);

/**
 * A filter for each part, with a value of it that no entry has; undefined for a part of which there is none. The families
 * themselves are older than any kernel that compares the rest.
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
  if (dst !== undefined) yield ['dst', family === AF_INET ? { dst: NOWHERE } : undefined];
  // 255 is reserved, no packet has it.
  if (proto !== undefined) yield ['proto', { proto: 255 }];
  if (sport !== undefined) yield [`${proto} sport`, { proto, sport: 0 }];
  if (dport !== undefined) yield [`${proto} dport`, { proto, dport: 0 }];
  if (icmpType !== undefined)
    yield [`${proto} icmp_type`, { proto, icmpType: UNUSED_TYPES[direction][Number(proto === IPPROTO.ICMPV6)] }];
  if (icmpCode !== undefined) yield [`${proto} icmp_code`, { proto, icmpCode: NO_CODE }];
  // Any id may be in use.
  if (icmpId !== undefined) yield ['icmp_id', undefined];
}
