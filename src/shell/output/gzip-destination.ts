import type { Gzip } from 'node:zlib';
import type { Destination } from './destination.js';

/** Text that is compressed on its way to a file. What was written before `next` is a whole gzip file, and so is the rest. */
export class GzipDestination implements Destination {
  readonly #file: Destination;
  #gzip: Gzip | undefined;
  /** What has been compressed so far is passed on. */
  #passed: Promise<void> = Promise.resolve();
  /** Results whose last bytes are on their way. */
  #ending = 0;
  #drained: Promise<void> | undefined;
  /** Ends `#drained`. */
  #wake: (() => void) | undefined;
  #failure: Error | undefined;
  #isOver = false;

  constructor(file: Destination) {
    this.#file = file;
    // A result without rows is a gzip file too.
    this.#gzip = this.#open();
  }

  #open(): Gzip {
    // Loaded where it is used: most programs write no such file, and all of them load this one.
    const gzip = process.getBuiltinModule('node:zlib').createGzip();
    // It fails only by being destroyed, which `#pass` reports.
    gzip.on('error', () => {});
    for (const event of ['drain', 'close']) gzip.on(event, () => this.#wake?.());
    this.#after(() => this.#pass(gzip));
    return gzip;
  }

  async #pass(gzip: Gzip): Promise<void> {
    for await (const bytes of gzip) {
      this.#file.write(bytes as Uint8Array, () => {});
      await this.#file.ready();
    }
  }

  #after(work: () => Promise<void>): void {
    this.#passed = this.#passed.then(work);
    // `write`, `ready` and `close` report it.
    this.#passed.catch((error: Error) => {
      this.#failure ??= error;
      this.#gzip?.destroy();
    });
  }

  write(chunk: Uint8Array, done: () => void): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isOver) {
      done();
      return;
    }
    this.#gzip ??= this.#open();
    this.#gzip.write(chunk, () => done());
  }

  ready(): Promise<void> | undefined {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ending > 0) return this.#passed;
    const gzip = this.#gzip;
    if (gzip?.writableNeedDrain !== true) return undefined;
    this.#drained ??= new Promise<void>(resolve => {
      this.#wake = resolve;
    }).then(() => {
      this.#drained = undefined;
      if (this.#failure !== undefined) throw this.#failure;
    });
    return this.#drained;
  }

  get waiting(): number {
    return (this.#gzip?.writableLength ?? 0) + (this.#file.waiting ?? 0);
  }

  get replacesFile(): boolean {
    return this.#file.replacesFile === true;
  }

  share(): void {
    this.#file.share?.();
  }

  next(): void {
    this.#gzip?.end();
    this.#gzip = undefined;
    this.#ending++;
    this.#after(async () => {
      this.#file.next?.();
      this.#ending--;
    });
  }

  async close(): Promise<void> {
    this.#gzip?.end();
    await this.#passed;
    await this.#file.close();
  }

  abort(): void {
    this.#isOver = true;
    this.#gzip?.destroy();
    this.#file.abort();
  }
}
