/** Decimal digits, four at a time: the bytes of a text as a word in little-endian order, in which each digit was made its number. */

/** What makes a word of bytes one of numbers, by exclusive or. */
export const ZEROS = 0x30303030;
/** Added to a byte, the highest bit is set if it is more than nine. */
const MORE_THAN_NINE = 0x76767676;
const HIGHEST = 0x80808080;

/** How many bits of a word are digits from its first byte on: 0, 8, 16, 24 or 32. */
export function digitBits(word: number): number {
  const others = (word | (word + MORE_THAN_NINE)) & HIGHEST;
  return others === 0 ? 32 : 24 - Math.clz32(others & (0 - others));
}

/** The number of the first digits of a word. @param bits 8 to 32 */
export function numberOf(word: number, bits: number): number {
  const digits = word << (32 - bits);
  const pairs = Math.imul(digits, 10) + (digits >>> 8);
  return (pairs & 0xff) * 100 + ((pairs >>> 16) & 0xff);
}

/** Powers of ten. */
export const POWERS = new Int32Array([1, 10, 100, 1000, 10_000]);
