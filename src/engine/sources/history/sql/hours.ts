/** Which queries the sums of whole hours answer: those of fields that were kept in them. */
import type { CheckedSelect, Typed } from '../../../../lang/checked/ast.js';
import { walk } from '../../../../lang/checked/walk.js';
import type { Bounds } from './bounds.js';
import type { ConstantOf } from './numbers.js';

const HOUR = 3_600_000;
const HOUR_NS = BigInt(HOUR) * 1_000_000n;
/** What the sums are grouped by. */
const KEPT: ReadonlySet<string> = new Set(['gateway', 'netns', 'event', 'proto', 'orig.src', 'orig.dport', 'family']);

/** Whether a query can be answered by sums of hours, as far as its range, keys and condition go. @param bounds of its range */
export function isOfHours(select: CheckedSelect, bounds: Bounds, constantOf: ConstantOf): boolean {
  const { range, grouping, joins, where } = select;
  if (!grouping || joins.length > 0 || range?.kind !== 'ended') return false;
  if ([bounds.from, bounds.to].some(bound => bound !== undefined && bound % HOUR !== 0)) return false;
  if (where && !usesKept(where)) return false;
  return grouping.keys.every(key => usesKept(key) || isBucketOfHours(key, constantOf));
}

function usesKept(node: Typed): boolean {
  let isKept = true;
  walk(node, each => {
    if (each.kind === 'field' && (each.join !== undefined || !KEPT.has(each.name))) isKept = false;
  });
  return isKept;
}

/** `bucket(stop, 1h)`, or of any number of hours. */
function isBucketOfHours(node: Typed, constantOf: ConstantOf): boolean {
  if (node.kind !== 'call' || node.name !== 'bucket') return false;
  const [time, width] = node.args;
  const length = constantOf(width)?.value;
  if (typeof length !== 'number' && typeof length !== 'bigint') return false;
  return time.kind === 'field' && time.name === 'stop' && BigInt(length) % HOUR_NS === 0n;
}
