import { NFGEN_END, NLA_TYPE_MASK } from '../../netlink/constants.js';
import { align4, host16 } from '../../netlink/messages/framing.js';
import {
  CTA,
  CTA_EXPECT,
  CTA_EXPECT_NAT,
  CTA_IP,
  CTA_PROTO,
  CTA_TUPLE,
  NFNL_SUBSYS_CTNETLINK_EXP,
} from '../constants.js';

/** Limit of the numbers of top-level attributes; higher ones are skipped. */
const ATTRIBUTES = 32;
/** Limits of the numbers of attributes in indexed nests. */
const INNER = 4;
const PROTOCOL_INNER = 6;

/** Nests that a layout indexes, with their slots in `#inner`. In other nests attributes are searched for. */
const NESTS: Readonly<Record<'flow' | 'expectation', Readonly<Record<number, number>>>> = {
  flow: {
    [CTA.HELP]: 0,
    [CTA.COUNTERS_ORIG]: 1,
    [CTA.COUNTERS_REPLY]: 2,
    [CTA.SEQ_ADJ_ORIG]: 3,
    [CTA.SEQ_ADJ_REPLY]: 4,
    [CTA.SECCTX]: 5,
    [CTA.TIMESTAMP]: 6,
    [CTA.SYNPROXY]: 7,
  },
  expectation: { [CTA_EXPECT.NAT]: 0 },
};
const SLOTS = 8;

/** Offsets of the attributes of a tuple, relative to the message; -1 if absent. */
export class TupleLayout {
  at = -1;
  src = -1;
  dst = -1;
  /** 4 or 16, by the type of the address attributes. */
  addressLength = 4;
  proto = -1;
  sport = -1;
  dport = -1;
  icmpType = -1;
  icmpCode = -1;
  icmpId = -1;
  zone = -1;
}

const ABSENT: Readonly<TupleLayout> = new TupleLayout();

/**
 * The offsets of all attributes in a message, relative to its beginning. Thousands of consecutive messages have the same attributes with the
 * same lengths. A message has a layout if its attribute headers, 32 bits each, equal those that the layout was made from;
 * then no attribute has to be searched for.
 */
export class Layout {
  /** Bytes of the message. */
  readonly length: number;
  readonly isExpectation: boolean;
  /** Offsets of the payloads of top-level attributes; -1 if absent. */
  readonly at = new Int32Array(ATTRIBUTES).fill(-1);
  readonly size = new Int32Array(ATTRIBUTES);
  readonly orig: Readonly<TupleLayout>;
  readonly reply: Readonly<TupleLayout>;
  readonly master: Readonly<TupleLayout>;
  readonly tuple: Readonly<TupleLayout>;
  readonly mask: Readonly<TupleLayout>;
  readonly nat: Readonly<TupleLayout>;
  /** Protocol of the state in the message (CTA_PROTOINFO_*), or 0; and its attributes. */
  protocol = 0;
  readonly protocolAt = new Int32Array(PROTOCOL_INNER).fill(-1);
  readonly protocolSize = new Int32Array(PROTOCOL_INNER);
  readonly #inner = new Int32Array(SLOTS * INNER).fill(-1);
  readonly #innerSize = new Int32Array(SLOTS * INNER);
  readonly #nests: Readonly<Record<number, number>>;
  /** Offsets of the attribute headers, in words of four bytes, and the headers. */
  #places: Int32Array | number[] = [];
  #headers: Int32Array | number[] = [];

