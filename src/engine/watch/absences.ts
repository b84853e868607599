import type { Absence } from './summary.js';

/** The times during which members of a fleet were missing. */
export class Absences {
  readonly #since = new Map<string, number>();
  readonly #seconds = new Map<string, number>();

  /** @param since by performance.now() */
  begin(name: string, since: number): void {
    this.#seconds.set(name, this.#seconds.get(name) ?? 0);
    this.#since.set(name, since);
  }

  end(name: string): void {
    this.#seconds.set(name, this.#secondsOf(name));
    this.#since.delete(name);
  }

  #secondsOf(name: string): number {
    const since = this.#since.get(name);
    return (this.#seconds.get(name) ?? 0) + (since === undefined ? 0 : (performance.now() - since) / 1000);
  }

  /** Those so far, also of members that are missing still. */
  all(): readonly Absence[] {
    return [...this.#seconds.keys()].map(name => ({ name, seconds: this.#secondsOf(name) }));
  }
}
