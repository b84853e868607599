import { addressEnd, readIPv4, readIPv6 } from '../../../engine/formats/reading/byte-addresses.js';
import { decimal, decimalOrHex } from '../../../engine/formats/reading/byte-numbers.js';

/** A value in a line, and where it stands in the message: an address or a port may stand in both tuples. */
export interface Field {
  /**
   * Writes the value that begins at `at` into the message that begins at `to`.
   * @returns where the value ends; -1 for one that is written in another way than most, or wrong: the parser knows
   */
  take(text: Uint8Array, at: number, end: number, out: Uint8Array, to: number): number;
}

/** Writes the value between `from` and `end`; false as `take`. */
export type Write = (text: Uint8Array, from: number, end: number, out: Uint8Array, to: number) => boolean;

/** Offsets from the beginning of the message; none where the value is looked at and thrown away. */
export type Places = readonly number[];

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const BRACKET = 0x5d;
const BRACE = 0x7d;
const COLON = 0x3a;

/** The argument of an option: a word. */
export const word = (write: Write): Field => ({
  take(text, at, end, out, to) {
    let stop = at;
    while (stop < end && text[stop] !== SPACE) stop++;
    return write(text, at, stop, out, to) ? stop : -1;
  },
});

/** A member of the object at the end of a line: a number, a text without escapes, or a list without lists in it. */
export const member = (write: Write): Field => ({
  take(text, at, end, out, to) {
    const stop = memberEnd(text, at, end);
    return stop > at && write(text, at, stop, out, to) ? stop : -1;
  },
});

/** -1 for what has escapes, and for what does not end. */
function memberEnd(text: Uint8Array, from: number, end: number): number {
  const last = text[from] === QUOTE ? QUOTE : text[from] === 0x5b ? BRACKET : 0;
  let at = last === 0 ? from : from + 1;
  for (; at < end; at++) {
    const code = text[at];
    if (code === BACKSLASH) return -1;
    if (last === 0 && (code === COMMA || code === BRACE)) return at;
    if (code === last) return at + 1;
  }
  return -1;
}

const AFTER_TEN = 0x3a;

/** A number that is told, and that nothing can be done with: an id, a counter. A text likewise. */
export const anything: Write = (text, from, end) => {
  if (text[from] === QUOTE) return true;
  for (let at = from; at < end; at++) if (text[at] < 0x30 || text[at] >= AFTER_TEN) return false;
  return true;
};

type Read = (text: Uint8Array, from: number, end: number) => number;

const put8: Put = (out, at, n) => {
  out[at] = n;
};
const put16: Put = (out, at, n) => {
  out[at] = n >>> 8;
  out[at + 1] = n;
};
const put32: Put = (out, at, n) => {
  out[at] = n >>> 24;
  out[at + 1] = n >>> 16;
  out[at + 2] = n >>> 8;
  out[at + 3] = n;
};
/** With its bytes in the order of this machine, as conntrack(8) writes verification tags. */
const putSwapped: Put = (out, at, n) => {
  out[at] = n;
  out[at + 1] = n >>> 8;
  out[at + 2] = n >>> 16;
  out[at + 3] = n >>> 24;
};
type Put = (out: Uint8Array, at: number, n: number) => void;

const writing =
  (read: Read, put: Put, places: Places): Write =>
  (text, from, end, out, to) => {
    const value = read(text, from, end);
    if (value < 0) return false;
    for (let i = 0; i < places.length; i++) put(out, to + places[i], value);
    return true;
  };

const upTo =
  (max: number): Read =>
  (text, from, end) =>
    decimal(text, from, end, max);
const anyBaseUpTo =
  (max: number): Read =>
  (text, from, end) =>
    decimalOrHex(text, from, end, max);

/** Numbers in decimal digits. */
export const u8 = (places: Places): Write => writing(upTo(0xff), put8, places);
export const u16 = (places: Places): Write => writing(upTo(0xffff), put16, places);
export const u32 = (places: Places): Write => writing(upTo(0xffffffff), put32, places);

