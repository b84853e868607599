import { InvalidData } from '../../conversion/plain.js';
import { finite, type Integer } from '../../values/value.js';
import { listOf } from './state.js';

/** Numbers that a sum of finite numbers can need: 2098 bits of 53 each, and room. */
const MAX_PARTS = 64;

/**
 * A sum of decimals, rounded once, so that it does not depend on the order of the numbers: kept as numbers that do not overlap
 * (Shewchuk, Adaptive Precision Floating-Point Arithmetic, 1997).
 */
export class ExactSum {
  /** By increasing magnitude; their sum is exact. */
  #parts: number[] = [];

  add(value: Integer): void {
    let x = Number(value);
    let kept = 0;
    const parts = this.#parts;
    for (let part of parts) {
      if (Math.abs(x) < Math.abs(part)) [x, part] = [part, x];
      const high = x + part;
      const low = part - (high - x);
      if (low !== 0) parts[kept++] = low;
      x = high;
    }
    parts.length = kept;
    if (x !== 0) parts.push(x);
  }

  get parts(): readonly number[] {
    return this.#parts;
  }

  /** @throws InvalidData */
  merge(parts: unknown): void {
    const all = listOf(parts);
    if (all.length > MAX_PARTS) throw new InvalidData('invalid sum');
    for (const part of all) {
      if (typeof part !== 'number') throw new InvalidData('invalid sum');
      this.add(part);
    }
  }

  /** The nearest number; null if it is not finite. */
  get value(): number | null {
    const parts = this.#parts;
    let at = parts.length - 1;
    if (at < 0) return 0;
    let high = parts[at];
    let low = 0;
    while (at > 0 && low === 0) {
      const x = high;
      const y = parts[--at];
      high = x + y;
      low = y - (high - x);
    }
    // Half-way cases are decided by the sign of what follows.
    if (at > 0 && ((low < 0 && parts[at - 1] < 0) || (low > 0 && parts[at - 1] > 0))) {
      const twice = low * 2;
      const next = high + twice;
      if (twice === next - high) high = next;
    }
    return finite(high);
  }
}
