/**
 * What comes, until a signal says that nobody wants it any more, even while it is waited for.
 * @throws the signal's reason
 */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (signal === undefined) {
    yield* items;
    return;
  }
  signal.throwIfAborted();
  const iterator = items[Symbol.asyncIterator]();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
  });
  // Nobody may be waiting for it.
  aborted.catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // It may wait for something that never comes: not waited for.
    const returned = iterator.return?.();
    if (signal.aborted) returned?.catch(() => {});
    else await returned;
  }
}
