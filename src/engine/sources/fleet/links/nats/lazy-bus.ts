import { memberError } from '../link.js';
import type { Answerer, Bus } from './bus.js';

/** A bus that is connected with its first request. After a failure, and after a loss for good, the next request connects again, until it is closed. */
export class LazyBus implements Bus {
  readonly #connect: () => Promise<Bus>;
  #bus: Promise<Bus> | undefined;
  #isClosed = false;

  constructor(connect: () => Promise<Bus>) {
    this.#connect = connect;
  }

  async #connected(): Promise<Bus> {
    const known = this.#bus;
    const bus = await known?.catch(() => undefined);
    if (bus !== undefined && !bus.isClosed) return bus;
    // The query has ended before this member has answered: another connection would keep the program from ending.
    if (this.#isClosed) throw memberError('fleet-server', 'the query has ended');
    // Of several that wait here, the first one connects.
    if (this.#bus === known) this.#bus = this.#connect();
    return this.#bus!;
  }

  async request(subject: string, bytes: Uint8Array, ms: number): Promise<Uint8Array> {
    return (await this.#connected()).request(subject, bytes, ms);
  }

  serve(subject: string, answer: Answerer, heard?: (isAllowed: boolean) => void): void {
    void this.#connected().then(bus => bus.serve(subject, answer, heard));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  publish(subject: string, bytes: Uint8Array): void {
    this.#bus?.then(
      bus => bus.publish(subject, bytes),
      () => {},
    );
  }

  async roundTrip(): Promise<number> {
    return (await this.#connected()).roundTrip();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const bus = await this.#bus?.catch(() => undefined);
    this.#bus = undefined;
    await bus?.close();
  }
}
