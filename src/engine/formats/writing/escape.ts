/** Control characters (C0, DEL, C1), line and paragraph separators, and what turns the direction of writing around. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const code = (character: string): string => {
  const n = character.charCodeAt(0);
  return n < 0x100 ? `\\x${n.toString(16).padStart(2, '0')}` : `\\u${n.toString(16).padStart(4, '0')}`;
};

/** For terminals and messages: no control character is left, so that no text can write escape codes. */
export const printable = (text: string): string => text.replace(CONTROL, code);

const SPECIAL: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

/** For tab-separated values: as `printable`, and `\` itself is escaped, so that it can be read back. */
export const escapeTsv = (text: string): string =>
  text.replace(
    /[\\\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    character => SPECIAL[character] ?? code(character),
  );

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** For XML text and attributes. What XML 1.0 cannot hold at all (most control characters) becomes U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, character => XML[character])
    .replace(
      /[\t\n\r\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      character => `&#${character.charCodeAt(0)};`,
    );

/** A JSON string; also the control characters beyond U+001F are escaped, and what turns the direction of writing around. */
export const jsonString = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
