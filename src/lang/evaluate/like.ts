/**
 * Compiles a pattern of `like`: `%` matches any text, `_` any one character. The time is at most proportional to text length
 * times pattern length.
 */
export function likeMatcher(pattern: string, ignoreCase = false): (text: string) => boolean {
  if (ignoreCase) {
    const matcher = likeMatcher(pattern.toLowerCase());
    return text => matcher(text.toLowerCase());
  }
  if (!/[%_]/.test(pattern)) return text => text === pattern;
  return text => matches(text, pattern);
}

function matches(text: string, pattern: string): boolean {
  let t = 0;
  let p = 0;
  let afterPercent = -1;
  let retryFrom = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '%') {
      afterPercent = ++p;
      retryFrom = t;
    } else if (p < pattern.length && (pattern[p] === '_' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (afterPercent >= 0) {
      p = afterPercent;
      t = ++retryFrom;
    } else {
      return false;
    }
  }
  while (pattern[p] === '%') p++;
  return p === pattern.length;
}
