/**
 * `save`: command lines of conntrack(8), as `-o save` and ctq write them, with any of its options, short or long. What the syntax
 * has no option for, ctq writes after them as ` # {…}`, in the form of `jsonl`.
 *
 * Flows are read where they are in the file: byte by byte, without an object or a text for any of their values.
 */
import { DCCP_ROLES, DCCP_STATES, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import { IPPROTO, keysOf } from '../../ctnetlink/constants.js';
import { answerTo } from '../../ctnetlink/tuple.js';
import { parseObject } from '../json/entry-reader.js';
import { ByteCursor } from '../reading/byte-cursor.js';
import { wordsOf } from '../reading/encoded.js';
import type { Entries } from '../reading/entries.js';
import type { EventName } from '../reading/event.js';
import { Interner } from '../reading/interner.js';
import { MessageBuilder, ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../reading/message-builder.js';
import { ParseError } from '../reading/parse-error.js';
import type { LineReader } from '../reading/reader.js';
import { anyBase, indexOf, protocol, UINT8, UINT16, UINT32, utf8 } from '../reading/text-values.js';
import { readExpectation } from './expectation-reader.js';
import { familyOf } from './family.js';
import { COMMANDS, OPTIONS, type OptionName } from './options.js';
import { Remark } from './remark.js';

const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const SLASH = 0x2f;
const COLON = 0x3a;
const EQUALS = 0x3d;
const BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN = 0x7b;

const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;

/** A translation that is said by an option of its own. */
interface Translation {
  /** Bytes of its address: 4 or 16; 0 where there is none. */
  size: number;
  /** -1: none. */
  port: number;
  isGiven: boolean;
}

/** The number of a state's name, by protocol; -1 where the protocol has no such state. */
interface State {
  readonly name: string;
  readonly tcp: number;
  readonly sctp: number;
  readonly dccp: number;
}

interface Labels {
  readonly names: string;
  readonly words: Uint32Array | undefined;
}

export class CommandLines implements LineReader {
  readonly #entries: Entries;
  readonly #flow = new MessageBuilder();
  readonly #cursor = new ByteCursor();
  /** Of a part of a word, or of what is inside of quotes. */
  readonly #part = new ByteCursor();
  readonly #programs = new Interner(word => /^(?:\S*\/)?(?:ctq-)?conntrack$/.test(word) || undefined);
  readonly #commands = new Interner(word => COMMANDS.get(word));
  readonly #tables = new Interner(word => (word === 'expect' || word === 'conntrack' ? word : undefined));
  readonly #options = new Interner(optionOf);
  readonly #families = new Interner(familyOf);
  readonly #protocols = new Interner(word => protocol(word.toLowerCase()));
  readonly #statuses = new Interner(statusOf);
  readonly #states = new Interner(stateOf);
  readonly #labelSets = new Interner(names => this.#labelsOf(utf8(names)));
  readonly #remark: Remark;
  /** What gets its meaning at the line's end: names of states depend on the protocol. */
  #state: State | undefined;
  #labels: Labels | undefined;
  readonly #snat: Translation = { size: 0, port: -1, isGiven: false };
  readonly #dnat: Translation = { size: 0, port: -1, isGiven: false };
  /** Addresses of both translations, as those of the flow. */
  readonly #nat = new Uint32Array(8);
  readonly #natBytes = new Uint8Array(this.#nat.buffer);

  constructor(entries: Entries) {
    this.#entries = entries;
    this.#remark = new Remark(entries);
  }

  read(bytes: Uint8Array, from: number, end: number): void {
    const cursor = this.#cursor;
    cursor.set(bytes, from, end);
    cursor.skipSpaces();
    let at = cursor.at;
    if (bytes[at] !== 0x2d && this.#programs.read(cursor)) {
      cursor.skipSpaces();
      at = cursor.at;
    } else cursor.at = at;
    const command = this.#commands.read(cursor);
    if (command === undefined) throw new ParseError('it is not an -I, -A, -U or -D command');
    const event = command === 'entry' ? undefined : command;
    cursor.skipSpaces();
    at = cursor.at;
    // A table's name begins with neither '-' nor '#'.
    const table = bytes[at] === 0x63 || bytes[at] === 0x65 ? this.#tables.read(cursor) : undefined;
    if (table === undefined) cursor.at = at;
    if (table === 'expect') this.#expectation(event);
    else this.#readFlow(event);
  }

  #readFlow(event: EventName | undefined): void {
    const flow = this.#flow;
    flow.clear();
    flow.event = event;
    clear(this.#snat);
    clear(this.#dnat);
    this.#state = undefined;
    this.#labels = undefined;
    const cursor = this.#cursor;
    for (let place = 0; ; place++) {
      const option = this.#nextOption(place);
      if (option === undefined) break;
      const { at } = cursor;
      if (cursor.bytes[at] === QUOTE) {
        this.#option(option, this.#quoted(), true);
        cursor.at = this.#part.end + 1;
      } else this.#option(option, cursor, false);
    }
    this.#readState();
    this.#setLabels();
    const { at, end, bytes } = cursor;
    if (at < end) this.#remark.read(bytes, at, end, flow);
    this.#complete();
    this.#entries.built(flow);
  }

  /** Moves on to the value of the next option. @returns undefined at the end of the options; the cursor is at the remark then, if any */
  #nextOption(place: number): OptionName | undefined {
    const cursor = this.#cursor;
    const { bytes, end } = cursor;
    cursor.skipSpaces();
    const begin = cursor.at;
    if (begin >= end) return undefined;
    if (bytes[begin] === HASH) {
      cursor.at = bytes[begin + 1] === SPACE && bytes[begin + 2] === OPEN ? begin + 2 : end;
      return undefined;
    }
    const option = this.#options.read(cursor, EQUALS, place);
    if (option === undefined) throw new ParseError(`unknown option '${cursor.text(begin, cursor.at).slice(0, 40)}'`);
    const word = cursor.at;
    if (bytes[cursor.at] === EQUALS && word < end) cursor.at++;
    else cursor.skipSpaces();
    if (cursor.at >= end) {
      throw new ParseError(`'${cursor.text(begin, word)}' requires a value: the line is cut off`);
    }
    return option;
  }

  /** What is inside of the quotes that open here. */
  #quoted(): ByteCursor {
    const { bytes, at, end } = this.#cursor;
    const close = this.#cursor.find(QUOTE, at + 1);
    if (close === end) throw new ParseError('a quote is not closed: the line is cut off');
    this.#part.set(bytes, at + 1, close);
    return this.#part;
  }

  #expectation(event: EventName | undefined): void {
    const cursor = this.#cursor;
    const options = new Map<OptionName, string>();
    for (let place = 0; ; place++) {
      const option = this.#nextOption(place);
      if (option === undefined) break;
      if (cursor.bytes[cursor.at] === QUOTE) {
        const { at, end } = this.#quoted();
        options.set(option, cursor.text(at, end));
        cursor.at = end + 1;
      } else options.set(option, cursor.word());
    }
    const { at, end } = cursor;
    readExpectation(options, event, at < end ? parseObject(cursor.text(at, end)) : undefined, this.#entries);
  }

  #option(option: OptionName, cursor: ByteCursor, isQuoted: boolean): void {
    const flow = this.#flow;
    switch (option) {
      case 'orig-src':
        this.#address(ORIG_SRC, cursor);
        return;
      case 'orig-dst':
        this.#address(ORIG_DST, cursor);
        return;
      case 'reply-src':
        this.#address(REPLY_SRC, cursor);
        return;
      case 'reply-dst':
        this.#address(REPLY_DST, cursor);
        return;
      case 'orig-port-src':
        flow.sport[ORIG] = cursor.uint(UINT16);
        return;
      case 'orig-port-dst':
        flow.dport[ORIG] = cursor.uint(UINT16);
        return;
      case 'reply-port-src':
        flow.sport[REPLY] = cursor.uint(UINT16);
        return;
      case 'reply-port-dst':
        flow.dport[REPLY] = cursor.uint(UINT16);
        return;
      case 'protonum':
        flow.proto = this.#protocols.read(cursor)!;
        return;
      case 'timeout':
        flow.timeout = cursor.uint(UINT32);
        return;
      case 'status':
        flow.status = this.#statuses.read(cursor)!;
        return;
      case 'state':
        this.#state = this.#states.read(cursor);
        return;
      case 'mark':
        flow.mark = this.#mark(cursor);
        return;
      case 'zone':
        flow.zone = cursor.uint(UINT16);
        return;
      case 'orig-zone':
        flow.zones[ORIG] = cursor.uint(UINT16);
        return;
      case 'reply-zone':
        flow.zones[REPLY] = cursor.uint(UINT16);
        return;
      case 'icmp-type':
        flow.icmpType[ORIG] = cursor.uint(UINT8);
        return;
      case 'icmp-code':
        flow.icmpCode[ORIG] = cursor.uint(UINT8);
        return;
      case 'icmp-id':
        flow.icmpId[ORIG] = cursor.uint(UINT16);
        return;
      case 'src-nat':
        this.#translation(this.#snat, 0, cursor);
        return;
      case 'dst-nat':
        this.#translation(this.#dnat, 4, cursor);
        return;
      case 'label':
      case 'label-add':
        this.#addLabels(cursor, isQuoted ? cursor.end : cursor.wordEnd());
        return;
      case 'secmark':
        flow.extras.secmark = wordsOf({ secmark: cursor.uint(UINT32) });
        return;
      case 'id':
        flow.id = cursor.uint(UINT32);
        return;
      case 'family':
        flow.family = this.#families.read(cursor)!;
        return;
      case 'role':
        flow.dccpRole = indexOf(DCCP_ROLES, cursor.word(), 'role of DCCP');
        return;
      case 'orig-vtag':
        flow.vtags[ORIG] = swapped(cursor.uint(UINT32));
        return;
      case 'reply-vtag':
        flow.vtags[REPLY] = swapped(cursor.uint(UINT32));
        return;
      // Of expectations.
      default:
        cursor.skipWord();
    }
  }

  #address(place: number, cursor: ByteCursor): void {
    const flow = this.#flow;
    flow.sizes[place] = cursor.address(flow.addresses, flow.addressBytes, place);
  }

  /** Of a mark, `0x1/0xff` too. */
  #mark(cursor: ByteCursor): number {
    const { bytes, at } = cursor;
    const end = cursor.wordEnd();
    const slash = cursor.find(SLASH, at, end);
    if (slash === end) return cursor.uint(UINT32);
    cursor.at = end;
    return anyBase(Buffer.from(bytes.subarray(at, slash)).toString('latin1'), UINT32);
  }

  #addLabels(cursor: ByteCursor, end: number): void {
    const more = this.#labelSets.get(cursor.bytes, cursor.at, end)!;
    cursor.at = end;
    this.#labels = this.#labels === undefined ? more : this.#labelsOf(`${this.#labels.names},${more.names}`);
  }

  #setLabels(): void {
    if (this.#labels !== undefined) this.#flow.extras.labels = this.#labels.words;
  }

  #labelsOf(names: string): Labels {
    const labels = this.#entries.labels(names.split(','));
    return { names, words: labels === undefined ? undefined : wordsOf({ labels }) };
  }

  /** `ADDRESS`, `ADDRESS:PORT` of IPv4, `[ADDRESS]:PORT`, `:PORT`. */
  #translation(translation: Translation, place: number, cursor: ByteCursor): void {
    const { bytes, at: from } = cursor;
    const end = cursor.wordEnd();
    cursor.at = end;
    let begin = from;
    let addressEnd = end;
    let rest = end;
    if (bytes[from] === BRACKET) {
      begin++;
      addressEnd = cursor.find(CLOSE_BRACKET, from, end);
      rest = Math.min(addressEnd + 1, end);
    } else {
      const colon = cursor.find(COLON, from, end);
      // Of IPv6 there are several.
      if (colon < end && cursor.find(COLON, colon + 1, end) === end) {
        addressEnd = colon;
        rest = colon;
      }
    }
    const part = this.#part;
    translation.isGiven = true;
    if (begin < addressEnd) {
      part.set(bytes, begin, addressEnd);
      translation.size = part.address(this.#nat, this.#natBytes, place);
    }
    if (rest === end) return;
    part.set(bytes, bytes[rest] === COLON ? rest + 1 : rest, end);
    translation.port = part.uint(UINT16);
  }

  #readState(): void {
    const flow = this.#flow;
    const state = this.#state;
    if (state === undefined) return;
    const { proto } = flow;
    const what = proto === IPPROTO.TCP ? 'tcp' : proto === IPPROTO.SCTP ? 'sctp' : proto === IPPROTO.DCCP ? 'dccp' : '';
    if (what === '') return;
    if (state[what] < 0) throw new ParseError(`unknown state of ${what.toUpperCase()} '${state.name.slice(0, 40)}'`);
    flow.state = state[what];
  }

  /** Of a reply what is not said is the inverse of the original; a translation is as the kernel shows it, inside. */
  #complete(): void {
    const flow = this.#flow;
    const { sizes, proto } = flow;
    if (proto < 0) throw new ParseError('the protocol (-p) is missing');
    if (sizes[ORIG_SRC] === 0 || sizes[ORIG_DST] === 0) throw new ParseError('the addresses (-s, -d) are missing');
    if (sizes[REPLY_SRC] === 0) this.#copyAddress(ORIG_DST, REPLY_SRC);
    if (sizes[REPLY_DST] === 0) this.#copyAddress(ORIG_SRC, REPLY_DST);
    if (keysOf(proto) === 'ports') {
      if (flow.sport[REPLY] < 0) flow.sport[REPLY] = flow.dport[ORIG];
      if (flow.dport[REPLY] < 0) flow.dport[REPLY] = flow.sport[ORIG];
    } else if (flow.icmpType[ORIG] >= 0) {
      if (flow.icmpType[REPLY] < 0) flow.icmpType[REPLY] = answerTo(proto, flow.icmpType[ORIG]) ?? -1;
      if (flow.icmpCode[REPLY] < 0) flow.icmpCode[REPLY] = flow.icmpCode[ORIG];
      if (flow.icmpId[REPLY] < 0) flow.icmpId[REPLY] = flow.icmpId[ORIG];
    }
    const snat = this.#snat;
    const dnat = this.#dnat;
    if (snat.isGiven) {
      if (!flow.isWholeStatus) flow.status |= SRC_NAT | SRC_NAT_DONE | DST_NAT_DONE;
      if (snat.size > 0) this.#copyNat(0, REPLY_DST, snat.size);
      if (snat.port >= 0) flow.dport[REPLY] = snat.port;
    }
    if (dnat.isGiven) {
      if (!flow.isWholeStatus) flow.status |= DST_NAT | SRC_NAT_DONE | DST_NAT_DONE;
      if (dnat.size > 0) this.#copyNat(4, REPLY_SRC, dnat.size);
      if (dnat.port >= 0) flow.sport[REPLY] = dnat.port;
    }
  }

  #copyAddress(from: number, to: number): void {
    const { addresses, sizes } = this.#flow;
    for (let i = 0; i < 4; i++) addresses[to + i] = addresses[from + i];
    sizes[to] = sizes[from];
  }

  #copyNat(from: number, to: number, size: number): void {
    const { addresses, sizes } = this.#flow;
    for (let i = 0; i < 4; i++) addresses[to + i] = this.#nat[from + i];
    sizes[to] = size;
  }
}

