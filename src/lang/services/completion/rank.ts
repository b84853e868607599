import { nearestAll } from '../../diagnostics/did-you-mean.js';
import type { Candidate } from './candidate.js';
import { fuzzyMatch } from './fuzzy.js';

/** Shorter words are near to too many others. */
const LEAST_TYPO = 4;

/**
 * The candidates that match a word, best first; of equally good ones the most useful. Words that are nearly the same follow.
 * Without a word functions are omitted: they would hide the rest.
 */
export function ranked(word: string, found: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  const all = found.filter(({ text }) => !seen.has(text) && seen.add(text));
  if (word === '') return all.filter(({ kind }) => kind !== 'function');
  const typed = word.replace(/^['"]/, '');
  const scored = all.flatMap(candidate => {
    const score = fuzzyMatch(typed, candidate.text.replace(/^['"]/, ''));
    return score === undefined ? [] : [{ candidate, score }];
  });
  const matching = scored.sort((a, b) => b.score - a.score).map(({ candidate }) => candidate);
  if (typed.length < LEAST_TYPO || scored.some(({ score }) => score >= 500)) return matching;
  const near = nearestAll(
    typed,
    all.map(({ text }) => text),
  );
  return [...new Set([...near.flatMap(text => all.find(each => each.text === text) ?? []), ...matching])];
}
