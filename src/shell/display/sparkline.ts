/** How the values of a result's rows have gone from round to round, as a line of small bars. */

const BARS = '▁▂▃▄▅▆▇█';
const ASCII_BARS = '_.-:=+*#';
/** Rounds that are remembered. */
export const ROUNDS = 16;
/** Rows that are remembered at the most: those of later rounds in place of those of earlier ones. */
const ROWS = 10_000;

/** The last values of a row; the newest is that of round `last`. Undefined where the row was not there, or had no value. */
interface Past {
  last: number;
  values: (number | undefined)[];
}

/** What the rows of a result that is made again and again had in its last rounds, row by row. */
export class Histories {
  readonly #rows = new Map<string, Past>();

  /**
   * Takes in a row's value.
   * @param key what the row is known by from round to round
   * @param round the same round again replaces what it had
   * @returns its values of the last rounds, the newest last
   */
  add(key: string, round: number, value: number | undefined): readonly (number | undefined)[] {
    const past = this.#rows.get(key) ?? { last: round - 1, values: [] };
    if (past.last === round) past.values.pop();
    else for (let missed = Math.min(round - past.last - 1, ROUNDS); missed > 0; missed--) past.values.push(undefined);
    past.values.push(value);
    past.values.splice(0, past.values.length - ROUNDS);
    past.last = round;
    // Set anew, so that those that were seen last come last.
    this.#rows.delete(key);
    this.#rows.set(key, past);
    return past.values;
  }

  /** Forgets the rows that have not been there for so long that nothing of them would be shown. */
  forget(round: number): void {
    for (const [key, { last }] of this.#rows) {
      if (round - last < ROUNDS && this.#rows.size <= ROWS) return;
      this.#rows.delete(key);
    }
  }
}

/**
 * The last values that have room, from 0 to the largest of them; a gap where there was none.
 * @param width columns, which it takes in full: the newest value stands rightmost
 */
export function sparkline(values: readonly (number | undefined)[], width: number, unicode: boolean): string {
  const shown = values.slice(-width);
  const most = Math.max(0, ...shown.map(value => value ?? 0));
  const bars = unicode ? BARS : ASCII_BARS;
  const line = shown.map(value => {
    if (value === undefined) return ' ';
    // What is more than nothing is seen to be.
    return value > 0 && most > 0 ? bars[Math.max(1, Math.round((value / most) * 7))] : bars[0];
  });
  return line.join('').padStart(width);
}
