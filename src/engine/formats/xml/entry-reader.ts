/** One `<flow>` of conntrack(8)'s XML: a flow, or an expectation, which has the same name. */
import { EXPECT_FLAGS, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import type { Entries } from '../reading/entries.js';
import {
  completeStatus,
  type EventName,
  ExpectationDraft,
  FlowDraft,
  hasPorts,
  protoinfoOf,
  TupleDraft,
} from '../reading/flow-draft.js';
import { Unreadable } from '../reading/parse-error.js';
import { address, anyBase, indexOf, UINT8, UINT16, UINT32, uint, uint64, utf8 } from '../reading/scan.js';
import { beganAt, localTime } from '../reading/time.js';

const EVENTS = ['new', 'update', 'destroy'] as const satisfies readonly EventName[];

/** `name="value"` in a tag. */
function attribute(tag: string, name: string): string | undefined {
  const from = tag.indexOf(` ${name}="`);
  if (from < 0) return undefined;
  const begin = from + name.length + 3;
  const end = tag.indexOf('"', begin);
  return end < 0 ? undefined : tag.slice(begin, end);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text, its entities resolved. */
function plain(text: string): string {
  if (!text.includes('&')) return utf8(text);
  return utf8(text).replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

/** Calls `open` and `leaf` for what an element has inside. @returns what stands behind it @throws Unreadable */
function walk(element: string, open: (tag: string) => void, leaf: (name: string, text: string) => void): string {
  const stack: string[] = [];
  for (let at = 0; ; ) {
    const begin = element.indexOf('<', at);
    const end = element.indexOf('>', begin);
    if (begin < 0 || end < 0) throw new Unreadable('the element has no end');
    const tag = element.slice(begin + 1, end);
    at = end + 1;
    if (tag.startsWith('/')) {
      if (stack.pop() !== tag.slice(1)) throw new Unreadable(`</${tag.slice(1, 40)}> ends what did not begin`);
      if (stack.length === 0) return element.slice(at);
      continue;
    }
    if (tag.endsWith('/')) {
      leaf(tag.slice(0, -1).trimEnd(), '');
      continue;
    }
    const next = element.indexOf('<', at);
    if (next > at && element.startsWith(`/${tag}>`, next + 1)) {
      leaf(tag, element.slice(at, next));
      at = next + tag.length + 3;
      continue;
    }
    const space = tag.indexOf(' ');
    stack.push(space < 0 ? tag : tag.slice(0, space));
    if (stack.length > 8) throw new Unreadable('elements are nested too deeply');
    open(tag);
  }
}

/** @throws Unreadable */
export function readElement(element: string, entries: Entries): void {
  if (element.includes('<expected>')) new ExpectationElement(entries).read(element);
  else new FlowElement(entries).read(element);
}

/** What stands behind the element of an event: ` [USERSPACE] portid=4711 progname=ctq`. */
function portidOf(behind: string): number {
  const match = / portid=(\d{1,10})/.exec(behind);
  return match === null ? 0 : uint(match[1], UINT32);
}

function eventOf(tag: string): EventName | undefined {
  const type = attribute(tag, 'type');
  return type === undefined ? undefined : EVENTS[indexOf(EVENTS, type, 'event')];
}

/** A part of a tuple. @returns false for what is none */
function readKey(tuple: TupleDraft, name: string, text: string): boolean {
  switch (name) {
    case 'src':
      tuple.src = address(text);
      return true;
    case 'dst':
      tuple.dst = address(text);
      return true;
    case 'sport':
      tuple.sport = uint(text, UINT16);
      return true;
    case 'dport':
      tuple.dport = uint(text, UINT16);
      return true;
    case 'srckey':
      tuple.sport = anyBase(text, UINT16);
      return true;
    case 'dstkey':
      tuple.dport = anyBase(text, UINT16);
      return true;
    default:
      return false;
  }
}

const protonum = (tag: string): number => uint(attribute(tag, 'protonum') ?? '', UINT8);

class FlowElement {
  readonly #entries: Entries;
  readonly #draft = new FlowDraft();
  #direction: 'original' | 'reply' | 'independent' = 'independent';
  #shown: number = STATUS_FLAGS.SEEN_REPLY;
  #packets: Integer = 0;
  #state: number | undefined;
  #age: Integer | undefined;
  #start: Integer | undefined;
  #stop: Integer | undefined;
  readonly #labels: string[] = [];
  /** Year, month … of `<when>`. */
  readonly #when: Record<string, number> = {};

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(element: string): void {
    const draft = this.#draft;
    draft.portid = portidOf(
      walk(
        element,
        tag => this.#open(tag),
        (name, text) => this.#leaf(name, text.trim()),
      ),
    );
    const { orig } = draft;
    if (this.#state !== undefined) {
      // The names are those of TCP's states, whatever the protocol: the number is what counts.
      const state = { state: this.#state };
      draft.protoinfo = protoinfoOf(orig.proto, { tcp: state, sctp: state, dccp: state });
    }
    if (this.#labels.length > 0) draft.labels = this.#entries.labels(this.#labels);
    const { year, month, day, hour, min, sec } = this.#when;
    if (year !== undefined)
      draft.eventTime = localTime(year, (month ?? 1) - 1, day ?? 1, hour ?? 0, min ?? 0, sec ?? 0);
    this.#times();
    completeStatus(draft, this.#shown);
    // ICMP has no elements in this XML.
    this.#entries.flow(draft, !hasPorts(orig.proto));
  }

  #times(): void {
    const draft = this.#draft;
    const { taken } = this.#entries.surroundings;
    let start = this.#start;
    let stop = this.#stop;
    if (start === undefined && this.#age !== undefined) {
      if (draft.event === 'destroy') stop ??= draft.eventTime ?? taken;
      start = beganAt(this.#age, stop ?? draft.eventTime ?? taken);
    }
    if (start !== undefined || stop !== undefined) draft.timestamps = { start, stop };
  }

  #tuple(): TupleDraft | undefined {
    const { orig, reply } = this.#draft;
    return this.#direction === 'original' ? orig : this.#direction === 'reply' ? reply : undefined;
  }

  #open(tag: string): void {
    if (tag.startsWith('meta')) {
      const direction = attribute(tag, 'direction');
      if (direction !== 'original' && direction !== 'reply' && direction !== 'independent') {
        throw new Unreadable('a <meta> has no direction');
      }
      this.#direction = direction;
    } else if (tag.startsWith('layer3')) this.#draft.family = protonum(tag);
    else if (tag.startsWith('layer4')) {
      const tuple = this.#tuple();
      if (tuple !== undefined) tuple.proto = protonum(tag);
    } else if (tag.startsWith('flow')) this.#draft.event = eventOf(tag);
  }

  #leaf(name: string, text: string): void {
    const draft = this.#draft;
    const tuple = this.#tuple();
    if (tuple !== undefined && readKey(tuple, name, text)) return;
    switch (name) {
      case 'packets':
        this.#packets = uint64(text);
        return;
      case 'bytes': {
        const counters = { packets: this.#packets, bytes: uint64(text) };
        if (tuple === draft.orig) draft.origCounters = counters;
        else draft.replyCounters = counters;
        return;
      }
      case 'zone':
        (tuple ?? draft).zone = uint(text, UINT16);
        return;
      case 'state':
        this.#state = indexOf(TCP_STATES, text, 'state');
        return;
      case 'timeout':
      case 'mark':
      case 'secmark':
      case 'use':
      case 'id':
        draft[name] = uint(text, UINT32);
        return;
      case 'secctx':
        draft.secctx = plain(text);
        return;
      case 'helper':
        draft.helper = { name: plain(text) };
        return;
      case 'label':
        this.#labels.push(plain(text));
        return;
      case 'assured':
        this.#shown |= STATUS_FLAGS.ASSURED;
        return;
      case 'unreplied':
        this.#shown &= ~STATUS_FLAGS.SEEN_REPLY;
        return;
      case 'start':
        this.#start = uint64(text);
        return;
      case 'stop':
        this.#stop = uint64(text);
        return;
      case 'deltatime':
        this.#age = uint64(text);
        return;
      case 'hour':
      case 'min':
      case 'sec':
      case 'day':
      case 'month':
      case 'year':
        this.#when[name] = uint(text, UINT16);
        return;
      // Empty, or told by the others.
      case 'wday':
      case 'labels':
      case 'layer4':
        return;
      default:
        if (!name.includes(' ')) this.#entries.complaints.note(`<${name}> is unknown, and passed over`);
        // `<layer4 protonum="50" …></layer4>` in its short form.
        else this.#open(name);
    }
  }
}

class ExpectationElement {
  readonly #entries: Entries;
  readonly #draft = new ExpectationDraft();
  #tuple: TupleDraft | undefined;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(element: string): void {
    const draft = this.#draft;
    draft.portid = portidOf(
      walk(
        element,
        tag => this.#open(tag),
        (name, text) => this.#leaf(name, text.trim()),
      ),
    );
    draft.flags ??= 0;
    this.#entries.expectation(draft);
  }

  #open(tag: string): void {
    const draft = this.#draft;
    if (tag === 'expected') this.#tuple = draft.tuple;
    else if (tag === 'mask' || tag === 'master') {
      draft[tag] ??= new TupleDraft();
      this.#tuple = draft[tag];
    } else if (tag.startsWith('meta')) this.#tuple = undefined;
    else if (tag.startsWith('layer3')) draft.family = protonum(tag);
    else if (tag.startsWith('layer4')) draft.tuple.proto = protonum(tag);
    else if (tag.startsWith('flow')) draft.event = eventOf(tag);
  }

  #leaf(name: string, text: string): void {
    const draft = this.#draft;
    if (this.#tuple !== undefined && readKey(this.#tuple, name, text)) return;
    switch (name) {
      case 'helper-name':
        draft.helper = plain(text);
        return;
      case 'timeout':
      case 'class':
        draft[name] = uint(text, UINT32);
        return;
      case 'zone':
        draft.zone = uint(text, UINT16);
        return;
      case 'permanent':
      case 'inactive':
      case 'userspace': {
        const flag = name.toUpperCase() as keyof typeof EXPECT_FLAGS;
        draft.flags = (draft.flags ?? 0) | EXPECT_FLAGS[flag];
        return;
      }
      // When it was written; keys of protocols that have none.
      case 'hour':
      case 'min':
      case 'sec':
      case 'wday':
      case 'day':
      case 'month':
      case 'year':
      case 'expected':
      case 'mask':
      case 'master':
        return;
      default:
        this.#entries.complaints.note(`<${name}> is unknown, and passed over`);
    }
  }
}