  /** @param begin offset of a complete message */
  constructor(bytes: Uint8Array, begin: number, length: number) {
    this.length = length;
    this.isExpectation = bytes[begin + 5] === NFNL_SUBSYS_CTNETLINK_EXP;
    this.#nests = NESTS[this.isExpectation ? 'expectation' : 'flow'];
    const { at, size } = this;
    this.#walk(bytes, begin, NFGEN_END, length, (type, payload, payloadSize) => {
      if (type >= ATTRIBUTES) return;
      at[type] = payload;
      size[type] = payloadSize;
    });
    const tupleAt = (attribute: number): TupleLayout => this.#tuple(bytes, begin, at[attribute], size[attribute]);
    const expected = this.isExpectation;
    this.orig = expected ? ABSENT : tupleAt(CTA.TUPLE_ORIG);
    this.reply = expected ? ABSENT : tupleAt(CTA.TUPLE_REPLY);
    this.master = tupleAt(expected ? CTA_EXPECT.MASTER : CTA.TUPLE_MASTER);
    this.tuple = expected ? tupleAt(CTA_EXPECT.TUPLE) : ABSENT;
    this.mask = expected ? tupleAt(CTA_EXPECT.MASK) : ABSENT;
    for (const nest of Object.keys(this.#nests)) this.#indexNest(bytes, begin, Number(nest));
    this.nat = ABSENT;
    if (expected) {
      const nat = this.inner(CTA_EXPECT.NAT, CTA_EXPECT_NAT.TUPLE);
      if (nat >= 0) this.nat = this.#tuple(bytes, begin, nat, this.innerSize(CTA_EXPECT.NAT, CTA_EXPECT_NAT.TUPLE));
    } else this.#indexProtocol(bytes, begin);
    this.#places = Int32Array.from(this.#places);
    this.#headers = Int32Array.from(this.#headers);
  }

  /**
   * Whether a message has this layout.
   * @param length of the message in bytes
   * @param words the buffer as words in host order
   * @param first index of the message's first word
   */
  matches(length: number, isExpectation: boolean, words: Int32Array, first: number): boolean {
    if (length !== this.length || isExpectation !== this.isExpectation) return false;
    const places = this.#places;
    const headers = this.#headers;
    for (let i = 0; i < places.length; i++) if (words[first + places[i]] !== headers[i]) return false;
    return true;
  }

  /**
   * Offset of the payload of the first attribute of its number in a nest.
   * @returns -1 if absent, -2 if the nest is not indexed
   */
  inner(nest: number, attribute: number): number {
    const slot = this.#nests[nest];
    return slot === undefined || attribute >= INNER ? -2 : this.#inner[slot * INNER + attribute];
  }

  innerSize(nest: number, attribute: number): number {
    return this.#innerSize[this.#nests[nest] * INNER + attribute];
  }

  /** Visits the attributes between two offsets, up to the first malformed one, and records their headers. */
  #walk(
    bytes: Uint8Array,
    begin: number,
    from: number,
    end: number,
    found: (type: number, payload: number, size: number) => void,
  ): void {
    for (let at = from; at + 4 <= end; ) {
      const size = host16(bytes, begin + at);
      const type = host16(bytes, begin + at + 2);
      (this.#places as number[]).push(at >> 2);
      (this.#headers as number[]).push(size | (type << 16));
      if (size < 4 || at + size > end) return;
      found(type & NLA_TYPE_MASK, at + 4, size - 4);
      at += align4(size);
    }
  }

  #tuple(bytes: Uint8Array, begin: number, at: number, size: number): TupleLayout {
    const tuple = new TupleLayout();
    tuple.at = at;
    if (at < 0) return tuple;
    this.#walk(bytes, begin, at, at + size, (type, payload, length) => {
      if (type === CTA_TUPLE.IP) this.#addresses(bytes, begin, payload, length, tuple);
      else if (type === CTA_TUPLE.PROTO) this.#keys(bytes, begin, payload, length, tuple);
      else if (type === CTA_TUPLE.ZONE && length >= 2) tuple.zone = payload;
    });
    return tuple;
  }

  #addresses(bytes: Uint8Array, begin: number, at: number, size: number, tuple: TupleLayout): void {
    this.#walk(bytes, begin, at, at + size, (type, payload, given) => {
      const length = type >= CTA_IP.V6_SRC ? 16 : 4;
      if (given < length || type < CTA_IP.V4_SRC || type > CTA_IP.V6_DST) return;
      if (length !== tuple.addressLength) {
        // Both addresses are of one family: the last one counts.
        tuple.addressLength = length;
        tuple.src = -1;
        tuple.dst = -1;
      }
      if (type === CTA_IP.V4_SRC || type === CTA_IP.V6_SRC) tuple.src = payload;
      else tuple.dst = payload;
    });
  }

  #keys(bytes: Uint8Array, begin: number, at: number, size: number, tuple: TupleLayout): void {
    this.#walk(bytes, begin, at, at + size, (type, payload, given) => {
      const key = given > 0 ? KEYS[type] : undefined;
      if (key !== undefined && given >= key.bytes) tuple[key.name] = payload;
    });
  }

  #indexNest(bytes: Uint8Array, begin: number, nest: number): void {
    const at = this.at[nest];
    if (at < 0) return;
    const slot = this.#nests[nest] * INNER;
    this.#walk(bytes, begin, at, at + this.size[nest], (type, payload, size) => {
      if (type >= INNER || this.#inner[slot + type] >= 0) return;
      this.#inner[slot + type] = payload;
      this.#innerSize[slot + type] = size;
    });
  }

  /** Only the first nest in CTA_PROTOINFO counts. */
  #indexProtocol(bytes: Uint8Array, begin: number): void {
    const at = this.at[CTA.PROTOINFO];
    if (at < 0) return;
    let first = true;
    this.#walk(bytes, begin, at, at + this.size[CTA.PROTOINFO], (protocol, payload, size) => {
      if (!first) return;
      first = false;
      this.protocol = protocol;
      this.#walk(bytes, begin, payload, payload + size, (type, inside, length) => {
        if (type >= PROTOCOL_INNER || this.protocolAt[type] >= 0) return;
        this.protocolAt[type] = inside;
        this.protocolSize[type] = length;
      });
    });
  }
}

