/** Texts cut or padded to a width in columns of a terminal. */
import { textWidth, widthPrefix } from '../../../lang/diagnostics/text-width.js';

export { textWidth };

/** The text if it takes at most `width` columns, else its beginning and `mark`. */
export function fit(text: string, width: number, mark: string): string {
  if (textWidth(text) <= width) return text;
  const room = width - mark.length;
  return room < 0 ? mark.slice(0, width) : widthPrefix(text, room) + mark;
}

/** The text with spaces up to `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const missing = width - textWidth(text);
  if (missing <= 0) return text;
  return align === 'right' ? ' '.repeat(missing) + text : text + ' '.repeat(missing);
}

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

/** The lines of a paragraph, none of them wider than `width`: a word that is wider is broken. */
export function wrapWithin(text: string, width: number): string[] {
  return wrap(text, width).flatMap(line => {
    const parts: string[] = [];
    let rest = line;
    while (textWidth(rest) > width) {
      const part = widthPrefix(rest, width);
      // A character that is wider than the column: the caller cuts it.
      if (part === '') break;
      parts.push(part);
      rest = rest.slice(part.length);
    }
    return [...parts, rest];
  });
}
