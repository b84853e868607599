import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'minor' }) => void;

let collect: Collect | undefined;

/**
 * Frees the memory of buffers that nothing refers to. V8 counts it little: of its own accord it waits until there are some 30 MB of
 * them. Takes less than a millisecond.
 */
function collectBuffers(): void {
  if (collect === undefined) {
    // The function exists in contexts that are made while the flag is set.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
    setFlagsFromString('--no-expose-gc');
  }
  collect({ type: 'minor' });
}

/** Bytes of buffers that are left to the garbage collector before it is asked to free them. */
const MAX = 2 << 20;

/** Buffers that are no longer used. */
export class Garbage {
  #bytes = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < MAX) return;
    this.#bytes = 0;
    collectBuffers();
  }
}
