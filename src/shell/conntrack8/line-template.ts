/**
 * Files of many lines have many of one form, which differ in their values alone, and so do the messages that they become. The first
 * line of a form is read by the parser; the others are compared with it byte by byte between their values, and these are written into
 * a copy of its message. Whatever does not fit is left to the parser.
 */
import { find, payloadSize } from '../../engine/wire/attributes.js';
import { CTA, CTA_PROTO, CTA_PROTOINFO, CTA_PROTOINFO_TCP, CTA_TUPLE } from '../../engine/wire/constants.js';
import { SETTABLE_STATUS } from '../../engine/wire/flow.js';
import { MessageView } from '../../engine/wire/view.js';
import { STATUS_FLAGS, TCP_STATES } from '../../lang/names.js';
import type { CommandLine } from './command-line.js';
import { statusOf } from './lists.js';
import type { OptionName } from './options.js';

type Kind = 'u32' | 'u16' | 'zone' | 'ipv4' | 'status' | 'state';

interface Field {
  readonly kind: Kind;
  /** Where in the message the value stands; an address or a port may stand in both tuples. */
  readonly at: readonly number[];
}

interface Offsets {
  readonly timeout: number;
  readonly status: number;
  readonly mark: number;
  readonly zone: number;
  readonly state: number;
  readonly orig: TupleOffsets;
  readonly reply: TupleOffsets;
}

interface TupleOffsets {
  readonly src: number;
  readonly dst: number;
  readonly sport: number;
  readonly dport: number;
}

const SPACE = 0x20;
const ALLOWED: ReadonlySet<OptionName> = new Set<OptionName>([
  'src',
  'dst',
  'reply-src',
  'reply-dst',
  'protonum',
  'timeout',
  'status',
  'mark',
  'zone',
]);

export class LineTemplate {
  readonly #literals: readonly Uint8Array[];
  readonly #fields: readonly Field[];
  readonly #message: Uint8Array;

  private constructor(literals: readonly Uint8Array[], fields: readonly Field[], message: Uint8Array) {
    this.#literals = literals;
    this.#fields = fields;
    this.#message = message;
  }

  /** The template of a line that was read; undefined for a line of which others may differ in more than their values. */
  static of(words: readonly string[], line: CommandLine, message: Uint8Array): LineTemplate | undefined {
    const { proto, src, replySrc, keys } = line;
    if (typeof src !== 'number' || (proto?.name !== 'tcp' && proto?.name !== 'udp') || line.zone === 0)
      return undefined;
    for (const name of line.given) if (!ALLOWED.has(name)) return undefined;
    const hasReply = replySrc !== undefined;
    if (hasReply !== (keys['reply-src'] !== undefined && keys['reply-dst'] !== undefined)) return undefined;
    if (
      !hasReply &&
      (line.replyDst !== undefined || keys['reply-src'] !== undefined || keys['reply-dst'] !== undefined)
    )
      return undefined;
    const places = offsetsOf(message);
    const literals: string[] = [];
    const fields: Field[] = [];
    let literal = '';
    for (let at = 0; at < words.length; at++) {
      const word = words[at];
      literal += at === 0 ? word : ` ${word}`;
      if (at === 0 && (word === '-A' || word === '-I')) continue;
      const value = words[++at];
      if (value === undefined) return undefined;
      if (word === '-p') {
        literal += ` ${value}`;
        continue;
      }
      const field = fieldOf(word, places, hasReply);
      if (field === undefined || field.at.some(place => place < 0)) return undefined;
      literals.push(`${literal} `);
      literal = '';
      fields.push(field);
    }
    if (literal !== '') literals.push(literal);
    else literals.push('');
    return new LineTemplate(
      literals.map(text => Buffer.from(text, 'latin1')),
      fields,
      message,
    );
  }

  /** The message of a line of this form, written at `to`. @returns its length; 0 where the line is of another form */
  fill(text: Uint8Array, from: number, end: number, out: Uint8Array, to: number): number {
    const fields = this.#fields;
    const literals = this.#literals;
    const message = this.#message;
    out.set(message, to);
    let at = from;
    for (let i = 0; ; i++) {
      const literal = literals[i];
      if (at + literal.length > end) return 0;
      for (let j = 0; j < literal.length; j++) if (text[at + j] !== literal[j]) return 0;
      at += literal.length;
      if (i === fields.length) return at === end ? message.length : 0;
      const stop = valueEnd(text, at, end);
      const value = valueIn(fields[i].kind, text, at, stop);
      if (value < 0) return 0;
      write(fields[i], value, out, to);
      at = stop;
    }
  }
}

function valueEnd(text: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && text[at] !== SPACE) at++;
  return at;
}

function write({ kind, at }: Field, value: number, out: Uint8Array, to: number): void {
  for (let i = 0; i < at.length; i++) {
    const place = to + at[i];
    switch (kind) {
      case 'state':
        out[place] = value;
        break;
      case 'u16':
      case 'zone':
        out[place] = value >>> 8;
        out[place + 1] = value;
        break;
      default:
        out[place] = value >>> 24;
        out[place + 1] = value >>> 16;
        out[place + 2] = value >>> 8;
        out[place + 3] = value;
    }
  }
}

