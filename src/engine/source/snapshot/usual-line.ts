/**
 * Lines of the tables as conntrack(8), the kernel and ctq write them (`plain`, `extended`, /proc/net/nf_conntrack), read where they
 * stand in the file: byte by byte, without an object or a text for any of their values. Whatever is written in another way,
 * events and expectations among it, is left to `line.ts`, and both make the same message of what both can read.
 */
import { STATUS_FLAGS, TCP_STATES } from '../../../lang/names.js';
import { AF_INET, AF_INET6, IPPROTO } from '../../wire/constants.js';
import { addressIn, decimalIn, wordEnd } from './byte-scan.js';
import type { Entries } from './entries.js';
import { wordsOf } from './flat-extras.js';
import { FlatFlow, ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from './flat-flow.js';
import { KnownWords } from './known-words.js';
import { UINT8, UINT16, UINT32, utf8 } from './scan.js';

const SPACE = 0x20;
const EQUALS = 0x3d;
const OPEN = 0x5b;

const KEYS = [
  'src',
  'dst',
  'sport',
  'dport',
  'packets',
  'bytes',
  'mark',
  'use',
  'id',
  'type',
  'code',
  'srckey',
  'dstkey',
  'zone',
  'zone-orig',
  'zone-reply',
  'secmark',
  'secctx',
  'helper',
] as const;
type Key = (typeof KEYS)[number];

const WORDS: ReadonlyMap<string, number> = new Map([
  ['[UNREPLIED]', 0],
  ['[ASSURED]', STATUS_FLAGS.ASSURED],
  ['[OFFLOAD]', STATUS_FLAGS.OFFLOAD],
  ['[HW_OFFLOAD]', STATUS_FLAGS.OFFLOAD | STATUS_FLAGS.HW_OFFLOAD],
]);

export function usualLine(entries: Entries): (bytes: Uint8Array, from: number, end: number) => boolean {
  const reader = new UsualLine(entries);
  return (bytes, from, end) => reader.read(bytes, from, end);
}

class UsualLine {
  readonly #entries: Entries;
  readonly #flow = new FlatFlow();
  readonly #families = new KnownWords(word => ({ ipv4: AF_INET, ipv6: AF_INET6 })[word]);
  /** Names of protocols count for nothing: their numbers stand behind them. */
  readonly #names = new KnownWords(word => /^[a-z][a-z0-9-]*$/.test(word) || undefined);
  readonly #states = new KnownWords(stateOf);
  readonly #keys = new KnownWords(word => KEYS.find(key => key === word));
  readonly #flags = new KnownWords(word => WORDS.get(word));
  readonly #secmarks = new KnownWords(word =>
    /^\d{1,9}$/.test(word) ? wordsOf({ secmark: Number(word) }) : undefined,
  );
  readonly #contexts = new KnownWords(word => wordsOf({ secctx: utf8(word) }));
  readonly #helpers = new KnownWords(word => wordsOf({ helper: { name: utf8(word) } }));

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  /** @returns whether the line could be read here */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    const flow = this.#flow;
    flow.clear();
    let at = from;
    let stop = wordEnd(bytes, at, end, SPACE);
    const family = this.#families.get(bytes, at, stop);
    if (family !== undefined) {
      at = skip(bytes, stop, end);
      stop = wordEnd(bytes, at, end, SPACE);
      if (decimalIn(bytes, at, stop, UINT8) !== family || bytes[at] === 0x30) return false;
      at = skip(bytes, stop, end);
      stop = wordEnd(bytes, at, end, SPACE);
    }
    if (this.#names.get(bytes, at, stop) === undefined) return false;
    at = skip(bytes, stop, end);
    stop = wordEnd(bytes, at, end, SPACE);
    flow.proto = decimalIn(bytes, at, stop, UINT8);
    if (flow.proto < 0) return false;
    at = skip(bytes, stop, end);
    stop = wordEnd(bytes, at, end, SPACE);
    flow.timeout = decimalIn(bytes, at, stop, UINT32);
    if (flow.timeout < 0) return false;
    at = skip(bytes, stop, end);
    if (flow.proto === IPPROTO.TCP && wordEnd(bytes, at, end, EQUALS) > wordEnd(bytes, at, end, SPACE)) {
      stop = wordEnd(bytes, at, end, SPACE);
      if (bytes[at] !== OPEN) {
        const state = this.#states.get(bytes, at, stop);
        if (state === undefined) return false;
        flow.tcpState = state;
        at = skip(bytes, stop, end);
      }
    }
    flow.status = STATUS_FLAGS.SEEN_REPLY;
    if (!this.#words(bytes, at, end)) return false;
    if (family !== undefined && (family === AF_INET) !== (flow.sizes[ORIG_SRC] === 4)) return false;
    return this.#entries.flat(flow);
  }

  #words(bytes: Uint8Array, from: number, end: number): boolean {
    const flow = this.#flow;
    /** The direction that is being told of; -1: none yet. */
    let side = -1;
    for (let at = from; at < end; ) {
      if (bytes[at] === SPACE) {
        at++;
        continue;
      }
      const stop = wordEnd(bytes, at, end, SPACE);
      if (bytes[at] === OPEN) {
        const bits = this.#flags.get(bytes, at, stop);
        if (bits === undefined) return false;
        flow.status = bits === 0 ? flow.status & ~STATUS_FLAGS.SEEN_REPLY : flow.status | bits;
      } else {
        const equals = wordEnd(bytes, at, stop, EQUALS);
        const key = this.#keys.get(bytes, at, equals);
        if (key === undefined || equals === stop) return false;
        if (key === 'src') side++;
        if (side < 0 || side > REPLY || !this.#pair(key, side, bytes, equals + 1, stop)) return false;
      }
      at = stop;
    }
    return true;
  }

  #pair(key: Key, side: number, bytes: Uint8Array, from: number, end: number): boolean {
    const flow = this.#flow;
    switch (key) {
      case 'src':
        return this.#address(side === ORIG ? ORIG_SRC : REPLY_SRC, bytes, from, end);
      case 'dst':
        return this.#address(side === ORIG ? ORIG_DST : REPLY_DST, bytes, from, end);
      case 'sport':
      case 'srckey':
        flow.sport[side] = decimalIn(bytes, from, end, UINT16);
        return flow.sport[side] >= 0;
      case 'dport':
      case 'dstkey':
        flow.dport[side] = decimalIn(bytes, from, end, UINT16);
        return flow.dport[side] >= 0;
      case 'packets':
        flow.packets[side] = decimalIn(bytes, from, end, Number.MAX_SAFE_INTEGER);
        return flow.packets[side] >= 0 && flow.bytes[side] < 0;
      case 'bytes':
        flow.bytes[side] = decimalIn(bytes, from, end, Number.MAX_SAFE_INTEGER);
        return flow.bytes[side] >= 0 && flow.packets[side] >= 0;
      case 'mark':
        flow.mark = decimalIn(bytes, from, end, UINT32);
        return flow.mark >= 0;
      case 'use':
        flow.use = decimalIn(bytes, from, end, UINT32);
        return flow.use >= 0;
      case 'id':
        // Of an ICMP query where its code stands before it.
        if (flow.icmpCode[side] >= 0 && flow.icmpId[side] < 0) {
          flow.icmpId[side] = decimalIn(bytes, from, end, UINT16);
          return flow.icmpId[side] >= 0;
        }
        flow.id = decimalIn(bytes, from, end, UINT32);
        return flow.id >= 0;
      case 'type':
        flow.icmpType[side] = decimalIn(bytes, from, end, UINT8);
        return flow.icmpType[side] >= 0;
      case 'code':
        flow.icmpCode[side] = decimalIn(bytes, from, end, UINT8);
        return flow.icmpCode[side] >= 0;
      case 'zone':
        flow.zone = decimalIn(bytes, from, end, UINT16);
        return flow.zone >= 0;
      case 'zone-orig':
        flow.zones[ORIG] = decimalIn(bytes, from, end, UINT16);
        return flow.zones[ORIG] >= 0;
      case 'zone-reply':
        flow.zones[REPLY] = decimalIn(bytes, from, end, UINT16);
        return flow.zones[REPLY] >= 0;
      case 'secmark':
        flow.extras.secmark = this.#secmarks.get(bytes, from, end);
        return flow.extras.secmark !== undefined;
      case 'secctx':
        flow.extras.secctx = this.#contexts.get(bytes, from, end);
        return true;
      case 'helper':
        flow.extras.helper = this.#helpers.get(bytes, from, end);
        return true;
    }
  }

  #address(place: number, bytes: Uint8Array, from: number, end: number): boolean {
    const flow = this.#flow;
    const size = addressIn(bytes, from, end, flow.addresses, place);
    if (size < 0) return false;
    flow.sizes[place] = size;
    return true;
  }
}

function skip(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === SPACE) at++;
  return at;
}

function stateOf(word: string): number | undefined {
  const state = (TCP_STATES as readonly string[]).indexOf(word);
  return state < 0 ? undefined : state;
}
