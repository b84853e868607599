import { setTimeout } from 'node:timers/promises';
import { abortable } from '../../../abortable.js';
import { CtqError } from '../../../errors.js';
import type { Turns } from '../../remote/turns.js';
import { type AskOptions, checkBegin, type Link, memberError, noAnswer, notDone } from '../link.js';
import {
  decodeFrame,
  encodeJob,
  HEARTBEAT,
  type MemberFrame,
  malformedAnswer,
  type PartRequest,
  type QueryJob,
  type Totals,
} from '../protocol.js';
import { type Bus, partSubject, querySubject } from './bus.js';

/** How long (ms) is waited for the answer to a request; then it is sent again. A job that arrives twice is run once. */
const BEGIN_TIMES = [1000, 2000];
const PART_TIMES = [HEARTBEAT + 1000, HEARTBEAT + 2000, HEARTBEAT + 4000];
/** Parts of one member that are asked for ahead. */
const AHEAD = 4;

/** How often a part is asked for that is not there yet. */
const MOST_WAITS = 30;
/** The least time (ms) between two questions whether there are parts: what answers at once would be asked without end. */
const PAUSE = 5;

type Part = Extract<MemberFrame, { kind: 'part' }>;
type Ready = Extract<MemberFrame, { kind: 'ready' }>;

/** A member that is reached by a message server, on subjects of its own. The parts of its answer are pulled. */
export class BusLink implements Link {
  readonly #bus: Bus;
  readonly #member: string;
  readonly #turns: Turns;

  /** @param turns how many parts are under way, of all members */
  constructor(bus: Bus, member: string, turns: Turns) {
    this.#bus = bus;
    this.#member = member;
    this.#turns = turns;
  }

  async *ask(job: QueryJob, options: AskOptions): AsyncGenerator<Uint8Array, Totals, undefined> {
    const { deadline, signal } = options;
    const end = performance.now() + deadline;
    checkBegin(await this.#request(querySubject(this.#member), encodeJob(job), BEGIN_TIMES, signal), options);
    let isOver = false;
    try {
      const first = await this.#wait(job.id, deadline, end, signal);
      if (first.kind === 'part') {
        if (first.last === undefined) throw malformedAnswer();
        isOver = true;
        yield first.body;
        return first.last;
      }
      const { parts = Number.POSITIVE_INFINITY } = first;
      let next = 0;
      const pulls: Promise<Part>[] = [];
      let asked = next;
      for (;;) {
        while (pulls.length < AHEAD && asked < parts) {
          const pull = this.#pull(job.id, asked++, next, signal);
          // An error of a later part must not end the process before it is looked at.
          pull.catch(() => {});
          pulls.push(pull);
        }
        const part = await pulls.shift();
        // It said that there were fewer parts.
        if (part === undefined) throw malformedAnswer();
        next++;
        isOver = part.last !== undefined;
        yield part.body;
        if (part.last !== undefined) return part.last;
      }
    } finally {
      this.#send({ id: job.id, kind: 'end' });
      if (!isOver) signal?.throwIfAborted();
    }
  }

  /** Waits until there are parts. @returns the only one, if it is small */
  async #wait(id: string, deadline: number, end: number, signal: AbortSignal | undefined): Promise<Part | Ready> {
    for (;;) {
      const left = end - performance.now();
      if (left <= 0) throw notDone(deadline);
      const frame = await this.#request(
        partSubject(this.#member),
        json({ id, kind: 'wait' }),
        PART_TIMES,
        signal,
        end,
      ).catch((error: unknown) => {
        throw performance.now() >= end && error instanceof CtqError && error.code === 'fleet-silent'
          ? notDone(deadline)
          : error;
      });
      if (frame.kind === 'error') throw frame.error;
      if (frame.kind === 'ready' || (frame.kind === 'part' && frame.part === 0)) return frame;
      if (frame.kind !== 'working') throw malformedAnswer();
      await abortable(setTimeout(PAUSE), signal);
    }
  }

  async #pull(id: string, part: number, done: number, signal: AbortSignal | undefined): Promise<Part> {
    for (let tries = 0; tries < MOST_WAITS; tries++) {
      const frame = await this.#turns.run(part, () =>
        this.#request(partSubject(this.#member), json({ id, kind: 'part', part, done }), PART_TIMES, signal),
      );
      if (frame.kind === 'working') continue;
      if (frame.kind === 'error') throw frame.error;
      if (frame.kind !== 'part' || frame.part !== part) throw malformedAnswer();
      return frame;
    }
    throw memberError('fleet-stopped', 'stopped in the middle of its answer');
  }

  /**
   * @param times how long each attempt may take, in ms
   * @param end when all of them end, by performance.now()
   */
  async #request(
    subject: string,
    bytes: Uint8Array,
    times: readonly number[],
    signal: AbortSignal | undefined,
    end = Number.POSITIVE_INFINITY,
  ): Promise<MemberFrame> {
    for (const [i, ms] of times.entries()) {
      signal?.throwIfAborted();
      const left = end - performance.now();
      if (left <= 0) throw noAnswer();
      try {
        return decodeFrame(await abortable(this.#bus.request(subject, bytes, Math.min(ms, left)), signal));
      } catch (error) {
        if (signal?.aborted || !(error instanceof CtqError) || error.code === 'fleet-malformed') throw error;
        if (error.code === 'fleet-not-connected') {
          // An agent that was there has gone: its answer is lost.
          throw subject.startsWith('ctq.v1.part.') ? memberError(error.code, 'the connection to it was lost') : error;
        }
        if (i === times.length - 1) throw error.code === 'fleet-silent' ? noAnswer() : error;
      }
    }
    throw noAnswer();
  }

  #send(request: PartRequest): void {
    this.#bus.publish(partSubject(this.#member), json(request));
  }
}

const json = (request: PartRequest): Uint8Array => Buffer.from(JSON.stringify(request), 'utf8');
