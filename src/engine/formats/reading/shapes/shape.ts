import type { MessageBuilder } from '../message/message-builder.js';
import { ADDRESSES, ALWAYS, partOfSlot, SLOT } from '../message/slots.js';
import { TIMES } from '../parts.js';
import type { EventName } from '../text/event.js';
import { type FoundValues, wide } from './found-values.js';
import { ADDRESS, type Values, WIDE } from './values.js';

/** Whether a query that needs some parts of a flow uses the value of a part (`partOfSlot`). */
export const isPartUsed = (part: number, parts: number): boolean => part === ALWAYS || (part & parts) !== 0;

/** All entries that are written alike. */
export class Shape {
  readonly flow: MessageBuilder;
  /** Line feeds in the text. */
  readonly lineFeeds: number;
  readonly #start: number | bigint;
  readonly #stop: number | bigint;
  readonly #event: EventName | undefined;
  readonly #eventTime: number | bigint;
  /** The slots that a query needs, and for each which of the text's values it has. */
  readonly #slots: number[] = [];
  readonly #indices: number[] = [];
  readonly #isWide: boolean[] = [];
  readonly #hasTimes: boolean;

  /** @param flow of one such entry; it is used for all of them */
  constructor(flow: MessageBuilder, values: Values, parts: number, lineFeeds: number) {
    this.flow = flow;
    this.lineFeeds = lineFeeds;
    this.#start = flow.start;
    this.#stop = flow.stop;
    this.#event = flow.event;
    this.#eventTime = flow.eventTime;
    this.#hasTimes = (parts & TIMES) !== 0;
    for (let i = 0; i < values.length; i++) {
      const part = partOfSlot(values.slots[i]);
      if (!isPartUsed(part, parts)) continue;
      // Keys of other protocols were dropped.
      if (values.slots[i] < SLOT.zones && flow.key(values.slots[i]) < 0) continue;
      this.#slots.push(values.slots[i]);
      this.#indices.push(i);
      this.#isWide.push(values.kinds[i] >= WIDE && values.kinds[i] !== ADDRESS);
    }
  }

  /** Sets the values of an entry. */
  fill({ numbers, lows, sizes, words }: FoundValues): void {
    const { flow } = this;
    const slots = this.#slots;
    // They may have been derived from others.
    flow.event = this.#event;
    if (this.#hasTimes) {
      flow.start = this.#start;
      flow.stop = this.#stop;
      flow.eventTime = this.#eventTime;
    }
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      const index = this.#indices[i];
      if (slot >= ADDRESSES) {
        const place = slot - ADDRESSES;
        flow.sizes[place] = sizes[index];
        flow.addresses[place] = words[4 * index];
        if (sizes[index] === 16) for (let k = 1; k < 4; k++) flow.addresses[place + k] = words[4 * index + k];
      } else if (this.#isWide[i]) flow.set(slot, wide(numbers[index], lows[index]));
      else flow.set(slot, numbers[index]);
    }
  }
}
