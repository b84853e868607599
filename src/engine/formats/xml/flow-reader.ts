/**
 * One `<flow>` of tags and values, as conntrack(8) and ctq write it, read where it is in the file: byte by byte, without an object or
 * a text for any of its values. What has more (comments, CDATA, entities) is rewritten in this shape first.
 */
import { STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import { encodedWords } from '../reading/encoded.js';
import type { Entries } from '../reading/entries.js';
import { ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../reading/message/flow-values.js';
import { MessageBuilder } from '../reading/message/message-builder.js';
import { ADDRESSES, SLOT } from '../reading/message/slots.js';
import { ParseError } from '../reading/report/parse-error.js';
import { ELEMENTS } from '../reading/shapes/matcher/constants.js';
import { type Run, Shapes } from '../reading/shapes/shapes.js';
import { ADDRESS, NUMBER, Values, WIDE } from '../reading/shapes/values.js';
import { ByteCursor } from '../reading/text/byte-cursor.js';
import { EVENTS, type EventName } from '../reading/text/event.js';
import { Interner } from '../reading/text/interner.js';
import { indexOf, UINT8, UINT16, UINT32, uint } from '../reading/text/text-values.js';
import { beganAt, localTime } from '../reading/text/time.js';
import { plainText } from './text.js';
import { type Attribute, type Direction, LEAVES, type Leaf, NESTS } from './words.js';

const LESS = 0x3c;
const GREATER = 0x3e;

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  /** `<assured/>`. */
  readonly isEmpty: boolean;
  readonly isNest: boolean;
  readonly leaf: Leaf | undefined;
  /** Of a `<meta>`: ORIG, REPLY, or -1 for `independent`. */
  readonly side: number;
  /** Of a layer. */
  readonly protonum: number;
  readonly event: EventName | undefined;
}

const SIDES: Readonly<Record<Direction, number>> = { original: ORIG, reply: REPLY, independent: -1 };
const TAG = /^(\/?)(?:[A-Za-z][\w.-]*:)?([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<&]*"|'[^'<&]*'))*)\s*(\/?)$/;

/** @returns undefined for anything but a tag of a flow. @throws ParseError */
function tagOf(text: string): Tag | undefined {
  const match = TAG.exec(text);
  if (match === null) return undefined;
  const [, end, name, attributes, empty] = match;
  const value = (key: Attribute): string | undefined =>
    new RegExp(`\\s${key}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1];
  const type = name === 'flow' ? value('type') : undefined;
  const direction = name === 'meta' && end === '' ? (value('direction') ?? '') : 'independent';
  if (!isDirection(direction)) throw new ParseError(`unknown direction '${direction}' of a <meta>`);
  return {
    name,
    isEnd: end !== '',
    isEmpty: empty !== '',
    isNest: NESTS.some(nest => nest === name),
    leaf: LEAVES.find(leaf => leaf === name),
    side: SIDES[direction],
    protonum: name.startsWith('layer') && end === '' ? uint(value('protonum') ?? '', UINT8) : -1,
    event: type === undefined ? undefined : EVENTS[indexOf(EVENTS, type, 'event')],
  };
}

const isDirection = (word: string): word is Direction => Object.hasOwn(SIDES, word);

/** The most elements that are open at once; the deepest is a label. */
const DEEPEST = 8;

export class FlowElements {
  readonly #entries: Entries;
  readonly #flow = new MessageBuilder();
  readonly #cursor = new ByteCursor();
  readonly #value = new ByteCursor();
  readonly #tags = new Interner(tagOf);
  readonly #states = new Interner(word => indexOf(TCP_STATES, word, 'state'));
  readonly #contexts = new Interner(text => encodedWords({ secctx: plainText(text) }));
  readonly #helpers = new Interner(text => encodedWords({ helper: { name: plainText(text)! } }));
  readonly #open: string[] = [];
  #side = -1;
  readonly #shapes: Shapes;
  readonly #values = new Values();
  readonly #labels: string[] = [];
  /** Year, month … of `<when>`. */
  readonly #when = { year: 0, month: 1, day: 1, hour: 0, min: 0, sec: 0 };

  constructor(entries: Entries) {
    this.#entries = entries;
    this.#shapes = new Shapes(entries, ELEMENTS, flow => this.#setTimes(flow));
  }

  /**
   * Reads elements from `from` on, as long as each is written as an earlier one and nothing but spaces is between them, and hands them over.
   * @param isLast nothing follows the bytes
   */
  readAlike(bytes: Uint8Array, from: number, isLast: boolean): Run | undefined {
    return this.#shapes.read(bytes, from, isLast);
  }

  /**
   * Reads the element that begins at `from`; `take` then hands it over.
   * @returns where it ends; -1 for another shape, and where its end has not come
   * @throws ParseError for a value that is wrong
   */
  read(bytes: Uint8Array, from: number, end: number): number {
    const flow = this.#flow;
    flow.clear();
    flow.isLoose = true;
    flow.status = STATUS_FLAGS.SEEN_REPLY;
    this.#values.clear();
    this.#side = -1;
    this.#labels.length = 0;
    this.#open.length = 0;
    this.#when.year = 0;
    this.#cursor.set(bytes, from, end);
    if (!this.#elements()) return -1;
    if (this.#labels.length > 0) {
      const labels = this.#entries.labels(this.#labels);
      if (labels !== undefined) flow.extras.labels = encodedWords({ labels });
    }
    const { at } = this.#cursor;
    this.#shapes.learn({ bytes, from, end: at, values: this.#values, flow });
    return at;
  }

  /** @param portid of the program that caused an event. @throws ParseError for an incomplete flow */
  take(portid: number): void {
    const flow = this.#flow;
    flow.portid = portid;
    this.#setTimes(flow);
    this.#entries.built(flow);
  }

  #elements(): boolean {
    const cursor = this.#cursor;
    const open = this.#open;
    const { bytes, end } = cursor;
    for (let place = 0; ; place++) {
      cursor.skipSpaces();
      if (cursor.at >= end || bytes[cursor.at] !== LESS) return false;
      cursor.at++;
      const tag = this.#tags.readTo(cursor, GREATER, place);
      if (tag === undefined || cursor.at >= end) return false;
      cursor.at++;
      if (tag.isEnd) {
        if (open.pop() !== tag.name) return false;
        if (open.length === 0) return true;
      } else if (tag.isNest) {
        this.#begin(tag);
        if (!tag.isEmpty) open.push(tag.name);
        if (open.length > DEEPEST) return false;
      } else if (!this.#leaf(tag, place)) return false;
    }
  }

  #begin(tag: Tag): void {
    const flow = this.#flow;
    switch (tag.name) {
      case 'meta':
        this.#side = tag.side;
        return;
      case 'layer3':
        flow.family = tag.protonum;
        return;
      case 'layer4':
        // Both directions have the same.
        if (this.#side === ORIG || flow.proto < 0) flow.proto = tag.protonum;
        return;
      case 'flow':
        flow.event = tag.event;
    }
  }

  /** @returns false for anything but a value and the end of its element */
  #leaf(tag: Tag, place: number): boolean {
    const cursor = this.#cursor;
    const { bytes, at: from, end } = cursor;
    let to = from;
    if (!tag.isEmpty) {
      while (to < end && bytes[to] !== LESS) to++;
      cursor.at = to + 1;
      const closing = to >= end ? undefined : this.#tags.readTo(cursor, GREATER, place + CLOSING);
      if (!closing?.isEnd || closing.name !== tag.name) return false;
      cursor.at++;
    }
    if (tag.leaf === undefined) {
      this.#entries.report.unknown(`<${tag.name}>`);
      return true;
    }
    let begin = from;
    while (begin < to && bytes[begin] <= 0x20) begin++;
    while (to > begin && bytes[to - 1] <= 0x20) to--;
    this.#value.set(bytes, begin, to);
    return this.#set(tag.leaf);
  }

  /** @returns false if the value has entities of its own */
  #set(leaf: Leaf): boolean {
    const flow = this.#flow;
    const value = this.#value;
    const side = this.#side;
    const key = Math.max(side, ORIG);
    switch (leaf) {
      case 'src':
        this.#address(side === REPLY ? REPLY_SRC : ORIG_SRC);
        return true;
      case 'dst':
        this.#address(side === REPLY ? REPLY_DST : ORIG_DST);
        return true;
      case 'sport':
      case 'srckey':
        flow.sport[key] = this.#number(SLOT.sport + key, UINT16);
        return true;
      case 'dport':
      case 'dstkey':
        flow.dport[key] = this.#number(SLOT.dport + key, UINT16);
        return true;
      case 'packets':
        flow.setPackets(key, this.#wide(SLOT.packets + key));
        return true;
      case 'bytes':
        flow.setBytes(key, this.#wide(SLOT.bytes + key));
        return true;
      case 'zone':
        if (side < 0) flow.zone = this.#number(SLOT.zone, UINT16);
        else flow.zones[side] = this.#number(SLOT.zones + side, UINT16);
        return true;
      case 'state':
        // The names are those of TCP's states, whatever the protocol: the number is used.
        flow.state = this.#states.read(value)!;
        return true;
      case 'timeout':
      case 'mark':
      case 'use':
      case 'id':
        flow[leaf] = this.#number(SLOT[leaf], UINT32);
        return true;
      case 'secmark':
        flow.extras.secmark = encodedWords({ secmark: value.uint(UINT32) });
        return true;
      case 'secctx':
        if (!this.#isPlain()) return false;
        flow.extras.secctx = this.#contexts.get(value.bytes, value.at, value.end);
        return true;
      case 'helper':
        if (!this.#isPlain()) return false;
        flow.extras.helper = this.#helpers.get(value.bytes, value.at, value.end);
        return true;
      case 'label': {
        const label = plainText(value.text(value.at, value.end));
        if (label !== undefined) this.#labels.push(label);
        return label !== undefined;
      }
      case 'assured':
        flow.status |= STATUS_FLAGS.ASSURED;
        return true;
      case 'unreplied':
        flow.status &= ~STATUS_FLAGS.SEEN_REPLY;
        return true;
      case 'start':
        flow.start = this.#wide(SLOT.start);
        return true;
      case 'stop':
        flow.stop = this.#wide(SLOT.stop);
        return true;
      case 'deltatime':
        flow.age = this.#wide(SLOT.age);
        return true;
      case 'wday':
        return true;
      default:
        this.#values.isUnusual = true;
        this.#when[leaf] = value.uint(UINT16);
        return true;
    }
  }

  #isPlain(): boolean {
    const { bytes, at, end } = this.#value;
    for (let i = at; i < end; i++) {
      if (bytes[i] === 0x26) return plainText(this.#value.text(at, end)) !== undefined;
    }
    return true;
  }

  #address(place: number): void {
    const flow = this.#flow;
    const value = this.#value;
    this.#values.add(ADDRESSES + place, ADDRESS, value.at, value.end);
    flow.sizes[place] = value.address(flow.addresses, flow.addressBytes, place);
  }

  #number(slot: number, most: number): number {
    const value = this.#value;
    this.#values.add(slot, NUMBER, value.at, value.end, most);
    return value.uint(most);
  }

  #wide(slot: number): Integer {
    const value = this.#value;
    this.#values.add(slot, WIDE, value.at, value.end);
    return value.uint64();
  }

  #setTimes(flow: MessageBuilder): void {
    const { year, month, day, hour, min, sec } = this.#when;
    if (year > 0) {
      flow.eventTime = localTime(year, month - 1, day, hour, min, sec);
      Object.assign(this.#when, { month: 1, day: 1, hour: 0, min: 0, sec: 0 });
    }
    if (flow.start >= 0 || flow.age < 0) return;
    const { taken } = this.#entries.surroundings;
    const at = flow.eventTime < 0 ? taken : flow.eventTime;
    if (flow.event === 'destroy' && flow.stop < 0) flow.stop = at;
    flow.start = beganAt(flow.age, flow.stop < 0 ? at : flow.stop) ?? -1;
  }
}

/** Closing tags have places of their own among a flow's tags. */
const CLOSING = 64;
