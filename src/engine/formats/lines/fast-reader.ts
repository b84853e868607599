/**
 * Lines of the tables as conntrack(8), the kernel and ctq write them (`plain`, `extended`, /proc/net/nf_conntrack), read where they
 * stand in the file: byte by byte, without an object or a text for any of their values. Whatever is written in another way,
 * events and expectations among it, is left to `line.ts`, and both make the same message of what both can read.
 */
import { STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import { AF_INET, AF_INET6, IPPROTO } from '../../ctnetlink/constants.js';
import { wordEnd } from '../reading/byte-scan.js';
import type { Entries } from '../reading/entries.js';
import { wordsOf } from '../reading/flat-extras.js';
import { KnownWords } from '../reading/interner.js';
import { LineCursor } from '../reading/line-cursor.js';
import { FlatFlow, ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../reading/message-builder.js';
import { UINT8, UINT16, UINT32, utf8 } from '../reading/scan.js';

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

/** Pairs of a line; usual are up to twenty. */
const MOST_PAIRS = 64;

export function usualLine(entries: Entries): (bytes: Uint8Array, from: number, end: number) => boolean {
  const reader = new UsualLine(entries);
  return (bytes, from, end) => reader.read(bytes, from, end);
}

class UsualLine {
  readonly #entries: Entries;
  readonly #flow = new FlatFlow();
  readonly #cursor = new LineCursor();
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
    const cursor = this.#cursor;
    flow.clear();
    cursor.set(bytes, from, end);
    const family = this.#families.read(cursor);
    if (family === undefined) cursor.at = from;
    else {
      cursor.skipSpaces();
      if (bytes[cursor.at] === 0x30 || cursor.decimal(UINT8) !== family) return false;
      cursor.skipSpaces();
    }
    if (this.#names.read(cursor) === undefined) return false;
    cursor.skipSpaces();
    flow.proto = cursor.decimal(UINT8);
    if (flow.proto < 0) return false;
    cursor.skipSpaces();
    flow.timeout = cursor.decimal(UINT32);
    if (flow.timeout < 0) return false;
    cursor.skipSpaces();
    if (flow.proto === IPPROTO.TCP && bytes[cursor.at] !== OPEN && !this.#state()) return false;
    flow.status = STATUS_FLAGS.SEEN_REPLY;
    if (!this.#words()) return false;
    if (family !== undefined && (family === AF_INET) !== (flow.sizes[ORIG_SRC] === 4)) return false;
    return this.#entries.flat(flow);
  }

  /** The state of TCP, unless a pair stands in its place. */
  #state(): boolean {
    const { bytes, at } = this.#cursor;
    const stop = this.#cursor.wordEnd();
    if (wordEnd(bytes, at, stop, EQUALS) < stop) return true;
    const state = this.#states.read(this.#cursor);
    if (state === undefined) return false;
    this.#flow.tcpState = state;
    return true;
  }

  #words(): boolean {
    const flow = this.#flow;
    const cursor = this.#cursor;
    const { bytes, end } = cursor;
    /** The direction that is being told of; -1: none yet. */
    let side = -1;
    let place = 0;
    for (;;) {
      cursor.skipSpaces();
      if (cursor.at >= end) return true;
      if (bytes[cursor.at] === OPEN) {
        const bits = this.#flags.read(cursor);
        if (bits === undefined) return false;
        flow.status = bits === 0 ? flow.status & ~STATUS_FLAGS.SEEN_REPLY : flow.status | bits;
      } else {
        const key = this.#keys.read(cursor, EQUALS, place++);
        if (key === undefined || cursor.at >= end || bytes[cursor.at] !== EQUALS || place > MOST_PAIRS) return false;
        cursor.at++;
        if (key === 'src') side++;
        if (side < 0 || side > REPLY || !this.#pair(key, side, cursor)) return false;
      }
    }
  }

  #pair(key: Key, side: number, cursor: LineCursor): boolean {
    const flow = this.#flow;
    switch (key) {
      case 'src':
        return this.#address(side === ORIG ? ORIG_SRC : REPLY_SRC, cursor);
      case 'dst':
        return this.#address(side === ORIG ? ORIG_DST : REPLY_DST, cursor);
      case 'sport':
      case 'srckey':
        flow.sport[side] = cursor.decimal(UINT16);
        return flow.sport[side] >= 0;
      case 'dport':
      case 'dstkey':
        flow.dport[side] = cursor.decimal(UINT16);
        return flow.dport[side] >= 0;
      case 'packets':
        flow.packets[side] = cursor.decimal(Number.MAX_SAFE_INTEGER);
        return flow.packets[side] >= 0 && flow.bytes[side] < 0;
      case 'bytes':
        flow.bytes[side] = cursor.decimal(Number.MAX_SAFE_INTEGER);
        return flow.bytes[side] >= 0 && flow.packets[side] >= 0;
      case 'mark':
        flow.mark = cursor.decimal(UINT32);
        return flow.mark >= 0;
      case 'use':
        flow.use = cursor.decimal(UINT32);
        return flow.use >= 0;
      case 'id':
        // Of an ICMP query where its code stands before it.
        if (flow.icmpCode[side] >= 0 && flow.icmpId[side] < 0) {
          flow.icmpId[side] = cursor.decimal(UINT16);
          return flow.icmpId[side] >= 0;
        }
        flow.id = cursor.decimal(UINT32);
        return flow.id >= 0;
      case 'type':
        flow.icmpType[side] = cursor.decimal(UINT8);
        return flow.icmpType[side] >= 0;
      case 'code':
        flow.icmpCode[side] = cursor.decimal(UINT8);
        return flow.icmpCode[side] >= 0;
      case 'zone':
        flow.zone = cursor.decimal(UINT16);
        return flow.zone >= 0;
      case 'zone-orig':
        flow.zones[ORIG] = cursor.decimal(UINT16);
        return flow.zones[ORIG] >= 0;
      case 'zone-reply':
        flow.zones[REPLY] = cursor.decimal(UINT16);
        return flow.zones[REPLY] >= 0;
      case 'secmark':
        flow.extras.secmark = this.#secmarks.read(cursor);
        return flow.extras.secmark !== undefined;
      case 'secctx':
        flow.extras.secctx = this.#contexts.read(cursor);
        return true;
      case 'helper':
        flow.extras.helper = this.#helpers.read(cursor);
        return true;
    }
  }

  #address(place: number, cursor: LineCursor): boolean {
    const flow = this.#flow;
    const size = cursor.address(flow.addresses, place);
    if (size < 0) return false;
    flow.sizes[place] = size;
    return true;
  }
}

function stateOf(word: string): number | undefined {
  const state = (TCP_STATES as readonly string[]).indexOf(word);
  return state < 0 ? undefined : state;
}
