import { setMaxListeners } from 'node:events';

/**
 * Waits for a promise, or for a signal. It keeps a listener only while it waits: `Promise.race` with one long-lived promise
 * would keep a callback, and what was waited for, for each race.
 * @throws the signal's reason where that comes first
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    // Hundreds of members may be waited for; node warns of more than ten listeners.
    setMaxListeners(0, signal);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const done = (): void => signal.removeEventListener('abort', onAbort);
    work.then(
      value => {
        done();
        resolve(value);
      },
      error => {
        done();
        reject(error);
      },
    );
  });
}

/** A signal that follows several, until it is released: `AbortSignal.any` would leave a trace in each of them. */
export interface FollowingSignal {
  readonly signal: AbortSignal;
  /** Leaves nothing in the signals that it followed. */
  release(): void;
}

export function following(signals: readonly (AbortSignal | undefined)[]): FollowingSignal {
  const controller = new AbortController();
  const followed = signals.filter(signal => signal !== undefined);
  const onAbort = (event: Event): void => controller.abort((event.target as AbortSignal).reason);
  for (const signal of followed) {
    if (signal.aborted) controller.abort(signal.reason);
    else signal.addEventListener('abort', onAbort, { once: true });
  }
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of followed) signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Waits for a promise, or for the signal. @returns false if the signal came first */
export async function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await abortable(promise, signal);
    return true;
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return false;
    throw error;
  }
}

/** Waits for a promise, at most `ms` milliseconds. @returns false on a timeout */
export function withinTime(promise: Promise<void>, ms: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), ms);
    const done = (): void => clearTimeout(timer);
    promise.then(
      () => {
        done();
        resolve(true);
      },
      error => {
        done();
        reject(error);
      },
    );
  });
}

/** The longest delay of a timer of node, in ms. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits until a time of performance.now().
 * @returns false if the signal is aborted first
 */
export async function pauseUntil(time: number, signal: AbortSignal | undefined): Promise<boolean> {
  for (;;) {
    if (signal?.aborted) return false;
    const left = time - performance.now();
    if (left <= 0) return true;
    await new Promise<void>(resolve => {
      const timer = setTimeout(wake, Math.min(Math.ceil(left), MAX_TIMER_MS));
      function wake(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      }
      signal?.addEventListener('abort', wake);
    });
  }
}
