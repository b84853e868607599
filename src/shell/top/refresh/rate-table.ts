/** The counters of each flow at the last refresh, from which rates are computed. */
import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import { identity } from '../../../engine/query/plan/identity.js';
import type { Integer } from '../../../lang/values/value.js';

const SMALLEST = 1 << 12;
/** The share of slots in use above which the table is rebuilt. */
const MAX_FULL = 0.75;
/** Refreshes whose times are known. */
const TIMES = 64;

/** Where the parts of a slot are, in words of 4 bytes; the counters in words of 8 bytes. */
const LOW = 0;
const HIGH = 1;
/** The number of the last refresh that found the flow; 0: the slot is free. */
const REFRESH = 2;
/** 1: the flow began before the last refresh that measured it, and after the one before. */
const FRESH = 3;
const PACKETS = 2;
const BYTES = 3;
/** The rates that were measured last; NaN: unknown. */
const PACKET_RATE = 8;
const BYTE_RATE = 9;
const WORDS = 10;
const DOUBLES = WORDS / 2;

/** The slots of an open-addressing hash table: 40 bytes each, together in memory, and no garbage. */
class Slots {
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
  readonly floats: Float32Array;

  constructor(readonly size: number) {
    const buffer = new ArrayBuffer(size * WORDS * 4);
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.floats = new Float32Array(buffer);
  }

  /** The slot of a key, or the free slot where it belongs. */
  find(low: number, high: number): number {
    const { words } = this;
    const mask = this.size - 1;
    let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
    hash ^= hash >>> 15;
    let at = hash & mask;
    for (;;) {
      const word = at * WORDS;
      if (words[word + REFRESH] === 0 || (words[word + LOW] === low && words[word + HIGH] === high)) return at;
      at = (at + 1) & mask;
    }
  }

  refresh(at: number): number {
    return this.words[at * WORDS + REFRESH];
  }

  copy(from: Slots, at: number): void {
    const start = at * WORDS;
    const to = this.find(from.words[start + LOW], from.words[start + HIGH]) * WORDS;
    for (let word = 0; word < WORDS; word++) this.words[to + word] = from.words[start + word];
  }
}

export class RateTable {
  #slots = new Slots(SMALLEST);
  /** Slots that are not free, also those of flows that have ended. */
  #used = 0;
  #refresh = 0;
  /** The last refresh that saw the whole table. */
  #complete = 0;
  /** Start of each refresh, in seconds; by its number modulo TIMES. */
  readonly #times = new Float64Array(TIMES);
  /** Start of the last complete refresh, ns since the epoch. */
  #completeTime: Integer = 0;
  #time: Integer = 0;
  readonly #namespaces = new Map<string, number>();
  /** Whether a refresh sees all flows, so that one that the previous refresh did not see is new. */
  #isWhole = false;
  /** The span (s) of the last refresh that measured rates; 0: there was none. */
  #span = 0;

  /** The shortest interval, in seconds, of which rates are measured. A refresh after less time has the rates of the previous refresh. */
  shortest = 0;
  /** The refresh came too soon to measure rates: it changes nothing. */
  isGlance = false;

  /** Of the flow that was updated last: packets per second; null if unknown. */
  packets: number | null = null;
  /** Likewise: bytes per second. */
  bytes: number | null = null;
  /** Likewise: the flow began since the previous refresh. */
  isNew = false;

  /** The seconds of which the rates are measured: since the previous complete refresh began; 0 in the first one. */
  get seconds(): number {
    if (this.isGlance) return this.#span;
    return this.#complete === 0 ? 0 : this.#timeOf(this.#refresh) - this.#timeOf(this.#complete);
  }

  /** Slots of the table, for tests. */
  get size(): number {
    return this.#slots.size;
  }

  /**
   * Begins a refresh.
   * @param seconds of a monotonic clock
   * @param time ns since the epoch
   * @param isWhole no condition leaves out flows
   */
  begin(seconds: number, time: Integer, isWhole: boolean): void {
    this.isGlance = this.#complete > 0 && seconds - this.#timeOf(this.#complete) < this.shortest;
    if (this.isGlance) return;
    this.#refresh++;
    this.#times[this.#refresh % TIMES] = seconds;
    this.#time = time;
    this.#isWhole = isWhole;
  }

