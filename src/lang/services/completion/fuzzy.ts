/**
 * How well a text matches what was typed: its characters in order, not necessarily next to each other, ignoring case. Whole
 * words and beginnings of words are better; of characters apart from each other, those that are near or begin words.
 * @returns undefined if it does not match
 */
export function fuzzyMatch(typed: string, text: string): number | undefined {
  const word = typed.toLowerCase();
  const candidate = text.toLowerCase();
  if (word === '') return 0;
  if (candidate === word) return 1000;
  if (candidate.startsWith(word)) return 900;
  const at = candidate.indexOf(word);
  if (at > 0) return isWordStart(candidate, at) ? 700 : 500;
  return scattered(word, candidate);
}

/** Characters apart from each other. The first one begins a word, otherwise almost every text would match. */
function scattered(word: string, candidate: string): number | undefined {
  let best: number | undefined;
  for (let first = candidate.indexOf(word[0]); first >= 0; first = candidate.indexOf(word[0], first + 1)) {
    if (!isWordStart(candidate, first)) continue;
    let at = first;
    let score = 300 - Math.min(first, 50);
    let isMatch = true;
    for (let i = 1; i < word.length; i++) {
      const next = candidate.indexOf(word[i], at + 1);
      if (next < 0) {
        isMatch = false;
        break;
      }
      score += next === at + 1 ? 5 : isWordStart(candidate, next) ? 3 : -Math.min(next - at, 20);
      at = next;
    }
    if (isMatch && score > 200 && (best === undefined || score > best)) best = score;
  }
  return best;
}

const isWordStart = (text: string, at: number): boolean => at === 0 || /[^a-z0-9]/.test(text[at - 1]);
