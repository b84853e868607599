import type { Worker } from 'node:worker_threads';
import type { PieceOrder, PieceResult } from '../../../formats/reading/piece-reader.js';
import { startThread } from '../../../start-thread.js';
import type { PieceSizes, SharedPieces } from './shared-pieces.js';

/** What the thread is given. */
export interface ReadingJob {
  readonly order: PieceOrder;
  readonly sizes: PieceSizes;
  readonly memory: SharedArrayBuffer;
}

/** What the thread posts. */
export interface Posted {
  readonly piece: number;
  readonly result: PieceResult;
}

/** A thread that claims pieces of a file and reads them. */
export class ReadingThread {
  readonly #worker: Worker | undefined;
  readonly #results = new Map<number, PieceResult>();
  #wake: (() => void) | undefined;
  /** It has stopped reading. */
  isOver = false;

  constructor(order: PieceOrder, { sizes, memory }: SharedPieces) {
    const workerData: ReadingJob = { order, sizes, memory };
    try {
      this.#worker = startThread('reading-worker', './worker.ts', import.meta.url, {
        name: 'ctq-reader',
        workerData,
        // What it allocates is soon garbage.
        resourceLimits: { maxYoungGenerationSizeMb: 2 },
      });
    } catch {
      // Without another thread everything is read by this one.
      this.isOver = true;
      return;
    }
    this.#worker.on('message', ({ piece, result }: Posted) => {
      this.#results.set(piece, result);
      this.#wake?.();
    });
    const end = (): void => {
      this.isOver = true;
      this.#wake?.();
    };
    // It may be out of memory: what it has claimed is read by this thread then.
    this.#worker.once('error', end);
    this.#worker.once('exit', end);
  }

  /** The result of a piece, if it has come. */
  take(piece: number): PieceResult | undefined {
    const result = this.#results.get(piece);
    this.#results.delete(piece);
    return result;
  }

  /** Fulfilled when another result has come, or the thread is over. */
  async next(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#wake = resolve;
    });
  }

  async close(): Promise<void> {
    this.isOver = true;
    await this.#worker?.terminate();
  }
}
