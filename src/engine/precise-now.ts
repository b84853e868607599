/** The wall clock less the monotonic one, in ms; taken again when the wall clock was set. */
let origin = performance.timeOrigin;

/** How far (ms) both may be apart: Date.now() cuts off what is less than one. */
const APART = 2;

/** ns since the epoch, exact to the microsecond: Date.now() knows whole milliseconds only. */
export function preciseNow(): bigint {
  const wall = Date.now();
  if (Math.abs(origin + performance.now() - wall) > APART) origin = wall - performance.now();
  return BigInt(Math.floor((origin + performance.now()) * 1000)) * 1000n;
}
