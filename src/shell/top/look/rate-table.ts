/** The counters of each flow at the last look at it, from which rates are computed. */
import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import { identity } from '../../../engine/query/plan/identity.js';
import type { Integer } from '../../../lang/values/value.js';

const SMALLEST = 1 << 12;
/** The share of slots in use above which the table is rebuilt. */
const MOST_FULL = 0.75;
/** Looks whose times are known. */
const TIMES = 64;

/** The slots of an open-addressing hash table: 28 bytes each, and no garbage. */
class Slots {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  /** The number of the last look that found the flow; 0: the slot is free. */
  readonly look: Uint32Array;
  readonly packets: Float64Array;
  readonly bytes: Float64Array;

  constructor(readonly size: number) {
    this.low = new Uint32Array(size);
    this.high = new Uint32Array(size);
    this.look = new Uint32Array(size);
    this.packets = new Float64Array(size);
    this.bytes = new Float64Array(size);
  }

  /** The slot of a key, or the free slot where it belongs. */
  find(low: number, high: number): number {
    const mask = this.size - 1;
    let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    hash ^= hash >>> 15;
    let at = hash & mask;
    while (this.look[at] !== 0 && (this.low[at] !== low || this.high[at] !== high)) at = (at + 1) & mask;
    return at;
  }
}

export class RateTable {
  #slots = new Slots(SMALLEST);
  /** Slots that are not free, also those of flows that have ended. */
  #used = 0;
  #look = 0;
  /** The last look that saw the whole table. */
  #complete = 0;
  /** Start of each look, in seconds; by its number modulo TIMES. */
  readonly #times = new Float64Array(TIMES);
  /** Start of the last complete look, ns since the epoch. */
  #completeTime: Integer = 0;
  #time: Integer = 0;
  readonly #namespaces = new Map<string, number>();
  /** Whether a look sees all flows, so that one that the previous look did not see is new. */
  #isWhole = false;

  /** Of the flow that was updated last: packets per second; null if unknown. */
  packets: number | null = null;
  /** Likewise: bytes per second. */
  bytes: number | null = null;
  /** Likewise: the flow began since the previous look. */
  isNew = false;

  /** Seconds since the previous complete look began; 0 in the first one. */
  get seconds(): number {
    return this.#complete === 0 ? 0 : this.#timeOf(this.#look) - this.#timeOf(this.#complete);
  }

  /** Slots of the table, for tests. */
  get size(): number {
    return this.#slots.size;
  }

  /**
   * Begins a look.
   * @param seconds of a monotonic clock
   * @param time ns since the epoch
   * @param isWhole no condition leaves out flows
   */
  begin(seconds: number, time: Integer, isWhole: boolean): void {
    this.#look++;
    this.#times[this.#look % TIMES] = seconds;
    this.#time = time;
    this.#isWhole = isWhole;
  }

  /** The look has seen everything. */
  complete(): void {
    this.#complete = this.#look;
    this.#completeTime = this.#time;
  }

  /** Forgets all flows: those seen next are other ones. */
  clear(): void {
    this.#slots = new Slots(SMALLEST);
    this.#used = 0;
    this.#complete = 0;
    this.#namespaces.clear();
  }

  /** Notes the counters of a flow, and computes its rates. */
  update(view: MessageView): void {
    const packets = sumOf(view.origPackets, view.replyPackets);
    const bytes = sumOf(view.origBytes, view.replyBytes);
    let slots = this.#slots;
    let at = this.#find(view);
    const before = slots.look[at];
    const isKnown = before !== 0 && before >= this.#complete && this.#complete > 0 && this.#look - before < TIMES;
    this.isNew = false;
    this.packets = null;
    this.bytes = null;
    if (isKnown) {
      const seconds = this.#timeOf(this.#look) - this.#timeOf(before);
      this.packets = rateOf(packets, slots.packets[at], seconds);
      this.bytes = rateOf(bytes, slots.bytes[at], seconds);
    } else if (this.#isStarted(view)) {
      this.isNew = true;
      this.packets = rateOf(packets, 0, this.seconds);
      this.bytes = rateOf(bytes, 0, this.seconds);
    }
    if (before === 0 && this.#used++ > slots.size * MOST_FULL) {
      this.#rebuild();
      slots = this.#slots;
      at = this.#find(view);
      this.#used++;
    }
    slots.low[at] = this.#low;
    slots.high[at] = this.#high;
    slots.look[at] = this.#look;
    slots.packets[at] = packets;
    slots.bytes[at] = bytes;
  }

  /** Whether a flow that the previous look did not see began after it. */
  #isStarted(view: MessageView): boolean {
    if (this.#complete === 0 || this.#complete !== this.#look - 1) return false;
    const { start } = view;
    return start < 0 ? this.#isWhole : start >= this.#completeTime;
  }

  #timeOf(look: number): number {
    return this.#times[look % TIMES];
  }

  /** The key that was looked for last. */
  #low = 0;
  #high = 0;

  #find(view: MessageView): number {
    const { id } = view;
    const tuple = view.orig;
    if (id < 0) this.#hash(identity(tuple, view.family, view.zone));
    else {
      // Ids are hashes of 32 bits, which may collide, but hardly with the same port.
      this.#low = id >>> 0;
      this.#high = Math.max(tuple.sport, tuple.icmpId, 0) & 0xffff;
    }
    if (view.netns !== null) this.#high = (this.#high ^ (this.#namespaceOf(view.netns) << 16)) >>> 0;
    return this.#slots.find(this.#low, this.#high);
  }

  #namespaceOf(name: string): number {
    let number = this.#namespaces.get(name);
    if (number === undefined) {
      number = this.#namespaces.size + 1;
      this.#namespaces.set(name, number);
    }
    return number;
  }

  /** FNV-1a, twice with different bases. */
  #hash(text: string): void {
    let low = 0x811c9dc5;
    let high = 0x9747b28c;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x01000193);
    }
    this.#low = low >>> 0;
    this.#high = high >>> 0;
  }

  /** Rebuilds the table, without the flows that have ended. */
  #rebuild(): void {
    const old = this.#slots;
    const least = Math.min(this.#complete, this.#look);
    const isAlive = (at: number): boolean => old.look[at] !== 0 && old.look[at] >= least;
    let alive = 0;
    for (let at = 0; at < old.size; at++) if (isAlive(at)) alive++;
    let size = SMALLEST;
    while (size < alive * 2) size *= 2;
    const slots = new Slots(size);
    for (let from = 0; from < old.size; from++) {
      if (!isAlive(from)) continue;
      const to = slots.find(old.low[from], old.high[from]);
      slots.low[to] = old.low[from];
      slots.high[to] = old.high[from];
      slots.look[to] = old.look[from];
      slots.packets[to] = old.packets[from];
      slots.bytes[to] = old.bytes[from];
    }
    this.#slots = slots;
    this.#used = alive;
  }
}

/** The counters of both directions; -1 if there are none. */
function sumOf(a: Integer, b: Integer): number {
  if (a < 0) return b < 0 ? -1 : Number(b);
  return b < 0 ? Number(a) : Number(a) + Number(b);
}

/** A counter that has decreased was zeroed meanwhile. */
function rateOf(now: number, before: number, seconds: number): number | null {
  if (now < 0 || before < 0 || seconds <= 0) return null;
  return (now < before ? now : now - before) / seconds;
}
