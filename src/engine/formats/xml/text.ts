import { utf8 } from '../reading/text/text-values.js';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** References to characters resolved: `&#65;`, `&#x41;`. */
export const withCharacters = (text: string): string =>
  text.replace(/&#(?:(\d{1,7})|x([0-9a-f]{1,6}));/gi, (_, decimal, hex) => {
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });

/** Text, its entities resolved: those of XML itself. @returns undefined if there are others */
export function plainText(bytes: string): string | undefined {
  if (!bytes.includes('&')) return utf8(bytes);
  let isKnown = true;
  const text = utf8(bytes).replace(/&(?:#\w{1,8}|(\w{1,40}));/g, (whole, name) => {
    if (name === undefined) return withCharacters(whole);
    isKnown &&= Object.hasOwn(ENTITIES, name);
    return ENTITIES[name] ?? whole;
  });
  return isKnown ? text : undefined;
}
