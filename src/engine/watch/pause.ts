/** The longest wait that a timer of node can have, ms. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Waits until a time of performance.now().
 * @returns false where the signal came first
 */
export async function pauseUntil(time: number, signal: AbortSignal | undefined): Promise<boolean> {
  for (;;) {
    if (signal?.aborted) return false;
    const left = time - performance.now();
    if (left <= 0) return true;
    await new Promise<void>(resolve => {
      const timer = setTimeout(wake, Math.min(Math.ceil(left), LONGEST_TIMER));
      function wake(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      }
      signal?.addEventListener('abort', wake);
    });
  }
}
