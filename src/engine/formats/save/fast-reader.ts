/**
 * Lines of the `save` format as conntrack(8) and ctq write them, read where they stand in the file: byte by byte, without an object
 * or a text for any of their values. Whatever is written in another way is left to `save.ts`, and both make the same
 * message of what both can read.
 */
import { STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import { AF_INET, AF_INET6, keysOf } from '../../ctnetlink/constants.js';
import { answerTo } from '../../ctnetlink/tuple.js';
import { wordEnd } from '../reading/byte-scan.js';
import type { Entries } from '../reading/entries.js';
import { wordsOf } from '../reading/flat-extras.js';
import { KnownWords } from '../reading/interner.js';
import { LineCursor } from '../reading/line-cursor.js';
import { FlatFlow, ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../reading/message-builder.js';
import { attempt } from '../reading/parse-error.js';
import { protocol, UINT8, UINT16, UINT32 } from '../reading/scan.js';
import { UsualRemark } from './fast-remark.js';
import { OPTIONS, type OptionName } from './save-options.js';

const SPACE = 0x20;
const HASH = 0x23;
const DASH = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const OPEN = 0x7b;

/** Options of a line; usual are up to fifteen. */
const MOST_WORDS = 64;

export function usualSave(entries: Entries): (bytes: Uint8Array, from: number, end: number) => boolean {
  const reader = new UsualSave(entries);
  return (bytes, from, end) => reader.read(bytes, from, end);
}

class UsualSave {
  readonly #entries: Entries;
  readonly #flow = new FlatFlow();
  readonly #cursor = new LineCursor();
  /** Of a part of a word. */
  readonly #part = new LineCursor();
  readonly #options = new KnownWords(optionOf);
  readonly #families = new KnownWords(word => FAMILIES.get(word));
  readonly #protocols = new KnownWords(word => attempt(() => protocol(word.toLowerCase())));
  readonly #statuses = new KnownWords(statusOf);
  readonly #states = new KnownWords(word => {
    const state = (TCP_STATES as readonly string[]).indexOf(word);
    return state < 0 ? undefined : state;
  });
  readonly #labels: KnownWords<Uint32Array>;
  readonly #remark: UsualRemark;
  /** Ports of a translation; -1: none. */
  #snatPort = -1;
  #dnatPort = -1;
  /** Addresses of translations, as those of the flow. */
  readonly #nat = new Uint32Array(8);
  #snatSize = 0;
  #dnatSize = 0;
  #family = 0;

  constructor(entries: Entries) {
    this.#entries = entries;
    this.#labels = new KnownWords(word =>
      /[\s"]/.test(word) ? undefined : wordsOf({ labels: entries.labels(word.split(',')) }),
    );
    this.#remark = new UsualRemark(entries);
  }

  /** @returns whether the line could be read here */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    // -A or -I.
    if (bytes[from] !== DASH || bytes[from + 2] !== SPACE) return false;
    if (bytes[from + 1] !== 0x41 && bytes[from + 1] !== 0x49) return false;
    this.#flow.clear();
    this.#snatSize = 0;
    this.#dnatSize = 0;
    this.#snatPort = -1;
    this.#dnatPort = -1;
    this.#family = 0;
    this.#cursor.set(bytes, from + 3, end);
    return this.#words() && this.#complete() && this.#entries.flat(this.#flow);
  }

  #words(): boolean {
    const cursor = this.#cursor;
    const { bytes, end } = cursor;
    for (let place = 0; place < MOST_WORDS; place++) {
      cursor.skipSpaces();
      const { at } = cursor;
      if (at >= end) return true;
      if (bytes[at] === HASH) {
        if (bytes[at - 1] !== SPACE || bytes[at + 1] !== SPACE || bytes[at + 2] !== OPEN) return false;
        return this.#remark.read(bytes, at + 2, end, this.#flow);
      }
      const option = this.#options.read(cursor, SPACE, place);
      if (option === undefined) return false;
      const begin = ++cursor.at;
      if (begin >= end || bytes[begin] === SPACE || bytes[begin] === HASH) return false;
      if (!this.#option(option, cursor)) return false;
    }
    return false;
  }

  /** @returns false for a value that is none of the usual ones */
  #option(option: OptionName, cursor: LineCursor): boolean {
    const flow = this.#flow;
    switch (option) {
      case 'orig-src':
        return this.#address(ORIG_SRC, cursor);
      case 'orig-dst':
        return this.#address(ORIG_DST, cursor);
      case 'reply-src':
        return this.#address(REPLY_SRC, cursor);
      case 'reply-dst':
        return this.#address(REPLY_DST, cursor);
      case 'orig-port-src':
        flow.sport[ORIG] = cursor.decimal(UINT16);
        return flow.sport[ORIG] >= 0;
      case 'orig-port-dst':
        flow.dport[ORIG] = cursor.decimal(UINT16);
        return flow.dport[ORIG] >= 0;
      case 'reply-port-src':
        flow.sport[REPLY] = cursor.decimal(UINT16);
        return flow.sport[REPLY] >= 0;
      case 'reply-port-dst':
        flow.dport[REPLY] = cursor.decimal(UINT16);
        return flow.dport[REPLY] >= 0;
      case 'protonum':
        flow.proto = this.#protocols.read(cursor) ?? -1;
        return flow.proto >= 0;
      case 'timeout':
        flow.timeout = cursor.decimal(UINT32);
        return flow.timeout >= 0;
      case 'status':
        return this.#status(this.#statuses.read(cursor));
      case 'state':
        flow.tcpState = this.#states.read(cursor) ?? -1;
        return flow.tcpState >= 0;
      case 'mark':
        flow.mark = cursor.decimal(UINT32);
        return flow.mark >= 0;
      case 'zone':
        flow.zone = cursor.decimal(UINT16);
        return flow.zone >= 0;
      case 'orig-zone':
        flow.zones[ORIG] = cursor.decimal(UINT16);
        return flow.zones[ORIG] >= 0;
      case 'reply-zone':
        flow.zones[REPLY] = cursor.decimal(UINT16);
        return flow.zones[REPLY] >= 0;
      case 'icmp-type':
        flow.icmpType[ORIG] = cursor.decimal(UINT8);
        return flow.icmpType[ORIG] >= 0;
      case 'icmp-code':
        flow.icmpCode[ORIG] = cursor.decimal(UINT8);
        return flow.icmpCode[ORIG] >= 0;
      case 'icmp-id':
        flow.icmpId[ORIG] = cursor.decimal(UINT16);
        return flow.icmpId[ORIG] >= 0;
      case 'src-nat':
        return this.#translation('src', cursor);
      case 'dst-nat':
        return this.#translation('dst', cursor);
      case 'label':
        flow.extras.labels = this.#labels.read(cursor);
        return flow.extras.labels !== undefined;
      case 'id':
        flow.id = cursor.decimal(UINT32);
        return flow.id >= 0;
      case 'family':
        this.#family = this.#families.read(cursor) ?? 0;
        return this.#family !== 0;
      default:
        return false;
    }
  }

  #status(bits: number | undefined): boolean {
    if (bits === undefined) return false;
    this.#flow.status = bits;
    return true;
  }

  #address(place: number, cursor: LineCursor): boolean {
    const flow = this.#flow;
    const size = cursor.address(flow.addresses, place);
    if (size < 0) return false;
    flow.sizes[place] = size;
    return true;
  }

  /** `ADDRESS`, `ADDRESS:PORT` of IPv4, `[ADDRESS]:PORT`. */
  #translation(which: 'src' | 'dst', cursor: LineCursor): boolean {
    const { bytes, at: from } = cursor;
    const end = cursor.wordEnd();
    cursor.at = end;
    let begin = from;
    let addressEnd = end;
    if (bytes[from] === 0x5b) {
      begin++;
      addressEnd = wordEnd(bytes, from, end, 0x5d);
      if (addressEnd === end) return false;
    } else if (wordEnd(bytes, from, end, DOT) < end) addressEnd = wordEnd(bytes, from, end, COLON);
    const part = this.#part;
    part.set(bytes, begin, addressEnd);
    const size = part.address(this.#nat, which === 'src' ? 0 : 4);
    if (size < 0) return false;
    const behind = bytes[addressEnd] === 0x5d && begin > from ? addressEnd + 1 : addressEnd;
    let port = -1;
    if (behind < end) {
      if (bytes[behind] !== COLON) return false;
      part.set(bytes, behind + 1, end);
      port = part.decimal(UINT16);
      if (port < 0) return false;
    }
    if (which === 'src') {
      this.#snatSize = size;
      this.#snatPort = port;
    } else {
      this.#dnatSize = size;
      this.#dnatPort = port;
    }
    return true;
  }

  /** Of a reply what is not said is the inverse of the original; a translation is as the kernel shows it, inside. */
  #complete(): boolean {
    const flow = this.#flow;
    const { sizes, proto } = flow;
    if (this.#family !== 0 && (this.#family === AF_INET) !== (sizes[ORIG_SRC] === 4)) return false;
    if (sizes[REPLY_SRC] === 0) this.#copyAddress(ORIG_DST, REPLY_SRC);
    if (sizes[REPLY_DST] === 0) this.#copyAddress(ORIG_SRC, REPLY_DST);
    if (proto < 0) return false;
    if (keysOf(proto) === 'ports') {
      if (flow.sport[REPLY] < 0) flow.sport[REPLY] = flow.dport[ORIG];
      if (flow.dport[REPLY] < 0) flow.dport[REPLY] = flow.sport[ORIG];
    } else if (flow.icmpType[ORIG] >= 0) {
      flow.icmpType[REPLY] = answerTo(proto, flow.icmpType[ORIG]) ?? -1;
      flow.icmpCode[REPLY] = flow.icmpCode[ORIG];
      flow.icmpId[REPLY] = flow.icmpId[ORIG];
    }
    if (this.#snatSize > 0) {
      flow.status |= SRC_NAT | SRC_NAT_DONE | DST_NAT_DONE;
      this.#copyNat(0, REPLY_DST, this.#snatSize);
      if (this.#snatPort >= 0) flow.dport[REPLY] = this.#snatPort;
    }
    if (this.#dnatSize > 0) {
      flow.status |= DST_NAT | SRC_NAT_DONE | DST_NAT_DONE;
      this.#copyNat(4, REPLY_SRC, this.#dnatSize);
      if (this.#dnatPort >= 0) flow.sport[REPLY] = this.#dnatPort;
    }
    return true;
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

const FAMILIES: ReadonlyMap<string, number> = new Map([
  ['ipv4', AF_INET],
  ['ipv6', AF_INET6],
]);
const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;
function optionOf(word: string): OptionName | undefined {
  if (/^-[a-z]$/.test(word)) return OPTIONS.get(word.slice(1));
  return /^--[a-z0-9-]{2,}$/.test(word) ? OPTIONS.get(word.slice(2)) : undefined;
}

function statusOf(text: string): number | undefined {
  let bits = 0;
  for (const word of text.split(',')) {
    if (word === 'UNSET') continue;
    if (!Object.hasOwn(STATUS_FLAGS, word)) return undefined;
    bits |= STATUS_FLAGS[word as keyof typeof STATUS_FLAGS];
  }
  return bits;
}
