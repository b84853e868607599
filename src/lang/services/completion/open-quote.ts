/** The offset of the quote that is not closed at the end of a text, outside of comments; undefined if there is none. */
export function openQuote(text: string): number | undefined {
  let open: number | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (open !== undefined) {
      if (character === text[open]) open = undefined;
    } else if (character === "'" || character === '"') open = i;
    else if (character === '#' || text.startsWith('--', i)) i = lineEnd(text, i);
    else if (text.startsWith('/*', i)) i = commentEnd(text, i);
  }
  return open;
}

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

const commentEnd = (text: string, at: number): number => {
  const end = text.indexOf('*/', at);
  return end < 0 ? text.length : end + 1;
};