/** Numbers that may be hexadecimal, too. */
export const key = (places: Places): Write => writing(anyBaseUpTo(0xffff), put16, places);
export const mark = (places: Places): Write => writing(anyBaseUpTo(0xffffffff), put32, places);
export const tag = (places: Places): Write => writing(anyBaseUpTo(0xffffffff), putSwapped, places);

/** 0 is no zone: it is not in the message. */
export const zone = (places: Places): Write =>
  writing((text, from, end) => decimalOrHex(text, from, end, 0xffff) || -1, put16, places);

/** As it is on the wire, the first byte lowest. */
const wholeIPv4: Read = (text, from, end) => {
  const address = readIPv4(text, from, end);
  return address >= 0 && addressEnd() === end ? address : -1;
};
export const address4 = (places: Places): Write => writing(wholeIPv4, putSwapped, places);

export const address6 =
  (places: Places): Write =>
  (text, from, end, out, to) => {
    const first = to + places[0];
    if (!readIPv6(text, from, end, out, first)) return false;
    for (let i = 1; i < places.length; i++) out.copyWithin(to + places[i], first, first + 16);
    return true;
  };

/** `ADDRESS:PORT`, and for IPv6 `[ADDRESS]:PORT`. */
export const endpoint =
  (address: Write, isIPv6: boolean, port: Places): Write =>
  (text, from, end, out, to) => {
    let colon = end - 1;
    while (colon > from && text[colon] !== COLON) colon--;
    const number = decimal(text, colon + 1, end, 0xffff);
    if (number < 0) return false;
    for (let i = 0; i < port.length; i++) put16(out, to + port[i], number);
    if (!isIPv6) return address(text, from, colon, out, to);
    if (text[from] !== 0x5b || text[colon - 1] !== BRACKET) return false;
    return address(text, from + 1, colon - 1, out, to);
  };

const MOST_WORDS = 1000;
const LONGEST_WORD = 1000;

/** Words of which there are few: what each means is found out once. @param find -1 for what is none of them */
export function words8(places: Places, find: (word: string) => number): Write {
  return writing(known(find), put8, places);
}
export function words32(places: Places, find: (word: string) => number): Write {
  return writing(known(find), put32, places);
}

function known(find: (word: string) => number): Read {
  const values = new Map<string, number>();
  // Most lines have the word of the line before.
  let last: Uint8Array = new Uint8Array(0);
  let lastValue = -1;
  return (text, from, end) => {
    if (lastValue >= 0 && isSame(last, text, from, end)) return lastValue;
    const word = textOf(text, from, end);
    const before = values.get(word);
    const value = before ?? find(word);
    if (before === undefined && values.size < MOST_WORDS) values.set(word, value);
    last = text.slice(from, end);
    lastValue = value;
    return value;
  };
}

function isSame(word: Uint8Array, text: Uint8Array, from: number, end: number): boolean {
  if (word.length !== end - from) return false;
  for (let i = 0; i < word.length; i++) if (word[i] !== text[from + i]) return false;
  return true;
}

/** The same for what is more than a number. @param find undefined for what is none of them */
export function blobs(places: Places, find: (text: string) => Uint8Array | undefined): Write {
  const values = new Map<string, Uint8Array | undefined>();
  return (text, from, end, out, to) => {
    if (end - from > LONGEST_WORD) return false;
    const word = textOf(text, from, end);
    const value = values.get(word) ?? find(word);
    if (value === undefined) return false;
    if (values.size < MOST_WORDS) values.set(word, value);
    for (let i = 0; i < places.length; i++) out.set(value, to + places[i]);
    return true;
  };
}

function textOf(text: Uint8Array, from: number, end: number): string {
  let word = '';
  for (let at = from; at < end; at++) word += String.fromCharCode(text[at]);
  return word;
}
