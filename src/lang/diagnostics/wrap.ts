/** Paragraphs broken into the lines of a terminal. */
import { textWidth, widthPrefix } from './text-width.js';

/** Breaks a paragraph into lines. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

/** Signs after which a long word, such as an address or a list, is broken. */
const JOINTS = /^.*[,:;/]/s;

/** The lines of a paragraph, none of them wider than `width`: a word that is wider is broken, at a joint if there is one. */
export function wrapWithin(text: string, width: number): string[] {
  return wrap(text, width).flatMap(line => {
    const parts: string[] = [];
    let rest = line;
    while (textWidth(rest) > width) {
      const whole = widthPrefix(rest, width);
      // A character that is wider than the column: the caller cuts it.
      if (whole === '') break;
      const joint = JOINTS.exec(whole)?.[0] ?? '';
      const part = joint.length * 2 >= whole.length ? joint : whole;
      parts.push(part);
      rest = rest.slice(part.length);
    }
    return [...parts, rest];
  });
}

/** Columns below which a message is left to the terminal to break. */
const MIN_MESSAGE = 24;

/**
 * A message after a label, its further lines below its beginning.
 * @param lead columns of the label
 * @param width of the terminal; undefined: one line, which other programs can read
 */
export function hang(text: string, lead: number, width: number | undefined): string {
  if (width === undefined || width - lead < MIN_MESSAGE) return text;
  return wrap(text, width - lead).join(`\n${' '.repeat(lead)}`);
}
