/** A text cut to that many characters, ending with an ellipsis if cut; never splits a surrogate pair. */
export function shorten(text: string, length = 40): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
