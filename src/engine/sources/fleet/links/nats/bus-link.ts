import { setTimeout } from 'node:timers/promises';
import { abortable, withinTime } from '../../../../abortable.js';
import { CtqError } from '../../../../errors.js';
import type { EventStream } from '../../../../netlink/messages/streams.js';
import { encodeJob, type MemberFrame, malformedAnswer, type QueryJob, type Totals } from '../../protocol/protocol.js';
import { Turns } from '../../turns.js';
import { type AskOptions, checkBegin, type ListeningLink, memberError, notDone } from '../link.js';
import { type Bus, querySubject } from './bus.js';
import { BusEvents } from './bus-events.js';
import { BEGIN_TIMES, requestFrame, requestPart, sendToMember } from './bus-request.js';

/** Parts of one member that are asked for ahead. */
const AHEAD = 4;

/** How often (ms) a member receives a sign that its answer is still expected. */
const KEEP = 15_000;
/** How often a part is asked for that is not there yet. */
const MAX_WAITS = 30;
/** The least time (ms) between two questions whether there are parts: what answers at once would be asked without end. */
const PAUSE = 5;

/** Parts of answers that are under way from the server: it cuts off a client that does not keep up. */
const PARTS_AT_ONCE = 32;
/** Parts that wait here for those before them, but for the next one of each member: they take memory. */
const PARTS_HELD = 32;

/** What the links of a fleet share. */
export interface PartTurns {
  readonly underWay: Turns;
  readonly ahead: Turns;
}

export const partTurns = (): PartTurns => ({ underWay: new Turns(PARTS_AT_ONCE), ahead: new Turns(PARTS_HELD) });

type Part = Extract<MemberFrame, { kind: 'part' }>;
/** A part that is asked for, and what ends its turn. */
interface Pull {
  readonly part: Promise<Part>;
  release(): void;
}
type Ready = Extract<MemberFrame, { kind: 'ready' }>;

/** A member that is reached by a message server, on subjects of its own. The parts of its answer are pulled. */
export class BusLink implements ListeningLink {
  readonly #bus: Bus;
  readonly #member: string;
  readonly #turns: PartTurns;

  /** @param turns of the parts of all members */
  constructor(bus: Bus, member: string, turns: PartTurns) {
    this.#bus = bus;
    this.#member = member;
    this.#turns = turns;
  }

  async *ask(job: QueryJob, options: AskOptions): AsyncGenerator<Uint8Array, Totals, undefined> {
    const { deadline, signal } = options;
    const end = performance.now() + deadline;
    const subject = querySubject(this.#member);
    if (options.asking !== undefined) {
      // The time that the connection to the server takes is not the member's.
      await this.#bus.roundTrip();
      options.asking();
    }
    checkBegin(await requestFrame(this.#bus, subject, encodeJob(job), { times: BEGIN_TIMES, signal }), options);
    let isOver = false;
    const pulls: Pull[] = [];
    try {
      const first = await this.#wait(job.id, deadline, end, signal);
      if (first.kind === 'part') {
        if (first.last === undefined) throw malformedAnswer();
        isOver = true;
        yield first.body;
        return first.last;
      }
      if (options.collect !== undefined) await this.#turn(job.id, options.collect(), signal);
      // An answer that is made as it is taken cannot be read ahead.
      const { parts: count } = first;
      const most = count === undefined ? 1 : AHEAD;
      let done = 0;
      let asked = 0;
      for (;;) {
        while (pulls.length < most && asked < (count ?? asked + 1)) {
          const release = pulls.length === 0 ? () => {} : this.#turns.ahead.tryBegin();
          if (release === undefined) break;
          const part = this.#pull(job.id, asked++, done, signal);
          // An error of a later part must not end the process before it is looked at.
          part.catch(() => {});
          pulls.push({ part, release });
        }
        // It said that there were fewer parts.
        if (pulls.length === 0) throw malformedAnswer();
        const part = await pulls[0].part;
        done++;
        isOver = part.last !== undefined;
        yield part.body;
        pulls.shift()?.release();
        if (part.last !== undefined) return part.last;
      }
    } finally {
      for (const { release } of pulls) release();
      sendToMember(this.#bus, this.#member, { id: job.id, kind: 'end' });
      if (!isOver) signal?.throwIfAborted();
    }
  }

  /** Waits until its answer may be collected; until then the member keeps it. */
  async #turn(id: string, turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    while (!(await abortable(withinTime(turn, KEEP), signal)))
      await requestPart(this.#bus, this.#member, { id, kind: 'wait' }, { signal });
  }

  listen(job: QueryJob, options: Pick<AskOptions, 'shape' | 'begun'>): EventStream {
    return new BusEvents(this.#bus, this.#member, job, options);
  }

  /** Waits until there are parts. @returns the only one, if it is small */
  async #wait(id: string, deadline: number, end: number, signal: AbortSignal | undefined): Promise<Part | Ready> {
    for (;;) {
      const left = end - performance.now();
      if (left <= 0) throw notDone(deadline);
      const request = { id, kind: 'wait' } as const;
      const frame = await requestPart(this.#bus, this.#member, request, { signal, end }).catch((error: unknown) => {
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
    for (let tries = 0; tries < MAX_WAITS; tries++) {
      const frame = await this.#turns.underWay.run(part, () =>
        requestPart(this.#bus, this.#member, { id, kind: 'part', part, done }, { signal }),
      );
      if (frame.kind === 'working') continue;
      if (frame.kind === 'error') throw frame.error;
      if (frame.kind !== 'part' || frame.part !== part) throw malformedAnswer();
      return frame;
    }
    throw memberError('fleet-stopped', 'stopped in the middle of its answer');
  }
}
