import { ERRNO } from '../../errno.js';
import { CtqError, internalError } from '../../errors.js';
import { NFGEN_END, NLM_F_ACK, NLM_F_REQUEST, NLMSG_NOOP } from '../constants.js';
import { Buffer32 } from '../messages/framing.js';
import type { EventChunk, EventStream, ListenFilter, ListenOptions } from '../messages/streams.js';
import { NetlinkSocket } from '../socket.js';
import { type EarlySocket, RECEIVE_BUFFER } from './early-socket.js';
import { ABANDON, FINISH } from './jobs.js';
import { ReceivingThread, type RunningJob } from './receiving-thread.js';

/** Size in bytes of one buffer passed between the threads. */
const EVENT_BYTES = 256 << 10;
/** 16 MiB: some 80,000 events more. */
const BUFFERS = 64;

/** How often (ms) a namespace is looked for. */
const LOOK_MS = 1000;

/** Events, received by a dedicated thread. */
export class ThreadEventStream implements EventStream {
  readonly #socket: NetlinkSocket;
  readonly #groups: readonly number[];
  readonly #thread: ReceivingThread;
  readonly #job: RunningJob;
  readonly #signal: AbortSignal | undefined;
  readonly receiveBuffer: number;
  readonly requestedBuffer: number;
  #dropped = 0;
  /** Losses when the subscription ended: the ack that wakes the thread may be lost too, but is not an event. */
  #final = Number.POSITIVE_INFINITY;
  #closed: Promise<void> | undefined;
  #iterated = false;
  #watchdog: NodeJS.Timeout | undefined;
  #gone: CtqError | undefined;

  /**
   * @param open opens the socket in the right network namespace
   * @param early a socket that has already joined the groups, and perhaps more
   * @param gone says that the namespace has been removed, though the socket still keeps it
   */
  constructor(
    open: (receiveBuffer: number) => NetlinkSocket,
    groups: readonly number[],
    options: ListenOptions,
    early?: EarlySocket,
    gone?: () => CtqError | undefined,
  ) {
    options.signal?.throwIfAborted();
    this.#groups = groups;
    this.#signal = options.signal;
    this.#socket = early === undefined ? open(options.receiveBuffer ?? RECEIVE_BUFFER) : NetlinkSocket.adopt(early.fd);
    const unwanted = early?.groups.filter(({ group }) => !groups.includes(group)) ?? [];
    // First: a smaller buffer may be full of events that were queued before.
    if (options.filter !== undefined) this.#attach(options.filter);
    if (options.receiveBuffer !== undefined) this.#socket.setReceiveBuffer(options.receiveBuffer);
    this.receiveBuffer = this.#socket.receiveLimit;
    this.requestedBuffer = 2 * (options.receiveBuffer ?? RECEIVE_BUFFER);
    try {
      for (const group of groups) this.#socket.join(group);
      for (const { group } of unwanted) this.#socket.leave(group);
    } catch (error) {
      this.#socket.close();
      throw error;
    }
    this.#thread = new ReceivingThread();
    this.#job = this.#thread.start({
      fd: this.#socket.fd,
      buffers: options.buffers ?? BUFFERS,
      bytes: EVENT_BYTES,
      ...(unwanted.length === 0 ? {} : { unwanted }),
    });
    // The thread no longer uses the socket: its last count of losses is the final one.
    void this.#job.ended.then(() => {
      clearInterval(this.#watchdog);
      this.#dropped = Math.min(this.#socket.dropped(), this.#final);
      this.#socket.close();
      this.#signal?.removeEventListener('abort', this.#abort);
      return this.#thread.terminate();
    });
    this.#signal?.addEventListener('abort', this.#abort);
    if (gone !== undefined) this.#watchdog = setInterval(() => this.#look(gone), LOOK_MS).unref();
  }

  /** Listening to everything is slower, but right. */
  #attach({ programs, refused }: ListenFilter): void {
    for (const [i, program] of programs.entries()) {
      try {
        this.#socket.attachFilter(program);
        return;
      } catch (error) {
        if (!(error instanceof CtqError)) throw error;
        if (error.errno?.number === ERRNO.ENOMEM && i + 1 < programs.length) continue;
        refused(error);
        return;
      }
    }
  }

  /** What came before is still delivered; then the stream fails. */
  #look(gone: () => CtqError | undefined): void {
    this.#gone ??= gone();
    if (this.#gone === undefined) return;
    clearInterval(this.#watchdog);
    this.finish();
  }

  readonly #abort = (): void => {
    this.#job.fail(this.#signal?.reason);
    void this.close();
  };

  get ended(): Promise<void> {
    return this.#job.ended;
  }

  get received(): number {
    return this.#job.received;
  }

  get dropped(): number {
    if (this.#closed === undefined && !this.#job.over) this.#dropped = Math.min(this.#socket.dropped(), this.#final);
    return this.#dropped;
  }

  probe(): void {
    this.#job.ask();
  }

  finish(): void {
    if (this.#job.over || this.#closed !== undefined) return;
    for (const group of this.#groups) this.#socket.leave(group);
    this.#final = this.#socket.dropped();
    this.#job.stop(FINISH);
    this.#wake();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventChunk, void, undefined> {
    if (this.#iterated) throw internalError('an event stream can be read once');
    this.#iterated = true;
    try {
      for (;;) {
        const posted = await this.#job.next();
        if (posted.kind === 'end') {
          if (posted.fault !== undefined) throw new CtqError(posted.fault);
          if (this.#gone !== undefined && this.#closed === undefined) throw this.#gone;
          return;
        }
        const { buffer, length, count, dropped, emptyAt } = posted;
        // The stream was closed by its consumer, which asks for nothing more.
        if (count > 0 || (emptyAt !== undefined && this.#closed === undefined))
          yield { bytes: new Uint8Array(buffer, 0, length), count, dropped: Math.min(dropped, this.#final), emptyAt };
        this.#job.giveBack(posted);
      }
    } finally {
      await this.close();
    }
  }

  async #end(): Promise<void> {
    if (!this.#job.over) {
      this.#final = Math.min(this.#socket.dropped(), this.#final);
      this.#dropped = this.#final;
      this.#job.stop(ABANDON);
      this.#wake();
    }
    await this.#job.ended;
    await this.#thread.terminate();
  }

  /**
   * Ends the thread's wait for events with an ack: the kernel queues its acknowledgement of a no-op message. If the queue is
   * full, the thread is not waiting.
   */
  #wake(): void {
    const noop = new Buffer32(NFGEN_END);
    noop.u32[0] = NFGEN_END;
    noop.u16[2] = NLMSG_NOOP;
    noop.u16[3] = NLM_F_REQUEST | NLM_F_ACK;
    this.#socket.send(noop.bytes);
  }
}