  /** The refresh has seen everything. */
  complete(): void {
    if (this.isGlance) return;
    this.#span = this.seconds;
    this.#complete = this.#refresh;
    this.#completeTime = this.#time;
  }

  /** Forgets all flows: those seen next are other ones. */
  clear(): void {
    this.#slots = new Slots(SMALLEST);
    this.#used = 0;
    this.#complete = 0;
    this.#span = 0;
    this.#namespaces.clear();
  }

  /** Notes the counters of a flow, and computes its rates. */
  update(view: MessageView): void {
    let slots = this.#slots;
    let at = this.#find(view);
    const before = slots.refresh(at);
    const isKnown = before !== 0 && before >= this.#complete && this.#complete > 0 && this.#refresh - before < TIMES;
    if (this.isGlance) {
      this.#recall(isKnown ? at : -1);
      return;
    }
    const packets = sumOf(view.origPackets, view.replyPackets);
    const bytes = sumOf(view.origBytes, view.replyBytes);
    this.isNew = false;
    this.packets = null;
    this.bytes = null;
    if (isKnown) {
      const seconds = this.#timeOf(this.#refresh) - this.#timeOf(before);
      // A refresh that was cancelled has seen the flow just now.
      if (seconds < this.shortest) this.#recall(at);
      else {
        this.packets = rateOf(packets, slots.doubles[at * DOUBLES + PACKETS], seconds);
        this.bytes = rateOf(bytes, slots.doubles[at * DOUBLES + BYTES], seconds);
      }
    } else if (this.#isStarted(view)) {
      this.isNew = true;
      this.packets = rateOf(packets, 0, this.seconds);
      this.bytes = rateOf(bytes, 0, this.seconds);
    }
    if (before === 0 && this.#used++ > slots.size * MAX_FULL) {
      this.#rebuild();
      slots = this.#slots;
      at = this.#find(view);
      this.#used++;
    }
    const { words, doubles, floats } = slots;
    const word = at * WORDS;
    words[word + LOW] = this.#low;
    words[word + HIGH] = this.#high;
    words[word + REFRESH] = this.#refresh;
    words[word + FRESH] = this.isNew ? 1 : 0;
    doubles[at * DOUBLES + PACKETS] = packets;
    doubles[at * DOUBLES + BYTES] = bytes;
    floats[word + PACKET_RATE] = this.packets ?? Number.NaN;
    floats[word + BYTE_RATE] = this.bytes ?? Number.NaN;
  }

  /** The rates that were measured last. @param at the slot; -1: the flow is not known */
  #recall(at: number): void {
    const { words, floats } = this.#slots;
    const word = at * WORDS;
    this.isNew = at >= 0 && words[word + FRESH] === 1;
    this.packets = at < 0 || Number.isNaN(floats[word + PACKET_RATE]) ? null : floats[word + PACKET_RATE];
    this.bytes = at < 0 || Number.isNaN(floats[word + BYTE_RATE]) ? null : floats[word + BYTE_RATE];
  }

  /** Whether a flow that the previous refresh did not see began after it. */
  #isStarted(view: MessageView): boolean {
    if (this.#complete === 0 || this.#complete !== this.#refresh - 1) return false;
    const { start } = view;
    return start < 0 ? this.#isWhole : start >= this.#completeTime;
  }

  #timeOf(refresh: number): number {
    return this.#times[refresh % TIMES];
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
    const least = Math.min(this.#complete, this.#refresh);
    const isAlive = (at: number): boolean => old.refresh(at) !== 0 && old.refresh(at) >= least;
    let alive = 0;
    for (let at = 0; at < old.size; at++) if (isAlive(at)) alive++;
    let size = SMALLEST;
    while (size < alive * 2) size *= 2;
    const slots = new Slots(size);
    for (let at = 0; at < old.size; at++) if (isAlive(at)) slots.copy(old, at);
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
