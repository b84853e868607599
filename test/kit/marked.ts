/** A text with marks: `«` where a span begins, `»` where it ends (once a span, in order); `|` a place. */
export function marked(text: string): { text: string; spans: { start: number; end: number }[] } {
  const spans: { start: number; end: number }[] = [];
  let plain = '';
  for (const character of text) {
    if (character === '«') spans.push({ start: plain.length, end: plain.length });
    else if (character === '»') spans.at(-1)!.end = plain.length;
    else plain += character;
  }
  return { text: plain, spans };
}

/** A text without its cursor mark `|`, and where that was. */
export function withCursor(text: string): { text: string; at: number } {
  const at = text.indexOf('|');
  if (at < 0) throw new Error(`no cursor in ${text}`);
  return { text: text.slice(0, at) + text.slice(at + 1), at };
}
