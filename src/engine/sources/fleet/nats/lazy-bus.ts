import type { Answerer, Bus } from './bus.js';

/** A bus that is connected with its first request. After a failure, the next request connects again. */
export class LazyBus implements Bus {
  readonly #connect: () => Promise<Bus>;
  #bus: Promise<Bus> | undefined;

  constructor(connect: () => Promise<Bus>) {
    this.#connect = connect;
  }

  #connected(): Promise<Bus> {
    this.#bus ??= this.#connect().catch((error: unknown) => {
      this.#bus = undefined;
      throw error;
    });
    return this.#bus;
  }

  async request(subject: string, bytes: Uint8Array, ms: number): Promise<Uint8Array> {
    return (await this.#connected()).request(subject, bytes, ms);
  }

  serve(subject: string, answer: Answerer): void {
    void this.#connected().then(bus => bus.serve(subject, answer));
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
    const bus = await this.#bus?.catch(() => undefined);
    this.#bus = undefined;
    await bus?.close();
  }
}
