import { isPrintable } from '../../lang/diagnostics/printable.js';

/** The rest of the newest entry that begins with the text. */
export function suggestion(line: string, history: readonly string[]): string {
  if (line.trim().length < 2) return '';
  const entry = history.find(each => each.length > line.length && each.startsWith(line) && isPrintable(each));
  return entry === undefined ? '' : entry.slice(line.length);
}
