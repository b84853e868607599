import type { CheckedWatch } from '../../lang/checked/statements.js';
import { compile, type EvalContext } from '../../lang/evaluate/evaluate.js';
import { type Getter, integer } from '../../lang/values/value.js';
import { receivedAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import type { EventChunk, EventStream } from '../netlink/messages/streams.js';
import type { QueryContext } from '../query/context.js';
import { readingOf } from '../query/exec/select.js';
import { listenFilterOf, planEventFilter } from '../watch/event-filter.js';
import {
  groupsOf,
  readingEvents,
  selectOfWatch,
  warnOfMissingEvents,
  warnOfSmallBuffer,
} from '../watch/subscription.js';
import { type Answer, EVENTS_SIZE } from './answer.js';

/** Receive buffer of the kernel (bytes), and buffers of 256 KiB in this process: a gateway has other work to do. */
const RECEIVE_BUFFER = 16 << 20;
const BUFFERS = 64;

/** The events of a watch for one requester: those that meet its condition. */
export class WatchJob {
  readonly #stream: EventStream;
  readonly #answer: Answer;
  readonly #session: QueryContext;
  readonly #holds: Getter<MessageView> | undefined;
  readonly #view = new MessageView();
  #pieces: Uint8Array[] = [];
  #size = 0;
  #kept = 0;

  private constructor(
    { where }: CheckedWatch,
    reading: EvalContext<MessageView>,
    stream: EventStream,
    answer: Answer,
    session: QueryContext,
  ) {
    this.#holds = where && compile(where, reading);
    this.#stream = stream;
    this.#answer = answer;
    this.#session = session;
    answer.onFinish = () => stream.finish();
  }

  /** Subscribes: events from then on are sent, or counted as lost. @throws CtqError if it cannot */
  static async open(watch: CheckedWatch, session: QueryContext, answer: Answer): Promise<WatchJob> {
    const place = watch.place ?? session.place;
    warnOfMissingEvents(place, watch, session);
    const reading = readingEvents(await readingOf(selectOfWatch(watch), session));
    const filter = listenFilterOf(planEventFilter(watch, session, reading), session);
    const stream = session.source(place).listen(groupsOf(watch), {
      ...(filter === undefined ? {} : { filter }),
      receiveBuffer: RECEIVE_BUFFER,
      buffers: BUFFERS,
      signal: session.signal,
    });
    warnOfSmallBuffer(stream, session);
    return new WatchJob(watch, reading, stream, answer, session);
  }

  /** Events that the kernel has dropped. */
  get lost(): number {
    return this.#stream.dropped;
  }

  /** Passes on events until the subscription ends, or the requester has gone. */
  async run(): Promise<void> {
    const answer = this.#answer;
    const counts = this.#session.eventCounts;
    let lost = 0;
    try {
      for await (const chunk of this.#stream) {
        this.#add(chunk);
        if (this.#size > 0 || chunk.dropped > lost) this.#flush(chunk.dropped, chunk.emptyAt === undefined);
        if (counts !== undefined) {
          counts.received += chunk.count;
          counts.lost += chunk.dropped - lost;
        }
        lost = chunk.dropped;
        const drained = answer.drained();
        if (drained !== undefined) await drained;
      }
    } finally {
      await this.#stream.close();
    }
    answer.end(NOTHING, { read: answer.read, kept: this.#kept, repeats: 0, warnings: [] }, this.#stream.dropped);
  }

  #add({ bytes, dropped }: EventChunk): void {
    const view = this.#view;
    const { environment, gateway } = this.#session;
    view.context = receivedAt(integer(environment.now()), gateway === undefined ? {} : { gateway });
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      this.#answer.read++;
      if (this.#holds !== undefined && this.#holds(view) !== true) continue;
      const message = view.copy();
      if (this.#size + message.length > EVENTS_SIZE) this.#flush(dropped, true);
      this.#pieces.push(message);
      this.#size += message.length;
      this.#kept++;
    }
  }

  #flush(dropped: number, isBehind: boolean): void {
    this.#answer.writeEvents(Buffer.concat(this.#pieces, this.#size), dropped, isBehind);
    this.#pieces = [];
    this.#size = 0;
  }
}

const NOTHING = new Uint8Array(0);
