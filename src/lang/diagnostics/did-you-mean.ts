/** Longer words are no slips of the pen. */
const LONGEST = 64;

/** How many slips are forgiven in a word of that length. */
const forgiven = (length: number): number => (length < 3 ? 0 : length < 5 ? 1 : length < 8 ? 2 : 3);

/**
 * The candidates that somebody may have meant by a word, likeliest first: close by Damerau-Levenshtein distance without
 * regard to case, or begun by the word.
 */
export function nearestAll(word: string, candidates: Iterable<string>, most = 3): string[] {
  const wanted = word.toLowerCase();
  if (wanted === '' || wanted.length > LONGEST) return [];
  const found: { candidate: string; cost: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const cost = costOf(wanted, candidate.toLowerCase());
    if (cost !== undefined) found.push({ candidate, cost });
  }
  return found
    .sort((a, b) => a.cost - b.cost || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** The likeliest of `nearestAll`; undefined where nothing is near. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined =>
  nearestAll(word, candidates, 1)[0];

function costOf(wanted: string, candidate: string): number | undefined {
  const slips = distance(wanted, candidate);
  const isBegun = wanted.length >= 2 && candidate.startsWith(wanted);
  // A word of which a half is wrong is another word.
  const isSameStart = candidate[0] === wanted[0];
  const isNear =
    (slips < 2 || isSameStart) &&
    slips <= forgiven(wanted.length) &&
    2 * slips <= Math.max(wanted.length, candidate.length);
  if (!isNear && !isBegun) return undefined;
  return (isBegun ? Math.min(slips, 1.5) - 0.5 : slips) - (isSameStart ? 0.25 : 0);
}

/** Insertions, deletions, replacements and swaps of neighbours that make one text of the other. */
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
