/**
 * The part of `shapes.ts` that sees every byte of a file, in AssemblyScript: `npm run generate` compiles it to WebAssembly, which compares
 * eight bytes at a time. Memory: some values at fixed places, the text, the messages, then a heap for the tree of shapes, which only grows.
 *
 * An edge is a text and the value, or the end, that follows it. Edges that may follow the same value are a list, the one that matched
 * last first; a list is the address of a word that holds its first edge. A shape, at an end, is a message and the operations that
 * set the values in it.
 */

import {
  ADD,
  ADDRESS,
  CTIME,
  END,
  EPOCH_TIME,
  ISO_TIME,
  LINES,
  MAX_VALUES,
  NUMBER,
  OBJECTS,
  OUTER_TIME,
  PUT,
  PUT_ADDRESS,
  PUT_HOST,
  PUT_SUM,
  REST,
  SET,
  SET_BITS_IF_ADDRESSES_DIFFER,
  SET_BITS_IF_NUMBERS_DIFFER,
  WIDE,
  WORD,
} from './constants';

const MAX_TEXT: u32 = 65536;
/** Bytes after the text that may be looked at; the text may begin up to eight bytes later, too. */
const SLACK: u32 = 64;
const ALIGNMENT: u32 = 8;
const MAX_MESSAGES: u32 = 65536;
const MAX_MESSAGE: u32 = 4096;
const LONGEST_WORD: usize = 1024;
const MAX_CTIME: usize = 40;
const NS: u64 = 1000000000;
/** The largest number that can be multiplied by a number of ns. */
const MAX_FACTOR: u64 = 1 << 33;

/** Where things are: sixteen bytes a value, one more for the time that is given from outside, and where addresses are in the text. */
const RESULTS: usize = 16;
const ROOT: usize = 40;
const VALUES: usize = 64;
const PLACES: usize = VALUES + 16 * (OUTER_TIME + 1);
const TEXT: usize = (PLACES + 8 * MAX_VALUES + 7) & ~7;
const MESSAGES: usize = TEXT + ALIGNMENT + MAX_TEXT + SLACK;
let free: usize = MESSAGES + MAX_MESSAGES;

/** A time in the local zone, of up to 40 bytes, in ns; -1 where it is none. */
declare function localTime(at: usize, length: usize): i64;

export const textAt: usize = TEXT;
export const maxText: u32 = MAX_TEXT;
export const maxMessage: u32 = MAX_MESSAGE;
export const messagesAt: usize = MESSAGES;
export const rootAt: usize = ROOT;
/** Where `run` leaves four words: the bytes of text that were read, bytes of messages, line feeds, and the sum of the shapes' own numbers. */
export const resultsAt: usize = RESULTS;

@unmanaged
class Edge {
  kind: u32;
  length: u32;
  /** The next one of the list. */
  other: usize;
  /** Lists of what follows the value; an IPv6 address. */
  next: usize;
  nextIPv6: usize;
  /** The query uses the value. */
  isUsed: u32;
  /** As many digits, in bits, are never too large a number. */
  anyBits: u32;
  /** The value that an address mostly repeats; -1: none. */
  repeats: i32;
  /** The largest number. */
  most: u64;
  shape: usize;
}

@unmanaged
class Shape {
  length: u32;
  operations: u32;
  lineFeeds: u32;
  own: u32;
}

@unmanaged
class Operation {
  code: u32;
  /** Where in the message, and how many bytes. */
  place: u32;
  width: u32;
  /** Addresses of values. */
  value: usize;
  other: usize;
  constant: i64;
}

