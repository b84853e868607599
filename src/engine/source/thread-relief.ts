import { CtqError, internalError, kernelError } from '../errors.js';
import type { Handover, Relief, Remainder } from './dump.js';
import { ABANDON, DUMP_BYTES, type PostedEnd } from './jobs.js';
import { ReceivingThread, type RunningJob } from './receiving-thread.js';
import { NetlinkSocket } from './socket.js';
import type { Chunk } from './source.js';

/** 3 MiB between the threads: enough that neither waits for the other's hiccups. */
const BUFFERS = 6;

/** Takes over large dumps with one receiving thread, started when the first one turns out to be large. */
export class ThreadRelief implements Relief {
  #thread: ReceivingThread | undefined;
  #running: ThreadRemainder | undefined;

  ready(): boolean {
    // If it cannot be started, the dump goes on without it.
    this.#thread ??= new ReceivingThread();
    return this.#thread.idle;
  }

  take(handover: Handover, operation: string, signal?: AbortSignal): Remainder {
    if (!(handover.channel instanceof NetlinkSocket) || this.#thread === undefined)
      throw internalError('only a socket can be received from in another thread');
    const { channel, seq, type, memory } = handover;
    const job = this.#thread.start({
      kind: 'dump',
      fd: channel.fd,
      seq,
      type,
      memory,
      buffers: BUFFERS,
      bytes: DUMP_BYTES,
    });
    void job.ended.then(() => channel.close());
    this.#running = new ThreadRemainder(job, operation, signal);
    return this.#running;
  }

  async close(): Promise<void> {
    this.#running?.abandon();
    await this.#thread?.terminate();
  }
}

class ThreadRemainder implements Remainder {
  readonly #job: RunningJob;
  readonly #operation: string;
  readonly #signal: AbortSignal | undefined;
  #end: PostedEnd | undefined;

  constructor(job: RunningJob, operation: string, signal?: AbortSignal) {
    this.#job = job;
    this.#operation = operation;
    this.#signal = signal;
  }

  get repeats(): number {
    return this.#end?.repeats ?? 0;
  }

  get interrupted(): boolean {
    return this.#end?.interrupted ?? false;
  }

  abandon(): void {
    this.#job.stop(ABANDON);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined> {
    const aborted = (): void => this.#job.fail(this.#signal?.reason);
    this.#signal?.addEventListener('abort', aborted);
    try {
      this.#signal?.throwIfAborted();
      for (;;) {
        const posted = await this.#job.next();
        if (posted.kind === 'end') {
          this.#end = posted;
          if (posted.fault !== undefined) throw new CtqError(posted.fault);
          if (posted.verdict === undefined) throw internalError('a dump was stopped by nobody');
          if (posted.verdict.errno !== 0) throw kernelError(posted.verdict.errno, this.#operation, posted.verdict.text);
          return;
        }
        if (posted.length > 0) yield { bytes: new Uint8Array(posted.buffer, 0, posted.length) };
        this.#job.giveBack(posted);
      }
    } finally {
      this.#signal?.removeEventListener('abort', aborted);
      if (!this.#job.over) this.abandon();
    }
  }
}
