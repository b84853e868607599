/** Texts cut or padded to a width in columns of a terminal. */
import { textWidth, widthPrefix } from '../../../lang/diagnostics/text-width.js';

export { wrap, wrapWithin } from '../../../lang/diagnostics/wrap.js';
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
