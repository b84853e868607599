import {
  CLOSE,
  CLOSE_ARRAY,
  COLON,
  COMMA,
  OPEN,
  OPEN_ARRAY,
  QUOTE,
  SPACE,
  stringEnd,
} from '../reading/cutting/json-text.js';
import { ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../reading/message/flow-values.js';
import { ADDRESSES, SLOT } from '../reading/message/slots.js';
import { ADDRESS, ISO_TIME, NUMBER, TEXT, type Values } from '../reading/shapes/values.js';
import { UINT8, UINT16, UINT32 } from '../reading/text/text-values.js';

interface Place {
  readonly slot: number;
  readonly kind: number;
  readonly most: number;
}

const number = (slot: number, most: number): Place => ({ slot, kind: NUMBER, most });
const address = (place: number): Place => ({ slot: ADDRESSES + place, kind: ADDRESS, most: 0 });
const time = (slot: number): Place => ({ slot, kind: ISO_TIME, most: 0 });
const text: Place = { slot: SLOT.nothing, kind: TEXT, most: 0 };

const direction = (name: string, side: number, src: number, dst: number): Record<string, Place> => ({
  [`${name}.src`]: address(src),
  [`${name}.dst`]: address(dst),
  [`${name}.sport`]: number(SLOT.sport + side, UINT16),
  [`${name}.srckey`]: number(SLOT.sport + side, UINT16),
  [`${name}.dport`]: number(SLOT.dport + side, UINT16),
  [`${name}.dstkey`]: number(SLOT.dport + side, UINT16),
  [`${name}.icmp_type`]: number(SLOT.icmpType + side, UINT8),
  [`${name}.icmp_code`]: number(SLOT.icmpCode + side, UINT8),
  [`${name}.icmp_id`]: number(SLOT.icmpId + side, UINT16),
  [`${name}.zone`]: number(SLOT.zones + side, UINT16),
  [`${name}.packets`]: number(SLOT.packets + side, Number.MAX_SAFE_INTEGER),
  [`${name}.bytes`]: number(SLOT.bytes + side, Number.MAX_SAFE_INTEGER),
});

/** Members whose values differ from entry to entry, by their path. */
const PLACES: Readonly<Record<string, Place>> = {
  ...direction('orig', ORIG, ORIG_SRC, ORIG_DST),
  ...direction('reply', REPLY, REPLY_SRC, REPLY_DST),
  zone: number(SLOT.zone, UINT16),
  timeout: number(SLOT.timeout, UINT32),
  mark: number(SLOT.mark, UINT32),
  id: number(SLOT.id, UINT32),
  use: number(SLOT.use, UINT32),
  portid: number(SLOT.portid, UINT32),
  start: time(SLOT.start),
  stop: time(SLOT.stop),
  event_time: time(SLOT.eventTime),
  // They follow from the others.
  packets: number(SLOT.nothing, Number.MAX_SAFE_INTEGER),
  bytes: number(SLOT.nothing, Number.MAX_SAFE_INTEGER),
  snat: text,
  dnat: text,
  netns: text,
  filename: text,
  gateway: text,
};

/** Members that are hardly the same in two entries; the kernel's zeros are. */
const RARE = /^(?:master|seqadj|synproxy|dccp\.handshake_seq|(?:orig|reply)\.vtag)(?:\.|$)/;

/** Finds the values in the object of an entry. @param bytes a valid object, and nothing else */
export function findValues(bytes: Uint8Array, values: Values): void {
  values.clear();
  new Finder(bytes, values).object('');
}

class Finder {
  readonly #bytes: Uint8Array;
  readonly #values: Values;
  #at = 0;

  constructor(bytes: Uint8Array, values: Values) {
    this.#bytes = bytes;
    this.#values = values;
  }

  /** @param path of the object, with a dot at its end */
  object(path: string): void {
    const bytes = this.#bytes;
    this.#at++;
    for (;;) {
      this.#skipSpaces();
      if (bytes[this.#at] === COMMA) this.#at++;
      this.#skipSpaces();
      if (bytes[this.#at] !== QUOTE) break;
      const begin = this.#at + 1;
      this.#skipString();
      const name = path + Buffer.from(bytes.subarray(begin, this.#at - 1)).toString('latin1');
      this.#skipSpaces();
      if (bytes[this.#at] === COLON) this.#at++;
      this.#skipSpaces();
      if (bytes[this.#at] === OPEN) this.object(`${name}.`);
      else this.#value(name);
    }
    this.#at++;
  }

  #value(name: string): void {
    const bytes = this.#bytes;
    const begin = this.#at;
    const first = bytes[begin];
    const isText = first === QUOTE;
    if (isText) this.#skipString();
    else if (first === OPEN_ARRAY) this.#skipArray();
    else while (!isEnd(bytes[this.#at])) this.#at++;
    const end = this.#at;
    const values = this.#values;
    if (RARE.test(name) && bytes.subarray(begin, end).some(c => c !== ZERO)) values.isUnusual = true;
    if (!Object.hasOwn(PLACES, name)) return;
    const { slot, kind, most } = PLACES[name];
    // The same member twice: the last one counts.
    if (slot !== SLOT.nothing && values.slots.slice(0, values.length).includes(slot)) values.isUnusual = true;
    if (isText !== (kind !== NUMBER) || (!isText && !isDigit(first))) return;
    values.add(slot, kind, isText ? begin + 1 : begin, isText ? end - 1 : end, most);
  }

  #skipSpaces(): void {
    while (this.#bytes[this.#at] <= SPACE) this.#at++;
  }

  #skipString(): void {
    this.#at = stringEnd(this.#bytes, this.#at, this.#bytes.length);
  }

  #skipArray(): void {
    const bytes = this.#bytes;
    let depth = 0;
    while (this.#at < bytes.length) {
      const c = bytes[this.#at];
      if (c === QUOTE) this.#skipString();
      else {
        this.#at++;
        if (c === OPEN_ARRAY || c === OPEN) depth++;
        else if ((c === CLOSE_ARRAY || c === CLOSE) && --depth === 0) return;
      }
    }
  }
}

const ZERO = 0x30;
const isDigit = (c: number): boolean => c >= ZERO && c <= 0x39;
const isEnd = (c: number | undefined): boolean =>
  c === undefined || c <= SPACE || c === COMMA || c === CLOSE || c === CLOSE_ARRAY;
