import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { internalError } from '../../errors.js';
import { startThread } from '../../start-thread.js';
import { ABANDON, ASKED, type Job, type Posted, type PostedChunk, RETURNED, SHARED_WORDS, STOP } from './jobs.js';
import { rememberProgram } from './programs.js';

type Order = Omit<Job, 'port' | 'shared'>;

/** A job of the receiving thread, as seen by the thread that started it. */
export class RunningJob {
  readonly #shared: Int32Array;
  readonly #port: MessagePort;
  readonly #arrived: Posted[] = [];
  #wake: (() => void) | undefined;
  #failure: unknown;
  #failed = false;
  #markEnded: () => void = () => {};
  /** Messages that arrived, consumed or not. */
  received = 0;
  /** Fulfilled when the thread no longer uses the socket. */
  readonly ended: Promise<void> = new Promise(resolve => {
    this.#markEnded = resolve;
  });
  #over = false;

  constructor(port: MessagePort, shared: SharedArrayBuffer) {
    this.#port = port;
    this.#shared = new Int32Array(shared);
    port.on('message', (posted: Posted) => {
      if (posted.kind === 'chunk') {
        this.received += posted.count;
        for (const { portid, name } of posted.programs) rememberProgram(portid, name);
      }
      this.#arrived.push(posted);
      if (posted.kind === 'end') this.finished();
      this.#wake?.();
    });
  }

  get over(): boolean {
    return this.#over;
  }

  /** The next filled buffer, or the end, which repeats. */
  async next(): Promise<Posted> {
    while (this.#arrived.length === 0 && !this.#failed)
      await new Promise<void>(resolve => {
        this.#wake = resolve;
      });
    if (this.#failed) throw this.#failure;
    const first = this.#arrived[0];
    if (first.kind === 'chunk') this.#arrived.shift();
    return first;
  }

  giveBack({ buffer }: PostedChunk): void {
    if (this.#over) return;
    this.#port.postMessage(buffer, [buffer]);
    this.#signal();
  }

  /** Requests a buffer, perhaps an empty one, once the queue is empty. */
  ask(): void {
    Atomics.add(this.#shared, ASKED, 1);
  }

  /** @param how FINISH or ABANDON. A thread that waits for events must also be woken. */
  stop(how: number): void {
    Atomics.store(this.#shared, STOP, how);
    if (how === ABANDON) this.#arrived.length = this.#arrived.at(-1)?.kind === 'end' ? this.#arrived.length : 0;
    this.#signal();
  }

  /** Rejects the wait for the next buffer with an error. */
  fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#failure = error;
    this.#wake?.();
  }

  /** Marks the job as ended. */
  finished(): void {
    this.#over = true;
    this.#port.close();
    this.#markEnded();
  }

  #signal(): void {
    Atomics.add(this.#shared, RETURNED, 1);
    Atomics.notify(this.#shared, RETURNED);
  }
}

/** A worker thread that receives events. It does not keep the process alive, a running job does. */
export class ReceivingThread {
  readonly #worker: Worker;
  #dead: Error | undefined;
  #job: RunningJob | undefined;

  constructor() {
    this.#worker = startThread('worker', './worker.ts', import.meta.url, { name: 'ctq-receiver' });
    this.#worker.unref();
    this.#worker.once('error', error =>
      this.#die(internalError(`the receiving thread failed: ${error.message}`, error)),
    );
    this.#worker.once('exit', () => this.#die(internalError('the receiving thread ended')));
  }

  start(order: Order): RunningJob {
    const { port1, port2 } = new MessageChannel();
    const shared = new SharedArrayBuffer(SHARED_WORDS * Int32Array.BYTES_PER_ELEMENT);
    const job = new RunningJob(port1, shared);
    this.#job = job;
    if (this.#dead !== undefined) this.#die(this.#dead);
    else this.#worker.postMessage({ ...order, shared, port: port2 }, [port2]);
    return job;
  }

  /**
   * Ends the job, then the thread: terminating a thread while it loads the binding of the C library would crash the process.
   */
  async terminate(): Promise<void> {
    if (this.#job !== undefined && !this.#job.over) {
      this.#job.stop(ABANDON);
      await this.#job.ended;
    }
    await this.#worker.terminate();
  }

  #die(error: Error): void {
    this.#dead ??= error;
    if (this.#job === undefined || this.#job.over) return;
    this.#job.fail(this.#dead);
    this.#job.finished();
  }
}
