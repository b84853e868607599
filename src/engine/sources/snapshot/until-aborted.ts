import { abortable } from '../../abortable.js';

/**
 * Yields items until a signal aborts, also while waiting for one. A pending item is then abandoned.
 * @throws the signal's reason
 */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (signal === undefined) {
    yield* items;
    return;
  }
  signal.throwIfAborted();
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await abortable(iterator.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // It may wait for something that never comes: not waited for.
    const returned = iterator.return?.();
    if (signal.aborted) returned?.catch(() => {});
    else await returned;
  }
}