/** Room of the heap. */
export function room(bytes: u32): usize {
  const at = free;
  free = (at + bytes + 7) & ~7;
  const missing = <i32>((free + 65535) >>> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  return at;
}

/** Adds an edge to a list. The bytes at `text` stay where they are, with seven free ones after them. */
export function addEdge(list: usize, text: usize, length: u32, kind: u32, most: f64, isUsed: u32, repeats: i32): usize {
  const edge = changetype<Edge>(room(offsetof<Edge>() + length + 8));
  edge.kind = kind;
  edge.length = length;
  edge.next = 0;
  edge.nextIPv6 = 0;
  edge.isUsed = isUsed;
  edge.most = <u64>most;
  edge.repeats = repeats;
  edge.shape = 0;
  let bits: u32 = 0;
  for (let n: f64 = 10; n - 1 <= most && bits < 56; n *= 10) bits += 8;
  edge.anyBits = bits;
  memory.copy(changetype<usize>(edge) + offsetof<Edge>(), text, length);
  edge.other = load<u32>(list);
  store<u32>(list, changetype<usize>(edge));
  return changetype<usize>(edge);
}

/** The list of what follows an edge's value. */
export function listAfter(edge: usize, isIPv6: u32): usize {
  return edge + (isIPv6 ? offsetof<Edge>('nextIPv6') : offsetof<Edge>('next'));
}

/** Sets what an end is the end of. @param message with room for its operations after it: they are added by `addOperation` */
export function setShape(edge: usize, message: usize, length: u32, operations: u32, lineFeeds: u32, own: u32): usize {
  const at = room(offsetof<Shape>() + length + operations * offsetof<Operation>());
  const shape = changetype<Shape>(at);
  shape.length = length;
  shape.operations = operations;
  shape.lineFeeds = lineFeeds;
  shape.own = own;
  memory.copy(at + offsetof<Shape>(), message, length);
  changetype<Edge>(edge).shape = at;
  return at + offsetof<Shape>() + length;
}

/** Writes an operation. @param value and `other`: indices of values. @returns where the next one goes */
export function setOperation(
  at: usize,
  code: u32,
  place: u32,
  width: u32,
  value: u32,
  other: u32,
  constant: i64,
): usize {
  const operation = changetype<Operation>(at);
  operation.code = code;
  operation.place = place;
  operation.width = width;
  operation.value = VALUES + 16 * value;
  operation.other = VALUES + 16 * other;
  operation.constant = constant;
  return at + offsetof<Operation>();
}

/** Forgets all shapes. */
export function clear(): void {
  store<u32>(ROOT, 0);
  free = MESSAGES + MAX_MESSAGES;
}

export function setOuterTime(ns: i64): void {
  store<i64>(VALUES + 16 * OUTER_TIME, ns);
}

/** The shape of the entry that was found last. */
let found: usize = 0;

/**
 * Reads entries from a place of the text on, and writes their messages, as long as each is of a known shape.
 * @param length bytes of the text
 * @param mode how entries follow each other
 * @param isLast nothing follows the text
 * @param most entries
 * @returns how many were read; see also `resultsAt`
 */
export function run(from: usize, length: u32, mode: u32, isLast: u32, most: u32): u32 {
  const end = from + length;
  // No text of an edge has a NUL.
  for (let i: usize = 0; i < SLACK; i += 8) store<u64>(end + i, 0);
  let at = from;
  let out = MESSAGES;
  let count: u32 = 0;
  let lineFeeds: u32 = 0;
  let own: u32 = 0;
  while (count < most && out <= MESSAGES + MAX_MESSAGES - MAX_MESSAGE) {
    let next = entry(at, mode === LINES, out);
    if (next === 0) break;
    let passed: u32 = 0;
    if (mode === LINES) {
      next++;
      passed = 1;
    } else {
      let c = load<u8>(next);
      while (next < end && (c <= 0x20 || (c === 0x2c && mode === OBJECTS))) {
        if (c === 0x0a) passed++;
        c = load<u8>(++next);
      }
      // After an element its cause may follow.
      if (mode !== OBJECTS && (next < end ? c !== 0x3c : !isLast)) break;
    }
    const shape = changetype<Shape>(found);
    count++;
    lineFeeds += passed + shape.lineFeeds;
    own += shape.own;
    out += shape.length;
    at = next;
  }
  store<u32>(RESULTS, at - from);
  store<u32>(RESULTS, out - MESSAGES, 4);
  store<u32>(RESULTS, lineFeeds, 8);
  store<u32>(RESULTS, own, 12);
  return count;
}

/** Reads the entry at a place and writes its message. @returns its end; 0 for one of no known shape */
function entry(from: usize, isLine: bool, out: usize): usize {
  let at = from;
  let list = ROOT;
  let index: usize = 0;
  while (true) {
    const edge = changetype<Edge>(follow(list, at, isLine));
    if (changetype<usize>(edge) === 0) return 0;
    at += edge.length;
    list = changetype<usize>(edge) + offsetof<Edge>('next');
    const kind = edge.kind;
    if (kind === NUMBER) {
      at = number(edge, at, VALUES + 16 * index);
      if (at === 0) return 0;
    } else if (kind === ADDRESS) {
      const end = address(edge, at, index);
      if (end === 0) return 0;
      if (isIPv6) list = changetype<usize>(edge) + offsetof<Edge>('nextIPv6');
      at = end;
    } else if (kind === END) {
      found = edge.shape;
      return found !== 0 && write(changetype<Shape>(found), out) ? at : 0;
    } else {
      at = otherValue(kind, at, VALUES + 16 * index);
      if (at === 0) return 0;
    }
    index++;
  }
}

/** The edge of a list whose text is at a place. @returns 0: none */
function follow(list: usize, at: usize, isLine: bool): usize {
  let before: usize = 0;
  let edge = <usize>load<u32>(list);
  while (edge !== 0) {
    const length = <usize>changetype<Edge>(edge).length;
    if (
      isSame(at, edge + offsetof<Edge>(), length) &&
      (!isLine || changetype<Edge>(edge).kind !== END || load<u8>(at + length) === 0x0a)
    ) {
      if (before !== 0) {
        changetype<Edge>(before).other = changetype<Edge>(edge).other;
        changetype<Edge>(edge).other = load<u32>(list);
        store<u32>(list, edge);
      }
      return edge;
    }
    before = edge;
    edge = changetype<Edge>(edge).other;
  }
  return 0;
}

/** Whether two texts are the same; seven bytes after each may be looked at. */
function isSame(one: usize, other: usize, length: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) if (load<u64>(one + i) !== load<u64>(other + i)) return false;
  const rest = (length & 7) << 3;
  return rest === 0 || (load<u64>(one + i) ^ load<u64>(other + i)) << (64 - rest) === 0;
}

