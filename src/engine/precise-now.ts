/**
 * The wall clock less the monotonic one, in ms: the largest that was seen. Date.now() cuts off what is less than one millisecond, so that each
 * call comes closer to the true difference, and none exceeds it. (`performance.timeOrigin` is exact, but takes longer to load than to compile
 * a statement.)
 */
let origin = Number.NEGATIVE_INFINITY;

/** Difference (ms) of both clocks above which the wall clock must have been set. */
const APART = 2;

/** ns since the epoch: to the millisecond at first, and with some calls to the microsecond. */
export function preciseNow(): bigint {
  const wall = Date.now();
  const monotonic = performance.now();
  const difference = wall - monotonic;
  if (difference > origin || origin - difference > APART) origin = difference;
  return BigInt(Math.floor((origin + monotonic) * 1000)) * 1000n;
}
