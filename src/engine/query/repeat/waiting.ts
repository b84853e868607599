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

/** Waits for a promise. @returns false if the signal is aborted first */
export async function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal === undefined) {
    await promise;
    return true;
  }
  if (signal.aborted) return false;
  let onAbort: () => void = () => {};
  const aborted = new Promise<false>(resolve => {
    onAbort = () => resolve(false);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise.then(() => true), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Waits for a promise, at most this many ms. @returns false if the time is over first */
export async function withinTime(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>(resolve => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
