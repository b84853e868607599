/** Answers that are made once and given again: what many members cost who asks them, without their own work on machines of their own. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Answer } from '../../../src/engine/agent/answer.js';
import type { JobQueue, Taken } from '../../../src/engine/agent/job-queue.js';
import {
  decodeJob,
  encodeJob,
  type MemberFrame,
  type Totals,
} from '../../../src/engine/sources/fleet/protocol/protocol.js';

interface Prepared {
  readonly begin: MemberFrame;
  readonly bodies: readonly Uint8Array[];
  readonly totals: Totals;
}

/** What a member of a fleet pretends to work, in ms: from the first to the second number. */
const WORK = [5, 25] as const;

/** Prepared answers of one table, for all of its members. */
export class PreparedAnswers {
  readonly #queue: JobQueue;
  readonly #answers = new Map<string, Promise<Prepared>>();

  /** @param queue answers a query for the first time */
  constructor(queue: JobQueue) {
    this.#queue = queue;
  }

  /** The answers of one member. */
  member(): Pick<JobQueue, 'take' | 'answer'> {
    const taken = new Map<string, Promise<Taken>>();
    return {
      take: (bytes, requester) => {
        const { id } = decodeJob(bytes);
        const known = taken.get(id) ?? this.#take(bytes, requester, () => taken.delete(id));
        taken.set(id, known);
        return known;
      },
      answer: async id => (await taken.get(id))?.answer,
    };
  }

  async #take(bytes: Uint8Array, requester: string, forget: () => void): Promise<Taken> {
    const job = decodeJob(bytes);
    const key = JSON.stringify([job.text, job.wanted, job.isBest]);
    const known = this.#answers.get(key) ?? this.#prepare({ ...job, id: randomBytes(16).toString('hex') }, requester);
    this.#answers.set(key, known);
    const { begin, bodies, totals } = await known;
    const answer = new Answer(job.wanted === 'groups' ? 'at once' : 'as taken', forget);
    void (async () => {
      await pause(WORK[0] + Math.random() * (WORK[1] - WORK[0]));
      for (const body of bodies.slice(0, -1)) {
        await answer.drained();
        answer.write(body);
      }
      answer.end(bodies.at(-1)!, totals);
    })().catch(() => {});
    return { begin: begin.kind === 'begin' ? { ...begin, time: Date.now() * 1e6 } : begin, answer };
  }

  async #prepare(job: ReturnType<typeof decodeJob>, requester: string): Promise<Prepared> {
    const { begin, answer } = await this.#queue.take(encodeJob(job), requester);
    if (answer === undefined) throw new Error('the query is refused');
    const bodies: Uint8Array[] = [];
    for (;;) {
      const frame = await answer.part(bodies.length, bodies.length);
      if (frame.kind === 'error') throw frame.error;
      if (frame.kind !== 'part') continue;
      bodies.push(frame.body);
      if (frame.last !== undefined) return { begin, bodies, totals: frame.last };
    }
  }
}
