/** Control and format characters (what turns the direction of writing around among them), separators of lines, halves of pairs. */
const CLASSES = '\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}';

const UNPRINTABLE = new RegExp(`[${CLASSES}]`, 'gu');
const HAS_UNPRINTABLE = new RegExp(`[${CLASSES}]`, 'u');

/** Whether a terminal shows every character of a text, and obeys none. */
export const isPrintable = (text: string): boolean => !HAS_UNPRINTABLE.test(text);

/** Replaces every character that a terminal would obey, or would not show. */
export const replaceUnprintable = (text: string, by: (character: string) => string): string =>
  text.replace(UNPRINTABLE, by);

/** The code of a character: `\x1b`, `\u202e`, `\u{e0041}`. */
export function escapeCode(character: string): string {
  const code = character.codePointAt(0)!;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/** Text from outside, for terminals and messages: nothing in it can write escape codes or reorder a line. */
export const printable = (text: string): string => replaceUnprintable(text, escapeCode);
