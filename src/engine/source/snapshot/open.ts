import type { Readable } from 'node:stream';
import { CtqError } from '../../errors.js';
import type { Chunk } from '../source.js';

/** What reading a snapshot needs. */
export interface SnapshotOptions {
  warn(message: string, hint?: string): void;
  readonly signal?: AbortSignal;
  labelBit(name: string): number | undefined;
  now(): bigint;
  readonly stdin?: Readable;
}

/** Opens a snapshot. */
export function openSnapshot(
  path: string,
  _options: SnapshotOptions,
): AsyncIterable<Chunk> & { readonly table: 'conntrack' | 'expect' } {
  throw new CtqError({ code: 'snapshot', kind: 'input', message: `cannot read ${path}` });
}
