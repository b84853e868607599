import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Gap, writeWhole } from '../files/recording/journal.js';

const NAME = 'refused.json';

/** Rows that the spool could not take, until the loss is in the spool; kept in the folder of the spool, for the next recorder. */
export class RefusedRows {
  readonly #path: string;
  #gap: Gap | undefined;

  constructor(folder: string) {
    this.#path = join(folder, NAME);
    try {
      this.#gap = JSON.parse(readFileSync(this.#path, 'utf8')) as Gap;
    } catch {
      // There are none.
    }
  }

  /** All of them as one loss. */
  get gap(): Gap | undefined {
    return this.#gap;
  }

  add(gap: Gap): void {
    const before = this.#gap;
    this.#gap = before
      ? {
          ...gap,
          from: Math.min(before.from, gap.from),
          to: Math.max(before.to, gap.to),
          count: (before.count ?? 0) + (gap.count ?? 0),
        }
      : gap;
    try {
      writeWhole(this.#path, JSON.stringify(this.#gap));
    } catch {
      // The disk is full: they are kept in memory.
    }
  }

  clear(): void {
    this.#gap = undefined;
    rmSync(this.#path, { force: true });
  }
}
