/**
 * The lines of conntrack(8) (`plain`, `extended`, the events of `-E`), conntrackd(8) and /proc/net/nf_conntrack: one grammar.
 *
 *     [TIMESTAMP] [EVENT] [ipv4 2] tcp 6 [TIMEOUT] [STATE] src=… dst=… … [UNREPLIED] src=… dst=… … [ASSURED] mark=… …
 *
 * They are read in place, byte by byte, without allocating an object or a string per value. Unknown words,
 * which later kernels and vendors add, are ignored with a note.
 */
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { protocolNumber } from '../../../lang/schema/flags.js';
import type { Integer } from '../../../lang/values/value.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import { UNKNOWN_PORT } from '../../netlink/constants.js';
import type { Decoration } from '../reading/decoration.js';
import { encodedWords } from '../reading/encoded.js';
import type { Entries } from '../reading/entries.js';
import { ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../reading/message/flow-values.js';
import { MessageBuilder } from '../reading/message/message-builder.js';
import { ADDRESSES, SLOT } from '../reading/message/slots.js';
import { ALL_PARTS, TIMES } from '../reading/parts.js';
import type { LineFormat, LineReader } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import { LINES } from '../reading/shapes/matcher/constants.js';
import { type Run, Shapes } from '../reading/shapes/shapes.js';
import { ADDRESS, CTIME, EPOCH_TIME, NUMBER, REST, Values, WORD } from '../reading/shapes/values.js';
import { ByteCursor } from '../reading/text/byte-cursor.js';
import type { EventName } from '../reading/text/event.js';
import { Interner } from '../reading/text/interner.js';
import { UINT8, UINT16, UINT32, uint, utf8 } from '../reading/text/text-values.js';
import { beganAt, parseCtime, parseStamp } from '../reading/text/time.js';
import { familyNumber, STATES_OF } from '../words.js';
import { ALONE, BEGIN, CONTINUED, ENTRY, FILLED, UNFINISHED } from './beginning.js';
import { readExpectation } from './expectation-reader.js';
import { EVENT_WORDS, KEYS, type Key, RESYNC, STATUS_WORDS, TIME_WORDS, UNREPLIED, USERSPACE } from './words.js';

const SPACE = 0x20;
const DASH = 0x2d;
const EQUALS = 0x3d;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** What `[UNREPLIED]`, which takes a bit away, and `[USERSPACE]`, which is not in the status, are in place of bits. */
const NO_REPLY = -1;
const BY_PROGRAM = -2;

/** The bits that a flag adds to the status. */
const FLAGS: ReadonlyMap<string, number> = new Map<string, number>([
  [UNREPLIED, NO_REPLY],
  ...STATUS_WORDS.map(([word, , bits]) => [word, bits] as const),
  [USERSPACE, BY_PROGRAM],
  [RESYNC, 0],
]);

const EVENTS: ReadonlyMap<string, EventName> = new Map(
  (Object.keys(EVENT_WORDS) as EventName[]).map(event => [EVENT_WORDS[event], event]),
);

/** The states by protocol number. LISTEN is the name of SYN_SENT2 before Linux 2.6.31. */
const STATES: ReadonlyMap<number, Interner<number>> = new Map(
  [...STATES_OF].map(([proto, states]) => [
    proto,
    new Interner(word => {
      const index = states.indexOf(proto === IPPROTO.TCP && word === 'LISTEN' ? 'SYN_SENT2' : word);
      return index < 0 ? undefined : index;
    }),
  ]),
);

/** Words that begin an entry, before a number. */
const PROTOCOLS = /^(?:ipv[46]|tcp|udp|udplite|icmp|icmpv6|sctp|dccp|gre|unknown)$/;
const ANY_NUMBER = -1;
const TWO_ENTRIES = 'another entry begins in it';

export class ConntrackLines implements LineReader {
  readonly #entries: Entries;
  readonly #flow = new MessageBuilder();
  readonly #cursor = new ByteCursor();
  /** The direction that the words belong to; -1: none yet. */
  #side = -1;
  /** Whether the query uses times. */
  readonly #hasTimes: boolean;
  readonly #shapes: Shapes;
  /** Of decorated lines: with a time, and of the daemon. */
  readonly #decorated = new Map<string, Shapes>();
  readonly #values = new Values();
  readonly #families = new Interner(familyNumber);
  /** The numbers of protocols by name, which follow the names; `ANY_NUMBER` for a name that is not known. */
  readonly #names = new Interner(word =>
    /^[a-z][a-z0-9-]*$/.test(word) ? (protocolNumber(word) ?? ANY_NUMBER) : undefined,
  );
  readonly #keys = new Interner(word => KEYS.find(key => key === word));
  readonly #flags = new Interner(word => FLAGS.get(word));
  readonly #events = new Interner(word => EVENTS.get(word));
  readonly #secmarks = new Interner(word => encodedWords({ secmark: uint(word, UINT32) }));
  readonly #contexts = new Interner(word => encodedWords({ secctx: utf8(word) }));
  readonly #helpers = new Interner(word => encodedWords({ helper: { name: utf8(word) } }));
  readonly #labels: Interner<Uint32Array>;
  readonly #times = new Interner(word => parseCtime(word));

  constructor(entries: Entries) {
    this.#entries = entries;
    const { parts = ALL_PARTS } = entries.surroundings;
    this.#hasTimes = (parts & TIMES) !== 0;
    this.#shapes = new Shapes(entries, LINES, flow => this.#complete(flow));
    this.#labels = new Interner(names => {
      const labels = entries.labels(utf8(names).trimEnd().split(','));
      return labels === undefined ? undefined : encodedWords({ labels });
    });
  }

  readAlike(bytes: Uint8Array, from: number): Run | undefined {
    return this.#shapes.read(bytes, from);
  }

  read(bytes: Uint8Array, from: number, end: number, decoration?: Decoration): void {
    const shapes = this.#shapesOf(decoration);
    const time = decoration?.time;
    if (shapes.readLine(bytes, from, end, time) !== undefined) return;
    const flow = this.#flow;
    const cursor = this.#cursor;
    flow.clear();
    this.#side = -1;
    this.#values.clear();
    cursor.set(bytes, from, end);
    if (bytes[from] <= SPACE || bytes[from] === OPEN) this.#prefix();
    if (cursor.isDigit() || bytes[cursor.at] === DASH || this.#isBareExpectation()) {
      readExpectation(cursor.text(cursor.at, end), flow.event, this.#entries);
      return;
    }
    this.#head();
    flow.status = STATUS_FLAGS.SEEN_REPLY;
    this.#words();
    shapes.learn({ bytes, from, end, values: this.#values, flow, time });
    this.#complete(flow, decoration);
    this.#entries.built(flow);
  }

  /** The shapes of lines with such a decoration: it says something of the entry, too. */
  #shapesOf(decoration: Decoration | undefined): Shapes {
    if (decoration === undefined) return this.#shapes;
    const { isOfDaemon, time } = decoration;
    const key = `${isOfDaemon} ${time !== undefined}`;
    let shapes = this.#decorated.get(key);
    if (shapes === undefined) {
      shapes = new Shapes(this.#entries, LINES, (flow, time) => this.#complete(flow, { ...decoration, time }));
      this.#decorated.set(key, shapes);
    }
    return shapes;
  }

  #number(slot: number, most: number): number {
    const cursor = this.#cursor;
    const { at } = cursor;
    const n = cursor.uint(most);
    this.#values.add(slot, NUMBER, at, cursor.at, most);
    return n;
  }

  #number64(slot: number): Integer {
    const cursor = this.#cursor;
    const { at } = cursor;
    const n = cursor.uint64();
    this.#values.add(slot, NUMBER, at, cursor.at, Number.MAX_SAFE_INTEGER);
    return n;
  }

  /** A value without meaning, up to a separator. */
  #skipValue(): void {
    const cursor = this.#cursor;
    const { at } = cursor;
    cursor.skipWord();
    this.#values.add(SLOT.nothing, WORD, at, cursor.at);
  }

  /** What precedes an entry in event logs: ` [1795521600.123456]\t    [NEW] `. */
  #prefix(): void {
    const cursor = this.#cursor;
    const { bytes, end } = cursor;
    cursor.skipSpaces();
    while (cursor.at < end && bytes[cursor.at] === OPEN) {
      const begin = cursor.at;
      const event = this.#events.read(cursor);
      if (event !== undefined) this.#flow.event = event;
      else {
        cursor.at = Math.min(cursor.find(CLOSE, begin) + 1, end);
        const time = parseStamp(cursor.text(begin, cursor.at));
        if (time === undefined) throw notBegun();
        this.#flow.eventTime = time;
        this.#values.add(SLOT.eventTime, EPOCH_TIME, begin + 1, cursor.at - 1);
      }
      cursor.skipSpaces();
    }
  }

  /** conntrackd(8) writes no timeout: `proto=6 src=…`. */
  #isBareExpectation(): boolean {
    const cursor = this.#cursor;
    const { bytes, at } = cursor;
    if (bytes[at] !== 0x70 || bytes[at + 5] !== EQUALS) return false;
    return cursor.text(at, Math.min(at + 6, cursor.end)) === 'proto=';
  }

  /** Family, protocol, timeout, state. */
  #head(): void {
    const flow = this.#flow;
    const cursor = this.#cursor;
    const { bytes } = cursor;
    const begin = cursor.at;
    const family = this.#families.read(cursor);
    if (family === undefined) cursor.at = begin;
    else {
      flow.family = family;
      cursor.skipSpaces();
      if (!cursor.isDigit() || cursor.uint(UINT8) !== family) throw new ParseError('family and family number differ');
      cursor.skipSpaces();
    }
    const proto = this.#names.read(cursor);
    if (proto === undefined) throw notBegun();
    cursor.skipSpaces();
    if (!cursor.isDigit()) throw notBegun();
    flow.proto = cursor.uint(UINT8);
    if (proto !== ANY_NUMBER && proto !== flow.proto) throw new ParseError('protocol and protocol number differ');
    cursor.skipSpaces();
    if (cursor.isDigit()) {
      flow.timeout = this.#number(SLOT.timeout, UINT32);
      cursor.skipSpaces();
    }
    const states = STATES.get(flow.proto);
    if (states === undefined || cursor.at >= cursor.end || bytes[cursor.at] < 0x41 || bytes[cursor.at] > 0x5a) return;
    const at = cursor.at;
    const state = states.read(cursor);
    if (state === undefined) cursor.at = at;
    else flow.state = state;
  }

  #words(): void {
    const cursor = this.#cursor;
    const { bytes, end } = cursor;
    for (let place = 0; ; place++) {
      cursor.skipSpaces();
      if (cursor.at >= end) return;
      const begin = cursor.at;
      if (bytes[begin] === OPEN) {
        this.#flag();
        continue;
      }
      const key = this.#keys.read(cursor, EQUALS, place);
      if (cursor.at >= end || bytes[cursor.at] !== EQUALS) {
        // conntrack(8) writes labels none of which has a name so.
        if (key !== 'labels') this.#unknown(cursor.text(begin, cursor.at));
        continue;
      }
      cursor.at++;
      if (key !== undefined) this.#pair(key);
      else {
        this.#entries.report.unknown(cursor.text(begin, cursor.at));
        this.#skipValue();
      }
    }
  }

  #flag(): void {
    const flow = this.#flow;
    const cursor = this.#cursor;
    const { bytes, at: begin, end } = cursor;
    const bits = this.#flags.read(cursor);
    if (bits !== undefined) {
      this.#setFlag(bits);
      return;
    }
    // Some have spaces in them.
    const close = cursor.find(CLOSE, begin);
    if (close < end) cursor.at = close + 1;
    const known = FLAGS.get(cursor.text(begin, cursor.at));
    if (known !== undefined) {
      // Of another program, without a blank: `[ASSURED]$`.
      this.#values.isUnusual = true;
      this.#setFlag(known);
      return;
    }
    const equals = cursor.find(EQUALS, begin, close);
    const name = cursor.text(begin, equals);
    if (name === TIME_WORDS.start || name === TIME_WORDS.stop) {
      const slot = name === TIME_WORDS.start ? SLOT.start : SLOT.stop;
      flow.set(slot, this.#times.get(bytes, equals + 1, close)!);
      this.#values.add(slot, CTIME, equals + 1, close);
    } else if (EVENTS.has(cursor.text(begin, cursor.at))) throw new ParseError(TWO_ENTRIES);
    else this.#entries.report.unknown(cursor.text(begin, cursor.at));
  }

  #setFlag(bits: number): void {
    const flow = this.#flow;
    if (bits === NO_REPLY) flow.status &= ~STATUS_FLAGS.SEEN_REPLY;
    else if (bits === BY_PROGRAM) flow.portid = UNKNOWN_PORT;
    else flow.status |= bits;
  }

  /** A word of the line that has no meaning; but the name of a protocol before a number begins the line of another program. */
  #unknown(word: string): void {
    const cursor = this.#cursor;
    if (PROTOCOLS.test(word)) {
      cursor.skipSpaces();
      if (cursor.isDigit()) throw new ParseError(TWO_ENTRIES);
    }
    this.#entries.report.unknown(word);
  }

  #pair(key: Key): void {
    const flow = this.#flow;
    const cursor = this.#cursor;
    if (key === 'src' && ++this.#side > REPLY) throw new ParseError('more than two directions');
    const side = this.#side < 0 ? ORIG : this.#side;
    switch (key) {
      case 'src':
        this.#address(side === ORIG ? ORIG_SRC : REPLY_SRC);
        return;
      case 'dst':
        this.#address(side === ORIG ? ORIG_DST : REPLY_DST);
        return;
      case 'sport':
      case 'srckey':
        flow.sport[side] = this.#number(SLOT.sport + side, UINT16);
        return;
      case 'dport':
      case 'dstkey':
        flow.dport[side] = this.#number(SLOT.dport + side, UINT16);
        return;
      case 'packets':
        flow.setPackets(side, this.#number64(SLOT.packets + side));
        return;
      case 'bytes':
        flow.setBytes(side, this.#number64(SLOT.bytes + side));
        return;
      case 'mark':
      case 'use':
        flow[key] = this.#number(SLOT[key], UINT32);
        return;
      case 'id':
        // Of an ICMP query where its code precedes it.
        if (flow.icmpCode[side] >= 0 && flow.icmpId[side] < 0)
          flow.icmpId[side] = this.#number(SLOT.icmpId + side, UINT16);
        else flow.id = this.#number(SLOT.id, UINT32);
        return;
      case 'type':
        flow.icmpType[side] = this.#number(SLOT.icmpType + side, UINT8);
        return;
      case 'code':
        flow.icmpCode[side] = this.#number(SLOT.icmpCode + side, UINT8);
        return;
      case 'zone':
        flow.zone = this.#number(SLOT.zone, UINT16);
        return;
      case 'zone-orig':
        flow.zones[ORIG] = this.#number(SLOT.zones + ORIG, UINT16);
        return;
      case 'zone-reply':
        flow.zones[REPLY] = this.#number(SLOT.zones + REPLY, UINT16);
        return;
      case 'delta-time':
        flow.age = this.#number64(SLOT.age);
        return;
      case 'secmark':
        flow.extras.secmark = this.#secmarks.read(cursor);
        return;
      case 'secctx':
        flow.extras.secctx = this.#contexts.read(cursor);
        return;
      case 'helper':
        flow.extras.helper = this.#helpers.read(cursor);
        return;
      case 'portid':
        flow.portid = this.#number(SLOT.portid, UINT32);
        return;
      case 'labels':
        this.#setLabels();
        return;
      case 'progname':
        // A name may have spaces, and comes last.
        this.#values.add(SLOT.nothing, REST, cursor.at, cursor.end);
        cursor.at = cursor.end;
        return;
      default:
        this.#skipValue();
    }
  }

  #address(place: number): void {
    const flow = this.#flow;
    const cursor = this.#cursor;
    const { at } = cursor;
    flow.sizes[place] = cursor.address(flow.addresses, flow.addressBytes, place);
    this.#values.add(ADDRESSES + place, ADDRESS, at, cursor.at);
  }

  /** Names may have spaces in them; at most what caused an event follows. */
  #setLabels(): void {
    const cursor = this.#cursor;
    const { at, end } = cursor;
    const cause = /\s(\[(USERSPACE|RESYNC)\]|(gateway|netns)=)/.exec(cursor.text(at, end));
    cursor.at = cause === null ? end : at + cause.index;
    this.#flow.extras.labels = this.#labels.get(cursor.bytes, at, cursor.at);
  }

  /** Adds what follows from the other values. */
  #complete(flow: MessageBuilder, decoration?: Decoration): void {
    if (decoration !== undefined) setEvent(flow, decoration);
    // The kernel's own times are those of the event, where the log has no other.
    if (flow.eventTime < 0 && flow.event === 'destroy') flow.eventTime = flow.stop;
    if (flow.eventTime < 0 && flow.event === 'new') flow.eventTime = flow.start;
    if (this.#hasTimes && flow.start < 0 && flow.age >= 0) this.#setStart(flow);
  }

  #setStart(flow: MessageBuilder): void {
    const { taken } = this.#entries.surroundings;
    const at = flow.eventTime < 0 ? taken : flow.eventTime;
    // The age is that at the end, where there is one.
    if (flow.event === 'destroy' && flow.stop < 0) flow.stop = at;
    flow.start = beganAt(flow.age, flow.stop < 0 ? at : flow.stop) ?? -1;
  }
}

/** What the decoration of the line says about the event. */
function setEvent(flow: MessageBuilder, { time, isOfDaemon }: Decoration): void {
  // conntrackd(8) logs the flows that ended, without a timeout; `conntrackd -i` has no time before its lines.
  if (isOfDaemon && flow.event === undefined && flow.timeout < 0) flow.event = 'destroy';
  if (flow.eventTime < 0 && time !== undefined && flow.event !== undefined) flow.eventTime = time;
}

const notBegun = (): ParseError => new ParseError('not an entry of conntrack(8)');

export const CONNTRACK_LINES: LineFormat = {
  entry: ENTRY,
  alone: ALONE,
  glued: BEGIN,
  continued: CONTINUED,
  unfinished: UNFINISHED,
  filled: FILLED,
  resembles: /\b(?:src|dst|sport|dport)=|\b(?:tcp|udp|icmp|icmpv6|ipv4|ipv6)\s+\d/,
  called: 'a line of conntrack(8)',
  make: entries => new ConntrackLines(entries),
};