/** -1 for a value that is written in another way than most, or wrong: the parser knows. */
function valueIn(kind: Kind, text: Uint8Array, from: number, end: number): number {
  switch (kind) {
    case 'u32':
      return decimal(text, from, end, 0xffffffff);
    case 'u16':
      return decimal(text, from, end, 0xffff);
    case 'zone':
      return decimal(text, from, end, 0xffff) || -1;
    case 'ipv4':
      return ipv4(text, from, end);
    case 'status':
      return wordValue(STATUS_VALUES, statusValue, text, from, end);
    case 'state':
      return wordValue(STATE_VALUES, stateValue, text, from, end);
  }
}

function decimal(text: Uint8Array, from: number, end: number, max: number): number {
  const length = end - from;
  // A 0 in front may mean that the number is octal.
  if (length === 0 || length > 10 || (length > 1 && text[from] === 0x30)) return -1;
  let n = 0;
  for (let at = from; at < end; at++) {
    const digit = text[at] - 0x30;
    if (digit < 0 || digit > 9) return -1;
    n = n * 10 + digit;
  }
  return n > max ? -1 : n;
}

function ipv4(text: Uint8Array, from: number, end: number): number {
  let address = 0;
  let part = -1;
  let dots = 0;
  for (let at = from; at < end; at++) {
    const code = text[at];
    if (code === 0x2e) {
      if (part < 0) return -1;
      address = address * 256 + part;
      part = -1;
      dots++;
    } else if (code >= 0x30 && code <= 0x39 && part !== 0) {
      part = (part < 0 ? 0 : part * 10) + code - 0x30;
      if (part > 255) return -1;
    } else return -1;
  }
  return dots === 3 && part >= 0 ? address * 256 + part : -1;
}

/** What few words mean is found out once. */
const STATUS_VALUES = new Map<string, number>();
const STATE_VALUES = new Map<string, number>();
const MOST_WORDS = 1000;

function wordValue(
  known: Map<string, number>,
  find: (word: string) => number,
  text: Uint8Array,
  from: number,
  end: number,
): number {
  if (end - from > 64) return -1;
  let word = '';
  for (let at = from; at < end; at++) word += String.fromCharCode(text[at]);
  const before = known.get(word);
  if (before !== undefined) return before;
  const value = find(word);
  if (known.size < MOST_WORDS) known.set(word, value);
  return value;
}

const RESTORABLE = SETTABLE_STATUS & ~STATUS_FLAGS.HELPER;

function statusValue(word: string): number {
  if (!/^[A-Z_]+(?:,[A-Z_]+)*$/.test(word)) return -1;
  let odd = false;
  try {
    const { set, absent } = statusOf(word, () => {
      odd = true;
    });
    const bits = set.reduce((sum, name) => sum | STATUS_FLAGS[name], 0);
    return odd || absent.length > 0 || (bits & ~RESTORABLE) !== 0 ? -1 : bits | STATUS_FLAGS.CONFIRMED;
  } catch {
    return -1;
  }
}

const stateValue = (word: string): number => (TCP_STATES as readonly string[]).indexOf(word);

function fieldOf(
  word: string,
  { timeout, status, mark, zone, state, orig, reply }: Offsets,
  hasReply: boolean,
): Field | undefined {
  const both = (own: number, other: number): number[] => (hasReply ? [own] : [own, other]);
  switch (word) {
    case '-t':
      return { kind: 'u32', at: [timeout] };
    case '-u':
      return { kind: 'status', at: [status] };
    case '-m':
      return { kind: 'u32', at: [mark] };
    case '-w':
      return { kind: 'zone', at: [zone] };
    case '-s':
      return { kind: 'ipv4', at: both(orig.src, reply.dst) };
    case '-d':
      return { kind: 'ipv4', at: both(orig.dst, reply.src) };
    case '-r':
      return { kind: 'ipv4', at: [reply.src] };
    case '-q':
      return { kind: 'ipv4', at: [reply.dst] };
    case '--sport':
    case '--orig-port-src':
      return { kind: 'u16', at: both(orig.sport, reply.dport) };
    case '--dport':
    case '--orig-port-dst':
      return { kind: 'u16', at: both(orig.dport, reply.sport) };
    case '--reply-port-src':
      return { kind: 'u16', at: [reply.sport] };
    case '--reply-port-dst':
      return { kind: 'u16', at: [reply.dport] };
    case '--state':
      return { kind: 'state', at: [state] };
    default:
      return undefined;
  }
}

/** Where the values of a message stand; -1 for what it does not have. */
function offsetsOf(message: Uint8Array): Offsets {
  const view = new MessageView();
  view.set(message, 0);
  const { bytes } = view;
  const info = view.inner(CTA.PROTOINFO, CTA_PROTOINFO.TCP, 0);
  return {
    timeout: view.at(CTA.TIMEOUT),
    status: view.at(CTA.STATUS),
    mark: view.at(CTA.MARK),
    zone: view.at(CTA.ZONE),
    state: info < 0 ? -1 : find(bytes, info, info + payloadSize(bytes, info), CTA_PROTOINFO_TCP.STATE, 1),
    orig: tupleOffsets(view, CTA.TUPLE_ORIG, view.orig),
    reply: tupleOffsets(view, CTA.TUPLE_REPLY, view.reply),
  };
}

function tupleOffsets(view: MessageView, attribute: number, { src, dst }: { src: number; dst: number }): TupleOffsets {
  const { bytes } = view;
  const keys = view.inner(attribute, CTA_TUPLE.PROTO, 0);
  const port = (type: number): number => (keys < 0 ? -1 : find(bytes, keys, keys + payloadSize(bytes, keys), type, 2));
  return { src, dst, sport: port(CTA_PROTO.SRC_PORT), dport: port(CTA_PROTO.DST_PORT) };
}
