import { widthPrefix } from '../../../lang/diagnostics/text-width.js';
import { textWidth } from '../../display/text/width.js';
import type { Piece } from '../../interactive/line/frame.js';
import { type Line, widthOf } from '../table/table.js';

/**
 * Breaks a line that is too long, at spaces; a word that is wider than the screen, anywhere.
 * @param indent of the lines that follow
 */
export function wrapLine(line: Line, width: number, indent: number): readonly Line[] {
  const margin = Math.max(0, Math.min(indent, width - 20));
  const lines: Line[] = [];
  let current: Piece[] = [];
  let used = 0;
  const broken = (): void => {
    lines.push(current);
    current = [{ text: ' '.repeat(margin), codes: '' }];
    used = margin;
  };
  const add = (piece: Piece): void => {
    current.push(piece);
    used += textWidth(piece.text);
  };
  for (const word of wordsOf(line)) {
    const needed = widthOf(word);
    const isSpace = word[0].text.startsWith(' ');
    const isStart = lines.length > 0 && current.length === 1;
    if (used + needed <= width) {
      // Spaces at a break are not shown.
      if (!(isSpace && isStart)) for (const piece of word) add(piece);
      continue;
    }
    if (isSpace) {
      broken();
      continue;
    }
    if (needed <= width - margin && !isStart) broken();
    for (const piece of word) {
      let rest = piece.text;
      while (used + textWidth(rest) > width) {
        const part = widthPrefix(rest, width - used);
        if (part === '' && used === margin) break;
        add({ text: part, codes: piece.codes });
        rest = rest.slice(part.length);
        broken();
      }
      add({ text: rest, codes: piece.codes });
    }
  }
  return [...lines, current];
}

/** The words of a line, and the spaces between them. A word may have several pieces. */
function wordsOf(line: Line): readonly Line[] {
  const words: Piece[][] = [];
  let word: Piece[] | undefined;
  for (const { text, codes } of line) {
    for (const part of text.split(/( +)/)) {
      if (part === '') continue;
      if (part.startsWith(' ')) {
        words.push([{ text: part, codes }]);
        word = undefined;
      } else if (word === undefined) {
        word = [{ text: part, codes }];
        words.push(word);
      } else word.push({ text: part, codes });
    }
  }
  return words;
}