function clear(translation: Translation): void {
  translation.size = 0;
  translation.port = -1;
  translation.isGiven = false;
}

function optionOf(word: string): OptionName | undefined {
  if (/^-[a-z]$/.test(word)) return OPTIONS.get(word.slice(1));
  return /^--[a-z0-9-]{2,}$/.test(word) ? OPTIONS.get(word.slice(2)) : undefined;
}

function statusOf(text: string): number {
  let bits = 0;
  for (const word of text.split(',')) {
    if (word === 'UNSET') continue;
    if (!Object.hasOwn(STATUS_FLAGS, word)) throw new ParseError(`unknown status '${word.slice(0, 40)}'`);
    bits |= STATUS_FLAGS[word as keyof typeof STATUS_FLAGS];
  }
  return bits;
}

const stateOf = (name: string): State => ({
  name,
  tcp: (TCP_STATES as readonly string[]).indexOf(name),
  // conntrack(8) has no word for it.
  sctp: (SCTP_STATES as readonly string[]).indexOf(name === '(null)' ? 'HEARTBEAT_SENT' : name),
  dccp: (DCCP_STATES as readonly string[]).indexOf(name),
});

/** conntrack(8) writes verification tags with their bytes in the order of the wire. */
const swapped = (tag: number): number =>
  (((tag & 0xff) << 24) | ((tag & 0xff00) << 8) | ((tag >>> 8) & 0xff00) | (tag >>> 24)) >>> 0;
