import { escapeCode, replaceUnprintable } from '../../../lang/diagnostics/printable.js';

const SPECIAL: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** For tab-separated values: as `printable`, and `\` itself is escaped, so that it can be read back. */
export const escapeTsv = (text: string): string =>
  replaceUnprintable(text.replaceAll('\\', '\\\\'), character => SPECIAL[character] ?? escapeCode(character));

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** For XML text and attributes. What XML 1.0 cannot hold at all (most control characters) becomes U+FFFD. */
export const escapeXml = (text: string): string =>
  replaceUnprintable(
    text
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, '\ufffd')
      .replace(/[&<>"']/g, character => XML[character]),
    character => `&#${character.codePointAt(0)};`,
  );

/** A JSON string; also the control characters beyond U+001F are escaped, and what turns the direction of writing around. */
export const jsonString = (text: string): string =>
  replaceUnprintable(JSON.stringify(text), character =>
    [...Array(character.length).keys()]
      .map(at => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