/** The attributes of CTA_TUPLE_PROTO and their sizes. */
const KEYS: Readonly<
  Record<number, { readonly name: 'proto' | 'sport' | 'dport' | 'icmpType' | 'icmpCode' | 'icmpId'; bytes: number }>
> = {
  [CTA_PROTO.NUM]: { name: 'proto', bytes: 1 },
  [CTA_PROTO.SRC_PORT]: { name: 'sport', bytes: 2 },
  [CTA_PROTO.DST_PORT]: { name: 'dport', bytes: 2 },
  [CTA_PROTO.ICMP_ID]: { name: 'icmpId', bytes: 2 },
  [CTA_PROTO.ICMPV6_ID]: { name: 'icmpId', bytes: 2 },
  [CTA_PROTO.ICMP_TYPE]: { name: 'icmpType', bytes: 1 },
  [CTA_PROTO.ICMPV6_TYPE]: { name: 'icmpType', bytes: 1 },
  [CTA_PROTO.ICMP_CODE]: { name: 'icmpCode', bytes: 1 },
  [CTA_PROTO.ICMPV6_CODE]: { name: 'icmpCode', bytes: 1 },
};

/** Number of layouts to cache. A table has about a dozen: by protocol and optional attributes. */
const CACHE_SIZE = 64;
const cache: Layout[] = [];
let oldest = 0;

/**
 * The layout of a message: a cached one, or a new one.
 * @param words the buffer as words; undefined if the message is not aligned to four bytes
 */
export function layoutOf(bytes: Uint8Array, begin: number, length: number, words: Int32Array | undefined): Layout {
  if (words === undefined) return new Layout(bytes, begin, length);
  const isExpectation = bytes[begin + 5] === NFNL_SUBSYS_CTNETLINK_EXP;
  for (const layout of cache) if (layout.matches(length, isExpectation, words, begin >> 2)) return layout;
  const layout = new Layout(bytes, begin, length);
  cache[oldest] = layout;
  oldest = (oldest + 1) % CACHE_SIZE;
  return layout;
}
