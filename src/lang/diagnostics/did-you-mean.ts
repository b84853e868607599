/** Longer words are not compared. */
const MAX_LENGTH = 64;

/** The number of typos allowed in a word of that length. */
const maxTypos = (length: number): number => (length < 3 ? 0 : length < 5 ? 1 : length < 8 ? 2 : 3);

/**
 * The candidates nearest to a word, likeliest first: close by Damerau-Levenshtein distance, ignoring case, or beginning with
 * the word.
 */
export function nearestAll(word: string, candidates: Iterable<string>, most = 3): string[] {
  const typed = word.toLowerCase();
  if (typed === '' || typed.length > MAX_LENGTH) return [];
  const found: { candidate: string; cost: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const cost = costOf(typed, candidate.toLowerCase());
    if (cost !== undefined) found.push({ candidate, cost });
  }
  return found
    .sort((a, b) => a.cost - b.cost || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** The likeliest of `nearestAll`; undefined if there is none. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined =>
  nearestAll(word, candidates, 1)[0];

/** The hint for an unknown word; undefined if no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const best = nearest(word, candidates);
  return best === undefined ? undefined : `did you mean ${best}?`;
}

function costOf(typed: string, candidate: string): number | undefined {
  const typos = distance(typed, candidate);
  const isPrefix = typed.length >= 2 && candidate.startsWith(typed);
  // A word of which half is wrong is another word.
  const isSameStart = candidate[0] === typed[0];
  const isNear =
    (typos < 2 || isSameStart) &&
    typos <= maxTypos(typed.length) &&
    2 * typos <= Math.max(typed.length, candidate.length);
  if (!isNear && !isPrefix) return undefined;
  return (isPrefix ? Math.min(typos, 1.5) - 0.5 : typos) - (isSameStart ? 0.25 : 0);
}

/** Damerau-Levenshtein distance: insertions, deletions, replacements and swaps of neighbours. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length];
}
