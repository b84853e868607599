import type { EventChunk, EventStream } from '../../netlink/streams.js';
import type { Connection } from './connection.js';
import { FRAME, type Frame, malformed } from './frames.js';
import { FINISH, type Subscribed } from './job.js';
import { framesOf, parsed } from './remote-frames.js';

/** The events of another host. Losses are those of its kernel: what is on its way here waits at both ends. */
export class RemoteEvents implements EventStream {
  readonly #connection: Connection;
  received = 0;
  dropped = 0;
  receiveBuffer = 0;
  wantedBuffer = 0;
  /** Fulfilled when the other side has subscribed, or failed to. */
  readonly subscribed: Promise<void>;
  readonly #frames: Promise<AsyncGenerator<Frame>>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#frames = this.#begin();
    this.subscribed = this.#frames.then(
      () => {},
      () => {},
    );
  }

  /** Up to where events follow. */
  async #begin(): Promise<AsyncGenerator<Frame>> {
    const { rest } = await this.#connection.greeted();
    const frames = framesOf(rest, this.#connection);
    const { done, value } = await frames.next();
    if (done || value.kind !== FRAME.subscribed) throw malformed();
    const { receiveBuffer, wantedBuffer } = parsed<Subscribed>(value.body);
    this.receiveBuffer = Number(receiveBuffer) || 0;
    this.wantedBuffer = Number(wantedBuffer) || 0;
    return frames;
  }

  finish(): void {
    this.#connection.write(FINISH);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk, void, undefined> {
    try {
      for await (const { body, count, dropped } of await this.#frames) {
        this.received += count;
        this.dropped = dropped;
        if (body.length > 0) yield { bytes: body, count, dropped };
      }
    } finally {
      await this.close();
    }
  }
}
