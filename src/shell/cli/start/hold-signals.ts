/**
 * Who sees a subscription may signal its program at once: what comes before the program listens to signals is kept for it. So
 * signals are held before the program subscribes.
 */

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/** Holds signals back until the program listens to them. */
export function holdSignals(): void {
  for (const signal of SIGNALS) {
    let isHeld = false;
    const hold = (): void => {
      isHeld = true;
    };
    const handOver = (name: string | symbol, listener: () => void): void => {
      if (name !== signal) return;
      process.off('newListener', handOver);
      if (isHeld) setImmediate(listener);
      // Not before the other listens: without any, the system's default would come back.
      setImmediate(() => process.off(signal, hold));
    };
    process.on(signal, hold);
    process.on('newListener', handOver);
  }
}
