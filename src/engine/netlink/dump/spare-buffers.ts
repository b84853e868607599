import { Datagrams } from '../messages/datagrams.js';

/** Milliseconds for which the buffers of a dump are kept for the next one. */
const KEPT_MS = 60_000;

/**
 * Buffers of dumps that have ended, for the next dump: a table that is read again and again would otherwise have some megabytes
 * allocated, cleared and collected each time.
 */
const spare: Datagrams[] = [];
let timer: NodeJS.Timeout | undefined;

/** A buffer for a number of datagrams. */
export function acquireBuffer(most: number): Datagrams {
  const at = spare.findIndex(buffer => buffer.most === most);
  return at < 0 ? new Datagrams(most) : spare.splice(at, 1)[0];
}

/** Keeps a buffer that is no longer read or written. @param limit how many of its size are kept */
export function releaseBuffer(buffer: Datagrams, limit: number): void {
  if (spare.filter(({ most }) => most === buffer.most).length >= limit) return;
  spare.push(buffer);
  timer ??= setTimeout(() => {
    timer = undefined;
    spare.length = 0;
  }, KEPT_MS).unref();
  timer.refresh();
}
