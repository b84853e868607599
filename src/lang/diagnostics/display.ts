/** Control characters, separators of lines, and what turns the direction of writing around; halves of surrogate pairs. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text for a terminal: a tab as two spaces, every other character that would not be seen as its code. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, character => {
    if (character === '\t') return '  ';
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
