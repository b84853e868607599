/** Lines that were cut off at a column, as cut(1) and programs of a terminal's width do: a number at the end may be a part of a longer one. */
import { isIdle } from '../decoration.js';
import type { LineFormat } from '../reader.js';

/** Columns of the shortest lines that are looked at. */
const NARROWEST = 40;
/** Lines of that length, which whole lines seldom share, where one of them ends as no entry does. */
const FEWEST = 3;

/**
 * The column at which lines of a text were cut off; undefined if they are whole: of its longest lines, some end as no entry does. Only where
 * nothing continues them: others are wrapped.
 * @param begin of a file, a character a byte
 */
export function columnOfCut(begin: string, { entry, unfinished }: LineFormat): number | undefined {
  if (unfinished === undefined) return undefined;
  const lines = begin
    .split('\n')
    .slice(0, -1)
    .map(line => line.replace(/\r$/, ''));
  const column = lines.reduce((most, line) => Math.max(most, line.length), NARROWEST);
  const isCut = (line: string, i: number): boolean => {
    if (line.length < column || !unfinished.test(lastWord(line)) || !entry.test(line)) return false;
    const next = lines[i + 1];
    return next === undefined || entry.test(next) || isIdle(next);
  };
  const cut = lines.filter(isCut).length;
  const isShown = cut > 1 || (cut === 1 && lines.filter(({ length }) => length === column).length >= FEWEST);
  return isShown ? column : undefined;
}

const lastWord = (line: string): string => /\S*$/.exec(line)![0];

/** A line without the word at its end, which may be a part of one. A bracket ends a word. */
export const withoutLastWord = (line: string): string => (line.endsWith(']') ? line : line.replace(/\S+$/, ''));
