/** The thread that reads pieces of a file. It ends when it is terminated. */
import { parentPort, workerData } from 'node:worker_threads';
import { PieceReader } from '../../../formats/reading/piece-reader.js';
import type { Posted, ReadingJob } from './reading-thread.js';
import { SharedPieces } from './shared-pieces.js';

async function run({ order, sizes, memory }: ReadingJob): Promise<never> {
  const pieces = new SharedPieces(sizes, memory);
  const reader = new PieceReader(order);
  for (;;) {
    const piece = pieces.waitAndClaim();
    const result = await reader.read(pieces.textOf(piece), pieces.messagesOf(piece));
    parentPort?.postMessage({ piece, result } satisfies Posted);
  }
}

void run(workerData as ReadingJob);
