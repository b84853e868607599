/** The last values of each row of a repeated query, as a line of small bars. */

const BARS = '▁▂▃▄▅▆▇█';
const ASCII_BARS = '_.-:=+*#';
/** Rounds that are kept. */
export const ROUNDS = 16;
/** Maximum number of rows; those of the earliest rounds are dropped first. */
const MAX_ROWS = 10_000;

/** The last values of a row; the newest is that of round `last`. Undefined in rounds without the row, or without a value. */
interface Past {
  last: number;
  values: (number | undefined)[];
}

/** The values of a repeated query's last rounds, by row. */
export class Histories {
  readonly #rows = new Map<string, Past>();

  /**
   * Adds a row's value.
   * @param key identifies the row in all rounds
   * @param round a second value of the same round replaces the first
   * @returns the row's values of the last rounds, the newest last
   */
  add(key: string, round: number, value: number | undefined): readonly (number | undefined)[] {
    const past = this.#rows.get(key) ?? { last: round - 1, values: [] };
    if (past.last === round) past.values.pop();
    else for (let missed = Math.min(round - past.last - 1, ROUNDS); missed > 0; missed--) past.values.push(undefined);
    past.values.push(value);
    past.values.splice(0, past.values.length - ROUNDS);
    past.last = round;
    // Deleted and set again, so that the map is ordered by the last round.
    this.#rows.delete(key);
    this.#rows.set(key, past);
    return past.values;
  }

  /** Drops the rows whose kept rounds are all over. */
  forget(round: number): void {
    for (const [key, { last }] of this.#rows) {
      if (round - last < ROUNDS && this.#rows.size <= MAX_ROWS) return;
      this.#rows.delete(key);
    }
  }
}

/**
 * The last `width` values, scaled from 0 to the largest of them; a space where there is no value.
 * @param width columns; the line is padded to it on the left, so the newest value is rightmost
 */
export function sparkline(values: readonly (number | undefined)[], width: number, unicode: boolean): string {
  const shown = values.slice(-width);
  const maximum = Math.max(0, ...shown.map(value => value ?? 0));
  const bars = unicode ? BARS : ASCII_BARS;
  const line = shown.map(value => {
    if (value === undefined) return ' ';
    // A positive value is higher than 0.
    return value > 0 && maximum > 0 ? bars[Math.max(1, Math.round((value / maximum) * 7))] : bars[0];
  });
  return line.join('').padStart(width);
}
