import type { EntryChunk } from '../../formats/reading/entries.js';
import type { SnapshotRows } from './open.js';

type Options = Parameters<typeof import('./open.js')['openSnapshot']>[1];

/** A snapshot whose reader is loaded when its first row is requested. */
export function openSnapshotLazily(path: string, options: Options): SnapshotRows {
  let opened: SnapshotRows | undefined;
  return {
    get table() {
      return opened?.table ?? 'conntrack';
    },
    get unread() {
      return opened?.unread;
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<EntryChunk> {
      const { openSnapshot } = await import('./open.js');
      opened = openSnapshot(path, options);
      yield* opened;
    },
  };
}
