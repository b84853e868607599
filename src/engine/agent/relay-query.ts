import { encodeFrame } from '../sources/fleet/protocol/protocol.js';
import type { AnswerQuery } from '../sources/remote/server.js';
import type { JobQueue } from './job-queue.js';

/** Answers the query of `ctq relay`, all frames in order. @param requester who asks, for the log */
export const relayQuery =
  (queue: JobQueue, requester: string): AnswerQuery =>
  async (job, write, signal) => {
    const { begin, answer } = await queue.take(Buffer.from(job, 'utf8'), requester);
    await write(encodeFrame(begin));
    if (answer === undefined) return;
    const left = (): void => answer.close();
    signal.addEventListener('abort', left, { once: true });
    try {
      for await (const frame of answer.frames()) await write(frame);
    } finally {
      signal.removeEventListener('abort', left);
      answer.close();
    }
  };
