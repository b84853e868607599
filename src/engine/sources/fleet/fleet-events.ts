import { type Integer, integer } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';
import type { EventChunk, EventStream, PartialLoss } from '../../netlink/messages/streams.js';
import { merge } from '../merge.js';
import { noAnswer } from './links/link.js';
import type { MemberListenOptions } from './listening.js';
import { type MissingMember, missingError, missingOf } from './missing.js';
import type { NamedSource } from './named-source.js';
import type { FleetOptions } from './options.js';

/** Pauses (ms) before a member that is missing is asked again: each is twice the one before. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
/** How long (ms) a member must have been there for the pauses to start from the shortest again. */
const STABLE = 60_000;

/** One member, and its events. */
interface Watched extends NamedSource {
  stream: EventStream | undefined;
  /** Events that it lost in subscriptions before this one. */
  lostBefore: number;
  /** Losses that were reported with its last chunk. */
  reported: number;
}

/**
 * The events of the members of a fleet as one stream: of each in its kernel's order, among each other as they arrive. A member that goes
 * is reported, and asked again until the watch ends.
 */
export class FleetEvents implements EventStream {
  readonly #members: readonly Watched[];
  readonly #groups: readonly number[];
  readonly #options: MemberListenOptions;
  /** Each member must be there all the time. */
  readonly #isStrict: boolean;
  /** Members that did not answer the first question. */
  readonly #absent: MissingMember[] = [];
  #isFinished = false;
  #isClosed = false;
  /** Ends the pauses. */
  #wakers: (() => void)[] = [];
  received = 0;

  constructor(
    members: readonly NamedSource[],
    groups: readonly number[],
    options: MemberListenOptions,
    { missing }: Pick<FleetOptions, 'missing'>,
  ) {
    this.#groups = groups;
    this.#options = options;
    this.#isStrict = missing === 'fail' || options.missing === undefined;
    this.#members = members.map(({ name, source }) => ({
      name,
      source,
      stream: undefined,
      lostBefore: 0,
      reported: 0,
    }));
    // All subscribe before the first event is read.
    for (const member of this.#members) this.#listen(member);
  }

  #listen(member: Watched): EventStream {
    const { warn } = this.#options;
    member.stream = member.source.listen(this.#groups, {
      ...this.#options,
      gateway: member.name,
      warn: (message, hint) => warn?.(`${member.name}: ${message}`, hint),
    } as MemberListenOptions);
    return member.stream;
  }

  get dropped(): number {
    return this.#members.reduce((all, member) => all + lostBy(member), 0);
  }

  losses(): readonly PartialLoss[] {
    return this.#members.map(member => ({ gateway: member.name, dropped: lostBy(member) }));
  }

  get receiveBuffer(): number {
    return this.#least(({ receiveBuffer }) => receiveBuffer);
  }

  get requestedBuffer(): number {
    return this.#least(({ requestedBuffer }) => requestedBuffer);
  }

  #least(of: (stream: EventStream) => number): number {
    const sizes = this.#members.flatMap(({ stream }) => (stream === undefined ? [] : [of(stream)]));
    return sizes.length === 0 ? 0 : Math.min(...sizes);
  }

  finish(): void {
    this.#isFinished = true;
    for (const { stream } of this.#members) stream?.finish();
    this.#wake();
  }

  async close(): Promise<void> {
    this.#isFinished = true;
    this.#isClosed = true;
    this.#wake();
    await Promise.all(this.#members.map(({ stream }) => stream?.close()));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk, void, undefined> {
    const members = this.#members;
    const all = members.map(member => this.#eventsOf(member));
    const rethrow = (_index: number, error: unknown): void => {
      throw error;
    };
    try {
      for await (const { index, value } of merge(all, rethrow)) {
        members[index].reported = value.dropped;
        this.received += value.count;
        yield { ...value, dropped: members.reduce((sum, { reported }) => sum + reported, 0) };
      }
    } finally {
      await this.close();
    }
  }

  /** The events of one member, in one subscription after the other. @throws CtqError if no member was ever there */
  async *#eventsOf(member: Watched): AsyncGenerator<EventChunk, void, undefined> {
    let pause = FIRST_PAUSE;
    // Until its first answer: what it has not sent since the watch began.
    let since = performance.now();
    let isGone = false;
    let isFirst = true;
    for (;;) {
      const stream = member.stream ?? this.#listen(member);
      let began: number | undefined;
      let error: CtqError | undefined;
      try {
        await stream.began;
        began = performance.now();
        if (isGone) this.#options.returned?.(member.name, nanoseconds(began - since));
        isGone = false;
        isFirst = false;
        for await (const { bytes, count, dropped } of stream)
          yield { gateway: member.name, bytes, count, dropped: member.lostBefore + dropped };
        if (!this.#isFinished) error = ended();
        else if (stream.isCut) error = noAnswer();
      } catch (thrown) {
        error = thrown as CtqError;
      }
      // What has ended because the watch ends is not missing.
      if (this.#isClosed || error === undefined) return;
      // A connection that was still being made was given up.
      if (this.#isFinished && began === undefined && !isGone && error.code === 'relay-closed') return;
      if (began !== undefined) since = stream.completeUntil ?? performance.now();
      member.lostBefore += stream.dropped;
      member.stream = undefined;
      await stream.close();
      this.#report(missingOf(member.name, error), isFirst, isGone ? undefined : since);
      isGone = true;
      isFirst = false;
      if (this.#isFinished) return;
      if (began !== undefined && performance.now() - began > STABLE) pause = FIRST_PAUSE;
      await this.#pause(pause);
      if (this.#isFinished) return;
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  /**
   * @param since from when its events are missing, by performance.now(); undefined if it was reported before
   * @throws CtqError if all are required, or if none answers the first question
   */
  #report(missing: MissingMember, isFirst: boolean, since: number | undefined): void {
    const members = this.#members.length;
    if (this.#isStrict) throw missingError([missing], members);
    if (isFirst) {
      this.#absent.push(missing);
      if (this.#absent.length === members) throw missingError(this.#absent, members);
    }
    if (since !== undefined) this.#options.missing?.(missing, since);
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wakers.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

const lostBy = ({ lostBefore, stream }: Watched): number => lostBefore + (stream?.dropped ?? 0);

const nanoseconds = (ms: number): Integer => integer(BigInt(Math.round(ms * 1e6)));

const ended = (): CtqError => new CtqError({ code: 'fleet-ended', kind: 'system', message: 'ended its events' });
