/** An item, and which of the streams it is from. */
export interface Merged<T> {
  readonly index: number;
  readonly value: T;
}

/**
 * The items of several streams as one: of each in its order, among each other as they arrive. A stream is asked for its next item when
 * its last one is done with, so that an item may be valid only until then.
 * @param failed called with the error of a stream: if it returns, the others continue; what it throws ends them
 */
export async function* merge<T>(
  streams: readonly AsyncIterable<T>[],
  failed: (index: number, error: unknown) => void,
): AsyncGenerator<Merged<T>, void, undefined> {
  const iterators = streams.map(stream => stream[Symbol.asyncIterator]());
  const arrived: { readonly index: number; readonly result: IteratorResult<T> }[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake: () => void = () => {};
  const ask = (index: number): void => {
    iterators[index].next().then(
      result => {
        arrived.push({ index, result });
        wake();
      },
      (error: unknown) => {
        try {
          failed(index, error);
          arrived.push({ index, result: { done: true, value: undefined } });
        } catch (thrown) {
          failure ??= { error: thrown };
        }
        wake();
      },
    );
  };
  try {
    for (let index = 0; index < iterators.length; index++) ask(index);
    for (let open = iterators.length; open > 0; ) {
      if (failure !== undefined) throw failure.error;
      const next = arrived.shift();
      if (next === undefined) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
        continue;
      }
      const { index, result } = next;
      if (result.done === true) {
        open--;
        continue;
      }
      yield { index, value: result.value };
      ask(index);
    }
  } finally {
    // A generator that waits for its next item ends only when that has come: it is not waited for.
    for (const iterator of iterators) iterator.return?.()?.catch(() => {});
  }
}
