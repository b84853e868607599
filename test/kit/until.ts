/** Waiting for something to hold, without ever sleeping for longer than it takes. */
import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  /** Milliseconds after which it is given up; 20,000 where left out. */
  readonly within?: number;
  /** Milliseconds between two looks; 10 where left out. */
  readonly every?: number;
}

/**
 * Looks again and again until `look` gives something other than false, null or undefined, and returns that.
 *
 * @param what what is waited for, as the error says it: 'the server to listen'
 * @throws Error when the time is over, with what `look` last threw as its cause
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { within = 20_000, every = 10 }: UntilOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + within;
  let cause: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== false && found !== null && found !== undefined) {
        return found as Exclude<T, false | null | undefined>;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${within} ms for ${what}`, { cause });
    }
    await pause(every);
  }
}
