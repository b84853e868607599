/** How often the table is read: no more than a tenth of a processor is used for it. */

/** The share of one processor that refreshes may take. */
const SHARE = 0.1;
/** The longest first interval (ms): there are no rates before its end. */
const FIRST = 2000;
/** The shortest interval (ms) of which rates are measured, unless the user asked for a shorter one. */
const SHORTEST = 500;
/** The last refreshes, of which the cheapest counts: others may have been slow for reasons of their own. */
const LAST = 3;

/** The intervals that keys step through, in milliseconds. */
const STEPS = [500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000] as const;

export class RefreshPace {
  /** The interval (ms) that the user asked for. */
  every: number;
  /** The cost of the last refreshes, in milliseconds. */
  #costs: number[] = [];
  #began = 0;
  #usage = process.cpuUsage();

  constructor(every: number) {
    this.every = every;
  }

  /** What a refresh takes, in milliseconds of a processor; 0 before the first. */
  get cost(): number {
    return this.#costs.length === 0 ? 0 : Math.min(...this.#costs);
  }

  /** The interval that refreshes allow, in milliseconds. */
  get interval(): number {
    return Math.max(this.every, this.cost / SHARE);
  }

  /** The shortest interval, in seconds, of which rates are measured: keys cause refreshes that follow each other at once. */
  get shortest(): number {
    return Math.min(SHORTEST, this.every / 2) / 1000;
  }

  /** Whether refreshes take too long for the interval that the user asked for. */
  get isSlowed(): boolean {
    return this.interval > this.every;
  }

  begin(): void {
    this.#began = performance.now();
    this.#usage = process.cpuUsage();
  }

  /**
   * A refresh is over.
   * @param isRemote another host did the work: what it needed there is at most the time that has passed
   * @param isFirst there are no rates before the next one
   * @returns milliseconds until the next refresh
   */
  end({ isRemote, isFirst }: { readonly isRemote: boolean; readonly isFirst: boolean }): number {
    const elapsed = performance.now() - this.#began;
    const { user, system } = process.cpuUsage(this.#usage);
    const cost = isRemote ? elapsed : (user + system) / 1000;
    this.#costs = [...this.#costs, cost].slice(-LAST);
    // The first refresh compiles what it runs: its cost is not that of the next ones.
    if (isFirst) return Math.max(Math.min(FIRST, this.every) - elapsed, cost);
    return Math.max(0, this.interval - elapsed);
  }

  slower(): void {
    this.every = STEPS.find(step => step > this.every) ?? this.every;
  }

  faster(): void {
    this.every = [...STEPS].reverse().find(step => step < this.every) ?? this.every;
  }
}