const ZEROS: u64 = 0x3030303030303030;

/** How many bits of a word, in which each digit was made its number, are digits from its first byte on. */
function digitBits(word: u64): u64 {
  return ctz((word | (word + 0x7676767676767676)) & 0x8080808080808080) & ~7;
}

/** The number of the first digits of a word. @param bits 8 to 64 */
function numberOf(word: u64, bits: u64): u64 {
  const digits = word << (64 - bits);
  const pairs = digits * 10 + (digits >> 8);
  return (
    ((pairs & 0x000000ff000000ff) * 0x000f424000000064 + ((pairs >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
    32
  );
}

/** A number of up to the edge's largest one, without leading zeros. @returns its end; 0 for anything else */
function number(edge: Edge, at: usize, value: usize): usize {
  const word = load<u64>(at) ^ ZEROS;
  const bits = digitBits(word);
  if (bits === 0 || ((word & 0xff) === 0 && bits > 8)) return 0;
  if (bits === 64) {
    const end = wide(at, value);
    return end === 0 || load<u64>(value) > edge.most ? 0 : end;
  }
  if (edge.isUsed || bits > <u64>edge.anyBits) {
    const n = numberOf(word, bits);
    if (n > edge.most) return 0;
    store<u64>(value, n);
  }
  return at + <usize>(bits >> 3);
}

/** A number of up to 19 digits, without leading zeros. */
function wide(from: usize, value: usize): usize {
  let at = from;
  let n: u64 = 0;
  for (; isDigit(at); at++) n = n * 10 + <u64>(load<u8>(at) - 0x30);
  const length = at - from;
  if (length === 0 || length > 19 || (length > 1 && load<u8>(from) === 0x30)) return 0;
  store<u64>(value, n);
  return at;
}

/** The address that was read last has sixteen bytes. */
let isIPv6: bool = false;

function address(edge: Edge, at: usize, index: usize): usize {
  const place = PLACES + 8 * index;
  const value = VALUES + 16 * index;
  let end: usize = 0;
  if (edge.repeats >= 0) {
    const earlier = PLACES + 8 * <usize>edge.repeats;
    const length = <usize>load<u32>(earlier, 4);
    if (isSame(at, load<u32>(earlier), length) && !isOfAddress(load<u8>(at + length))) {
      end = at + length;
      const other = VALUES + 16 * <usize>edge.repeats;
      store<u64>(value, load<u64>(other));
      store<u64>(value, load<u64>(other, 8), 8);
      isIPv6 = isIPv6At(at, length);
    }
  }
  if (end === 0) end = readIPv4(at, value);
  if (end === 0) end = readIPv6(at, value);
  store<u32>(place, at);
  store<u32>(place, end - at, 4);
  return end;
}

function isIPv6At(at: usize, length: usize): bool {
  // An IPv4 address has its first dot by then; an IPv6 address has none.
  for (let i: usize = 1; i < 4 && i < length; i++) if (load<u8>(at + i) === 0x2e) return false;
  return true;
}

/** Four decimal numbers without leading zeros. @returns the end; 0 for anything else */
function readIPv4(from: usize, value: usize): usize {
  let at = from;
  let n: u64 = 0;
  for (let shift: u64 = 0; ; shift += 8) {
    const word = <u64>load<u32>(at) ^ 0x30303030;
    const bits = ctz((word | (word + 0x76767676)) & 0x80808080) & ~7;
    if (bits === 0 || bits > 24 || ((word & 0xff) === 0 && bits > 8)) return 0;
    const digits = <u32>(word << (32 - bits));
    const pairs = digits * 10 + (digits >> 8);
    const part = (pairs & 0xff) * 100 + ((pairs >> 16) & 0xff);
    if (part > 255) return 0;
    n |= (<u64>part) << shift;
    at += <usize>(bits >> 3);
    if (shift === 24) break;
    if (load<u8>(at) !== 0x2e) return 0;
    at++;
  }
  store<u64>(value, n);
  store<u64>(value, 0, 8);
  isIPv6 = false;
  return at;
}

/** Groups of hexadecimal digits, one run of zeros perhaps left out. @returns the end; 0 for anything else */
function readIPv6(from: usize, value: usize): usize {
  let end = from;
  while (isOfAddress(load<u8>(end)) && load<u8>(end) !== 0x2e) end++;
  let count: usize = 0;
  let gap: usize = 8;
  let at = from;
  if (end - from < 2 || end - from > 39) return 0;
  if (load<u8>(at) === 0x3a) {
    if (load<u8>(at + 1) !== 0x3a) return 0;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return 0;
    let group: u32 = 0;
    const begin = at;
    for (; at < end && load<u8>(at) !== 0x3a; at++) {
      const c = <u32>load<u8>(at);
      group = group * 16 + (c <= 0x39 ? c - 0x30 : (c | 0x20) - 0x57);
    }
    if (at === begin || at - begin > 4) return 0;
    store<u16>(value + 2 * count++, <u16>((group >> 8) | (group << 8)));
    if (at === end) break;
    if (++at === end) return 0;
    if (load<u8>(at) !== 0x3a) continue;
    if (gap < 8) return 0;
    gap = count;
    at++;
  }
  if (gap === 8 ? count !== 8 : count > 7) return 0;
  // What follows the zeros moves to the end.
  const moved: usize = gap === 8 ? 0 : count - gap;
  for (let i: usize = 1; i <= moved; i++) store<u16>(value + 16 - 2 * i, load<u16>(value + 2 * (count - i)));
  for (let i = gap; i < 8 - moved; i++) store<u16>(value + 2 * i, 0);
  isIPv6 = true;
  return end;
}

/** Values that are rare. @returns where they end; 0 for another notation */
function otherValue(kind: u32, from: usize, value: usize): usize {
  if (kind === WIDE) return wide(from, value);
  if (kind === ISO_TIME) return isoTime(from, value);
  let at = from;
  if (kind === EPOCH_TIME) {
    while (isDigit(at)) at++;
    if (at === from || at - from > 10 || load<u8>(at) !== 0x2e) return 0;
    store<u64>(value, digits(from, at - from) * NS);
    return fraction(at + 1, value);
  }
  if (kind === CTIME) {
    while (load<u8>(at) !== 0x5d && load<u8>(at) !== 0 && at - from < MAX_CTIME) at++;
    const time = localTime(from, at - from);
    if (time < 0) return 0;
    store<u64>(value, time);
    return at;
  }
  if (kind === WORD) while (load<u8>(at) > 0x20) at++;
  else if (kind === REST) while (load<u8>(at) !== 0x0a && load<u8>(at) !== 0) at++;
  else while (load<u8>(at) !== 0x22 && load<u8>(at) >= 0x20 && load<u8>(at) !== 0x5c) at++;
  return at - from > LONGEST_WORD ? 0 : at;
}

/** `2026-11-24T11:07:43.745065956Z` */
function isoTime(at: usize, value: usize): usize {
  const year = digits(at, 4);
  const month = digits(at + 5, 2);
  const day = digits(at + 8, 2);
  const hour = digits(at + 11, 2);
  const minute = digits(at + 14, 2);
  const second = digits(at + 17, 2);
  if (load<u8>(at, 4) !== 0x2d || load<u8>(at, 7) !== 0x2d || load<u8>(at, 10) !== 0x54) return 0;
  if (load<u8>(at, 13) !== 0x3a || load<u8>(at, 16) !== 0x3a || load<u8>(at, 19) !== 0x2e) return 0;
  // 64 bits of nanoseconds end in 2554. Of other days the format's reader knows whether they exist. Anything but digits is larger.
  if (year < 1970 || year > 2500 || month < 1 || month > 12 || day < 1 || day > 28) return 0;
  if (hour > 23 || minute > 59 || second > 59) return 0;
  // Days since 1970 in the Gregorian calendar, of years that begin in March.
  const y = month > 2 ? year : year - 1;
  const days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 719469;
  store<u64>(value, (days * 86400 + hour * 3600 + minute * 60 + second) * NS);
  const end = fraction(at + 20, value);
  return end !== 0 && load<u8>(end) === 0x5a ? end + 1 : 0;
}

/** Adds one to nine digits after the dot of a second to a time. @returns their end; 0: none */
function fraction(from: usize, value: usize): usize {
  let at = from;
  while (isDigit(at)) at++;
  const length = at - from;
  if (length === 0 || length > 9) return 0;
  let ns = digits(from, length);
  for (let i = length; i < 9; i++) ns *= 10;
  store<u64>(value, load<u64>(value) + ns);
  return at;
}

/** A number of some digits; a very large one if there is anything else among them. */
function digits(at: usize, length: usize): u64 {
  let n: u64 = 0;
  for (let i: usize = 0; i < length; i++) {
    if (!isDigit(at + i)) return 1 << 40;
    n = n * 10 + <u64>(load<u8>(at + i) - 0x30);
  }
  return n;
}

function isDigit(at: usize): bool {
  return <u8>(load<u8>(at) - 0x30) <= 9;
}

/** Whether a byte may continue an address. */
function isOfAddress(c: u8): bool {
  return <u8>(c - 0x30) <= 10 || c === 0x2e || <u8>((c | 0x20) - 0x61) <= 5;
}

/** Writes the message of an entry whose values were found. @returns false if it is another one than the shape's */
function write(shape: Shape, out: usize): bool {
  const length = <usize>shape.length;
  let from = changetype<usize>(shape) + offsetof<Shape>();
  for (let i: usize = 0; i < length; i += 8) store<u64>(out + i, load<u64>(from + i));
  from += length;
  let sum: i64 = 0;
  for (let i: u32 = 0; i < shape.operations; i++, from += offsetof<Operation>()) {
    const operation = changetype<Operation>(from);
    const place = out + operation.place;
    const code = operation.code;
    if (code === PUT) put(place, operation.width, load<u64>(operation.value));
    else if (code === PUT_ADDRESS) {
      store<u32>(place, load<u32>(operation.value));
      if (operation.width === 16) {
        store<u32>(place, load<u32>(operation.value, 4), 4);
        store<u64>(place, load<u64>(operation.value, 8), 8);
      }
    } else if (code === SET) sum = operation.constant;
    else if (code === SET_BITS_IF_NUMBERS_DIFFER) {
      if (load<u64>(operation.value) !== load<u64>(operation.other)) sum |= operation.constant;
    } else if (code === SET_BITS_IF_ADDRESSES_DIFFER) {
      if (
        load<u64>(operation.value) !== load<u64>(operation.other) ||
        load<u64>(operation.value, 8) !== load<u64>(operation.other, 8)
      )
        sum |= operation.constant;
    } else if (code === ADD) {
      const n = load<u64>(operation.value);
      if (operation.constant !== 1 && n > MAX_FACTOR) return false;
      sum += <i64>n * operation.constant;
    } else if (code === PUT_SUM) {
      // A time before 1970 is left out of the message.
      if (sum < 0) return false;
      put(place, operation.width, sum);
    } else if (code === PUT_HOST) store<u32>(place, <u32>load<u64>(operation.value));
  }
  return true;
}

/** A number as big-endian bytes. */
function put(place: usize, width: u32, n: u64): void {
  if (width === 2) store<u16>(place, bswap<u16>(<u16>n));
  else if (width === 4) store<u32>(place, bswap<u32>(<u32>n));
  else if (width === 8) store<u64>(place, bswap<u64>(n));
  else store<u8>(place, <u8>n);
}
