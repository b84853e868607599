import { widthPrefix } from '../../../lang/diagnostics/text-width.js';
import { textWidth } from '../../display/width.js';
import type { Piece } from '../../interactive/line/screen/frame.js';
import { type Line, widthOf } from '../table/table.js';

/** Breaks the last piece of a line that is too long, at spaces. @param indent of the lines that follow */
export function wrapLine(line: Line, width: number, indent: number): readonly Line[] {
  const last = line.at(-1);
  if (last === undefined || widthOf(line) <= width || width - indent < 20) return [line];
  const before = line.slice(0, -1);
  const lines: Line[] = [];
  let head: readonly Piece[] = before;
  let rest = last.text;
  for (;;) {
    const room = width - widthOf(head);
    if (textWidth(rest) <= room || room < 10) {
      lines.push([...head, { ...last, text: rest }]);
      return lines;
    }
    const prefix = widthPrefix(rest, room);
    const at = prefix.lastIndexOf(' ');
    const part = at > 0 ? prefix.slice(0, at) : prefix;
    lines.push([...head, { ...last, text: part }]);
    rest = rest.slice(part.length).trimStart();
    head = [{ text: ' '.repeat(indent), codes: '' }];
  }
}
