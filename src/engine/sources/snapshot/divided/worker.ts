/** The thread that reads pieces of a file. It waits for the order, and ends when it is terminated. */
import { parentPort, workerData } from 'node:worker_threads';
import { type PieceOrder, PieceReader } from '../../../formats/reading/piece-reader.js';
import type { Posted, ReadingJob } from './reading-thread.js';
import { SharedPieces } from './shared-pieces.js';

async function run({ sizes, memory }: ReadingJob, order: PieceOrder): Promise<never> {
  const pieces = new SharedPieces(sizes, memory);
  const reader = new PieceReader(order);
  for (;;) {
    const piece = pieces.waitAndClaim();
    const result = await reader.read(pieces.textOf(piece), pieces.messagesOf(piece));
    parentPort?.postMessage({ piece, result } satisfies Posted);
  }
}

parentPort?.once('message', (order: PieceOrder) => void run(workerData, order));
