/**
 * Decimal digits, four bytes at a time. The length of a number can hardly be predicted, so a loop over its digits costs a
 * processor more than the few operations that are made here of any length.
 */
const DIGITS = 0x30303030;

/** How many digits the four bytes begin with that were read last. */
let count = 0;

export const digitCount = (): number => count;

/** The number that four bytes begin with, up to what is no digit. @param word of the bytes, the first one lowest */
export function leadingNumber(word: number): number {
  const digits = word ^ DIGITS;
  // The highest bit of each byte that is no digit: of others 0x76 makes at most 0x7f.
  const others = (((digits & 0x7f7f7f7f) + 0x76767676) | digits) & 0x80808080;
  count = others === 0 ? 4 : (31 - Math.clz32(others & -others)) >> 3;
  if (count === 0) return 0;
  // The last digit in the highest byte; then pairs of digits, and the pair of pairs.
  const aligned = digits << (32 - 8 * count);
  const pairs = (Math.imul(aligned, 10) + (aligned >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}
