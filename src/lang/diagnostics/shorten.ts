/** A text cut to that many characters, with an ellipsis where something is missing; never half of a surrogate pair. */
export function shorten(text: string, length = 40): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
