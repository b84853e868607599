/** Which pairs of values have been in a statement, and statements that bring the others. */
import { type Choice, DIMENSIONS, type Dimension, NAMES, PLAIN } from './choice.js';

export type Random = () => number;

/** Numbers from 0 to 1 that follow from a seed: mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

interface Pair {
  readonly first: Dimension;
  readonly second: Dimension;
  readonly values: readonly [string, string];
}

const pairKey = (first: Dimension, one: string, second: Dimension, other: string): string =>
  `${first}=${one} × ${second}=${other}`;

export class Cover {
  /** Pairs that no statement has had yet. */
  readonly #open = new Map<string, Pair>();
  readonly #given = new Set<string>();
  readonly #refused = new Set<string>();
  readonly total: number;

  constructor() {
    NAMES.forEach((first, index) => {
      for (const second of NAMES.slice(index + 1))
        for (const one of DIMENSIONS[first])
          for (const other of DIMENSIONS[second])
            this.#open.set(pairKey(first, one, second, other), { first, second, values: [one, other] });
    });
    this.total = this.#open.size;
  }

  get covered(): number {
    return this.#given.size;
  }

  get refused(): readonly string[] {
    return [...this.#refused];
  }

  get open(): number {
    return this.#open.size;
  }

  /** A statement with that choice was run. */
  take(choice: Choice): void {
    NAMES.forEach((first, index) => {
      for (const second of NAMES.slice(index + 1)) {
        const key = pairKey(first, choice[first], second, choice[second]);
        this.#open.delete(key);
        this.#refused.delete(key);
        this.#given.add(key);
      }
    });
  }

  /** How many pairs a value would bring to a choice. */
  #gain(choice: Choice, dimension: Dimension, value: string): number {
    const place = NAMES.indexOf(dimension);
    return NAMES.filter((name, index) => {
      if (index === place) return false;
      return this.#open.has(
        index < place ? pairKey(name, choice[name], dimension, value) : pairKey(dimension, value, name, choice[name]),
      );
    }).length;
  }

  /**
   * A choice that brings pairs which no other has brought.
   * @param admits whether a choice can be written, and is right
   * @returns undefined where all that can be brought has been
   */
  next(random: Random, admits: (choice: Choice) => boolean): Choice | undefined {
    for (;;) {
      const keys = [...this.#open.keys()];
      if (keys.length === 0) return undefined;
      const key = keys[Math.floor(random() * keys.length)];
      const pair = this.#open.get(key)!;
      const start = this.#start(pair, random, admits);
      if (start === undefined) {
        this.#open.delete(key);
        this.#refused.add(key);
        continue;
      }
      return this.#filled(start, pair, random, admits);
    }
  }

  /** A choice with that pair that is admitted: all else is plain, or as little else as is needed. */
  #start({ first, second, values }: Pair, random: Random, admits: (choice: Choice) => boolean): Choice | undefined {
    const plain = { ...PLAIN, [first]: values[0], [second]: values[1] };
    if (admits(plain)) return plain;
    // One other dimension, or two: a format of groups requires groups.
    const others = shuffled(
      NAMES.filter(name => name !== first && name !== second && HELPFUL.has(name)),
      random,
    );
    for (const name of others)
      for (const value of DIMENSIONS[name]) {
        const choice = { ...plain, [name]: value };
        if (admits(choice)) return choice;
      }
    for (let tries = 0; tries < 40; tries++) {
      const choice: Choice = { ...plain };
      const changed = Object.fromEntries(
        shuffled(others, random)
          .slice(0, 2 + Math.floor(random() * 2))
          .map(name => [name, DIMENSIONS[name][Math.floor(random() * DIMENSIONS[name].length)]]),
      );
      if (admits({ ...choice, ...changed })) return { ...choice, ...changed };
    }
    return undefined;
  }

  /** The same choice with what brings most more pairs, as far as it stays admitted. */
  #filled(start: Choice, { first, second }: Pair, random: Random, admits: (choice: Choice) => boolean): Choice {
    let choice = start;
    for (const name of shuffled(NAMES, random)) {
      if (name === first || name === second) continue;
      const values = shuffled<string>(DIMENSIONS[name], random)
        .map(value => ({ value, gain: this.#gain(choice, name, value) }))
        .sort((a, b) => b.gain - a.gain)
        .slice(0, 3);
      for (const { value } of values) {
        if (value === choice[name]) break;
        const changed = { ...choice, [name]: value };
        if (admits(changed)) {
          choice = changed;
          break;
        }
      }
    }
    return choice;
  }
}

/** What a pair may need beside itself to be written. */
const HELPFUL: ReadonlySet<Dimension> = new Set<Dimension>([
  'columns',
  'where',
  'statement',
  'format',
  'output',
  'table',
]);
