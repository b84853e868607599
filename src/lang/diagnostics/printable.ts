/** Control and format characters (including bidirectional controls), line separators, unpaired surrogates. */
const CLASSES = '\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}';

/** Most texts are of these only. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Made when the first other text comes: reading the classes takes almost a millisecond. */
let unprintable: RegExp | undefined;
const pattern = (): RegExp => (unprintable ??= new RegExp(`[${CLASSES}]`, 'gu'));

/** Whether a text has no control or invisible characters. */
export const isPrintable = (text: string): boolean => PLAIN.test(text) || text.search(pattern()) < 0;

/** Replaces control and invisible characters. */
export const replaceUnprintable = (text: string, by: (character: string) => string): string =>
  PLAIN.test(text) ? text : text.replace(pattern(), by);

/** The code of a character: `\x1b`, `\u202e`, `\u{e0041}`. */
export function escapeCode(character: string): string {
  const code = character.codePointAt(0)!;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/** Escapes untrusted text for terminals and messages: no escape codes, no reordered lines. */
export const printable = (text: string): string => replaceUnprintable(text, escapeCode);
