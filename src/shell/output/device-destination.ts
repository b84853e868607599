import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { type Destination, outputFailed } from './destination.js';
import { isTrustedIn, type Place } from './safe-path.js';

const WITHOUT_WAITING = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
/** How often (ms) a reader that is not there, or takes nothing, is tried again, at the longest. */
const LONGEST_PAUSE = 50;

interface Queued {
  readonly chunk: Uint8Array;
  readonly done: () => void;
}

/** A device, or a pipe that has a name. No call blocks: neither where a pipe has no reader yet, nor where nothing is taken. */
export class DeviceDestination implements Destination {
  readonly #place: Place;
  readonly #what: string;
  #fd: number | undefined;
  readonly #queue: Queued[] = [];
  /** Bytes of the first chunk that are written. */
  #at = 0;
  #waiting = 0;
  #pumping: Promise<void> | undefined;
  #failure: Error | undefined;
  #isOver = false;
  #wake: (() => void) | undefined;

  /** @throws NodeJS.ErrnoException */
  constructor(place: Place, what: string) {
    this.#place = place;
    this.#what = what;
    const { stats, folder } = place;
    if (stats !== undefined && !isTrustedIn(folder, stats))
      throw Object.assign(new Error('foreign'), { code: 'EACCES', errno: -13 });
    this.#open();
  }

  write(chunk: Uint8Array, done: () => void): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isOver) {
      done();
      return;
    }
    this.#queue.push({ chunk, done });
    this.#waiting += chunk.length;
    if (this.#pumping !== undefined) return;
    try {
      if (this.#push()) return;
    } catch (error) {
      throw this.#fail(error);
    }
    this.#start();
  }

  #start(): void {
    this.#pumping = this.#pump();
    // `ready` reports it.
    this.#pumping.catch(() => {});
  }

  ready(): Promise<void> | undefined {
    return this.#failure === undefined ? this.#pumping : Promise.reject(this.#failure);
  }

  get waiting(): number {
    return this.#waiting;
  }

  async close(): Promise<void> {
    // A pipe to which nothing was written has a reader all the same, who waits for the end.
    if (this.#pumping === undefined && this.#failure === undefined && !this.#isOver) this.#start();
    try {
      await this.ready();
    } finally {
      this.abort();
    }
  }

  abort(): void {
    this.#isOver = true;
    this.#wake?.();
    for (const { done } of this.#queue.splice(0)) done();
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#place.folder.close();
  }

  async #pump(): Promise<void> {
    try {
      for (let pause = 1; !this.#isOver; ) {
        await this.#pause(pause);
        const before = this.#waiting;
        if (this.#isOver || this.#push()) return;
        pause = this.#waiting < before ? 1 : Math.min(pause * 2, LONGEST_PAUSE);
      }
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#pumping = undefined;
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Writes what is taken now. @returns whether that was all */
  #push(): boolean {
    if (!this.#open()) return false;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const { chunk, done } = first;
      while (this.#at < chunk.length) {
        const written = attempt(() => writeSync(this.#fd!, chunk, this.#at), 'EAGAIN');
        if (written === undefined) return false;
        this.#at += written;
        this.#waiting -= written;
      }
      this.#at = 0;
      this.#queue.shift();
      done();
    }
    return true;
  }

  /** @returns false if a pipe has no reader yet */
  #open(): boolean {
    if (this.#fd !== undefined) return true;
    const { folder, name, isDescriptor = false } = this.#place;
    const flags = isDescriptor ? WITHOUT_WAITING : WITHOUT_WAITING | constants.O_NOFOLLOW;
    const fd = attempt(() => openSync(folder.at(name), flags), 'ENXIO');
    if (fd === undefined) return false;
    if (!fstatSync(fd).isFile()) {
      this.#fd = fd;
      return true;
    }
    closeSync(fd);
    throw Object.assign(new Error('it was replaced'), { code: 'EEXIST', errno: -17 });
  }

  #fail(error: unknown): Error {
    this.#failure = outputFailed(this.#what, error as Error);
    this.abort();
    return this.#failure;
  }
}

/** Undefined where a call fails with this code. */
function attempt(call: () => number, code: string): number | undefined {
  try {
    return call();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined;
    throw error;
  }
}
