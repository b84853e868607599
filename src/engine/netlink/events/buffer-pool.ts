import { receiveMessageOnPort } from 'node:worker_threads';
import { Buffer32 } from '../messages/framing.js';
import { ABANDON, ASKED, type Job, type PostedChunk, RETURNED, STOP } from './jobs.js';

/** The receiving thread's side of the buffers of a job: new ones up to the limit, then returned ones. */
export class BufferPool {
  readonly #job: Job;
  readonly #shared: Int32Array;
  #made = 0;

  constructor(job: Job) {
    this.#job = job;
    this.#shared = new Int32Array(job.shared);
  }

  get stop(): number {
    return Atomics.load(this.#shared, STOP);
  }

  get asked(): number {
    return Atomics.load(this.#shared, ASKED);
  }

  /** An empty buffer; waits until one is returned. Undefined when the job is abandoned. */
  take(): Buffer32 | undefined {
    for (;;) {
      // Read before the check: a buffer returned after it changes the counter, and the wait ends at once.
      const returned = Atomics.load(this.#shared, RETURNED);
      if (this.stop === ABANDON) return undefined;
      const message = receiveMessageOnPort(this.#job.port);
      if (message !== undefined) return new Buffer32(message.message as ArrayBuffer);
      if (this.#made < this.#job.buffers) {
        this.#made++;
        return new Buffer32(this.#job.bytes);
      }
      Atomics.wait(this.#shared, RETURNED, returned);
    }
  }

  post({ bytes }: Buffer32, filled: Omit<PostedChunk, 'kind' | 'buffer'>): void {
    const chunk: PostedChunk = { kind: 'chunk', buffer: bytes.buffer as ArrayBuffer, ...filled };
    this.#job.port.postMessage(chunk, [chunk.buffer]);
  }
}
