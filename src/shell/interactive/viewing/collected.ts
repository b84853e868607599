import type { Destination } from '../../output/destination.js';

/** Takes a result as a text. */
export class Collected implements Destination {
  readonly #chunks: Uint8Array[] = [];

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  write(chunk: Uint8Array, done: () => void): void {
    this.#chunks.push(Uint8Array.from(chunk));
    done();
  }

  ready(): undefined {
    return undefined;
  }

  async close(): Promise<void> {}

  abort(): void {}
}
