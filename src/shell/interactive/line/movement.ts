import type { Key } from './input/key-names.js';
import { lineEnd, lineStart, lineUpOrDown } from './lines.js';
import type { NodeLine } from './node-line.js';

/** Keys that move among the lines of a statement, or insert text that node would take apart. @returns whether it was one */
export function pressWithinLines({ name, text: typed }: Key, line: NodeLine): boolean {
  const { text, cursor } = line;
  switch (name) {
    case 'alt-enter':
      line.replace(cursor, cursor, '\n');
      return true;
    case 'up':
    case 'down': {
      const place = lineUpOrDown(text, cursor, name === 'up' ? -1 : 1);
      if (place === undefined) return false;
      line.set(text, place);
      return true;
    }
    case 'home':
    case 'ctrl-a':
      line.set(text, lineStart(text, cursor));
      return true;
    case 'end':
    case 'ctrl-e':
      line.set(text, lineEnd(text, cursor));
      return true;
    case 'text':
      if (typed.length === 1) return false;
      line.replace(cursor, cursor, typed);
      return true;
    // Node would interpret it in its own way, or wait for more.
    case '':
    case 'escape':
    case 'ctrl-x':
    case 'ctrl-s':
      return true;
    default:
      return false;
  }
}
