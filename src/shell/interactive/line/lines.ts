/** The lines of a text, and moving among them. */

export const lineStart = (text: string, cursor: number): number => text.lastIndexOf('\n', cursor - 1) + 1;

export function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf('\n', cursor);
  return end < 0 ? text.length : end;
}

/** The cursor one line up or down, in the same column if the line is long enough; undefined beyond the first or last line. */
export function lineUpOrDown(text: string, cursor: number, by: -1 | 1): number | undefined {
  const start = lineStart(text, cursor);
  const column = cursor - start;
  if (by < 0) {
    if (start === 0) return undefined;
    const above = lineStart(text, start - 1);
    return Math.min(above + column, start - 1);
  }
  const end = lineEnd(text, cursor);
  if (end === text.length) return undefined;
  return Math.min(end + 1 + column, lineEnd(text, end + 1));
}
