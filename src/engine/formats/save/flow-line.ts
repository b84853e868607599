/** One line of the `save` format while its options are read: what each of them says, at a place of its own. */

import { DCCP_STATES, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import { encodedWords } from '../reading/encoded.js';
import type { Entries } from '../reading/entries.js';
import { MessageBuilder } from '../reading/message/message-builder.js';
import { ADDRESSES, SLOT } from '../reading/message/slots.js';
import { ParseError } from '../reading/report/parse-error.js';
import { ADDRESS, NUMBER, Values } from '../reading/shapes/values.js';
import { ByteCursor } from '../reading/text/byte-cursor.js';
import { Interner } from '../reading/text/interner.js';
import { anyBase, familyOf, protocol, UINT16, UINT32, utf8 } from '../reading/text/text-values.js';
import { NULL_STATE, swapped } from './words.js';

const SLASH = 0x2f;
const QUOTE = 0x22;
const COLON = 0x3a;
const BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** A translation given by an option of its own: `-n`, `-g`. */
export interface Translation {
  isGiven: boolean;
  /** Bytes of its address: 4 or 16; 0 where there is none. */
  size: number;
  /** -1: none. */
  port: number;
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

/** Places of the two translations' addresses, in words. */
export const SNAT = 0;
export const DNAT = 4;

/** One is used for all lines. */
export class FlowLine {
  readonly flow = new MessageBuilder();
  /** Where the values are that differ from line to line. */
  readonly values = new Values();
  readonly snat: Translation = { isGiven: false, size: 0, port: -1 };
  readonly dnat: Translation = { isGiven: false, size: 0, port: -1 };
  /** Addresses of both translations, as those of the flow. */
  readonly nat = new Uint32Array(8);
  readonly #natBytes = new Uint8Array(this.nat.buffer);
  readonly #entries: Entries;
  /** Of a part of a word. */
  readonly #part = new ByteCursor();
  readonly #families = new Interner(familyOf);
  readonly #protocols = new Interner(word => protocol(word.toLowerCase()));
  readonly #statuses = new Interner(statusOf);
  readonly #states = new Interner(stateOf);
  readonly #labelSets = new Interner(names => this.#labelsOf(utf8(names)));
  /** Complete at the line's end: names of states depend on the protocol. */
  #state: State | undefined;
  #labels: Labels | undefined;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  clear(): void {
    this.flow.clear();
    this.values.clear();
    clear(this.snat);
    clear(this.dnat);
    this.#state = undefined;
    this.#labels = undefined;
  }

  family(cursor: ByteCursor): void {
    this.flow.family = this.#families.read(cursor)!;
  }

  protocol(cursor: ByteCursor): void {
    this.flow.proto = this.#protocols.read(cursor)!;
  }

  status(cursor: ByteCursor): void {
    this.flow.status = this.#statuses.read(cursor)!;
  }

  state(cursor: ByteCursor): void {
    this.#state = this.#states.read(cursor);
  }

  address(place: number, cursor: ByteCursor): void {
    const { flow } = this;
    const { at } = cursor;
    flow.sizes[place] = cursor.address(flow.addresses, flow.addressBytes, place);
    this.values.add(ADDRESSES + place, ADDRESS, at, cursor.at);
  }

  /** A number of a slot (`reading/slots.ts`). */
  number(slot: number, most: number, cursor: ByteCursor): void {
    const { at } = cursor;
    this.flow.set(slot, cursor.uint(most));
    this.values.add(slot, NUMBER, at, cursor.at, most);
  }

  /** An SCTP tag: no two associations have the same. */
  tag(side: number, cursor: ByteCursor): void {
    this.flow.vtags[side] = swapped(cursor.uint(UINT32));
    this.values.isUnusual = true;
  }

  /** `MARK` or `MARK/MASK`. */
  mark(cursor: ByteCursor): void {
    const { bytes, at } = cursor;
    const end = cursor.wordEnd();
    const slash = cursor.find(SLASH, at, end);
    if (slash === end) {
      this.number(SLOT.mark, UINT32, cursor);
      return;
    }
    cursor.at = end;
    this.flow.mark = anyBase(Buffer.from(bytes.subarray(at, slash)).toString('latin1'), UINT32);
  }

  /** Adds labels: names separated by commas, up to `end`. */
  addLabels(cursor: ByteCursor): void {
    const { end } = cursor.bytes[cursor.at - 1] === QUOTE ? cursor : { end: cursor.wordEnd() };
    const more = this.#labelSets.get(cursor.bytes, cursor.at, end)!;
    cursor.at = end;
    this.#labels = this.#labels === undefined ? more : this.#labelsOf(`${this.#labels.names},${more.names}`);
  }

  /** `ADDRESS`, `ADDRESS:PORT` of IPv4, `[ADDRESS]:PORT`, `:PORT`. */
  translation(translation: Translation, place: number, cursor: ByteCursor): void {
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
    this.values.isUnusual = true;
    if (begin < addressEnd) {
      part.set(bytes, begin, addressEnd);
      translation.size = part.address(this.nat, this.#natBytes, place);
    }
    if (rest === end) return;
    part.set(bytes, bytes[rest] === COLON ? rest + 1 : rest, end);
    translation.port = part.uint(UINT16);
  }

  /** All options are read. @throws ParseError for a state that the protocol does not have */
  finish(): void {
    if (this.#state !== undefined) this.#readState();
    if (this.#labels !== undefined) this.flow.extras.labels = this.#labels.words;
  }

  #readState(): void {
    const { flow } = this;
    const state = this.#state;
    if (state === undefined) return;
    const { proto } = flow;
    const what = proto === IPPROTO.TCP ? 'tcp' : proto === IPPROTO.SCTP ? 'sctp' : proto === IPPROTO.DCCP ? 'dccp' : '';
    if (what === '') return;
    if (state[what] < 0) throw new ParseError(`unknown state of ${what.toUpperCase()} '${state.name.slice(0, 40)}'`);
    flow.state = state[what];
  }

  #labelsOf(names: string): Labels {
    const labels = this.#entries.labels(names.split(','));
    return { names, words: labels === undefined ? undefined : encodedWords({ labels }) };
  }

  copyAddress(from: number, to: number): void {
    const { addresses, sizes } = this.flow;
    for (let i = 0; i < 4; i++) addresses[to + i] = addresses[from + i];
    sizes[to] = sizes[from];
  }

  copyTranslation(from: number, to: number, size: number): void {
    const { addresses, sizes } = this.flow;
    for (let i = 0; i < 4; i++) addresses[to + i] = this.nat[from + i];
    sizes[to] = size;
  }
}

function clear(translation: Translation): void {
  translation.size = 0;
  translation.port = -1;
  translation.isGiven = false;
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
  sctp: (SCTP_STATES as readonly string[]).indexOf(name === NULL_STATE ? 'HEARTBEAT_SENT' : name),
  dccp: (DCCP_STATES as readonly string[]).indexOf(name),
});
