/**
 * `save`: command lines of conntrack(8), as `-o save` and ctq write them, with any of its options, short or long. Fields
 * without an option follow as ` # {…}`, in the form of `jsonl`.
 *
 * Flows are read in place, byte by byte, without allocating an object or a string per value.
 */
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import { answerTo } from '../../ctnetlink/codec/tuple.js';
import { keysOf } from '../../ctnetlink/constants.js';
import { UNKNOWN_PORT } from '../../netlink/constants.js';
import type { Decoration } from '../reading/decoration.js';
import type { Entries } from '../reading/entries.js';
import { ORIG, ORIG_DST, ORIG_SRC, REPLY, REPLY_DST, REPLY_SRC } from '../reading/message/flow-values.js';
import type { MessageBuilder } from '../reading/message/message-builder.js';
import type { LineFormat, LineReader } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import { LINES } from '../reading/shapes/matcher/constants.js';
import { type Run, Shapes } from '../reading/shapes/shapes.js';
import { ByteCursor } from '../reading/text/byte-cursor.js';
import type { EventName } from '../reading/text/event.js';
import { Interner } from '../reading/text/interner.js';
import { parseObject } from '../reading/text/json-value.js';
import { UINT32, uint } from '../reading/text/text-values.js';
import { readExpectation } from './expectation-reader.js';
import { DNAT, FlowLine, SNAT } from './flow-line.js';
import { COMMAND, COMMANDS, type EntryOption, FILLED, optionOf } from './option-table.js';
import { Remark } from './remark.js';

const QUOTE = 0x22;
const HASH = 0x23;
const EQUALS = 0x3d;
const BRACKET = 0x5b;
const OPEN = 0x7b;

const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;

/** A line of a log of events: `-A` is written for entries, and for new flows in a log. */
const CHANGE = /^[^#\n]*(?:[\s"'`:>|]|^)(?:-[UD]|--(?:update|delete))\s/m;
/** What follows the options in a log. */
const CAUSE = /^\[USERSPACE\](?:\s+portid=(\d{1,10}))?(?:\s+progname=.*)?\s*$/;

export class SaveLines implements LineReader {
  readonly #entries: Entries;
  /** Events have been read, or are to be: what is added is a new flow. */
  #isLog: boolean;
  hasTurned = false;
  /** Entries without an event. */
  counted = 0;
  readonly #line: FlowLine;
  readonly #cursor = new ByteCursor();
  /** A quoted value. */
  readonly #quotes = new ByteCursor();
  readonly #programs = new Interner(word => /^(?:\S*\/)?(?:ctq-)?conntrack$/.test(word) || undefined);
  readonly #commands = new Interner(word => COMMANDS.get(word));
  readonly #tables = new Interner(word => (word === 'expect' || word === 'conntrack' ? word : undefined));
  readonly #options = new Interner(optionOf);
  readonly #remark: Remark;
  readonly #shapes: Shapes;
  /** Of lines with a time before them. */
  readonly #timed: Shapes;

  constructor(entries: Entries, begin = '') {
    this.#entries = entries;
    this.#isLog = entries.surroundings.isLog === true || CHANGE.test(begin);
    this.#line = new FlowLine(entries);
    this.#remark = new Remark(entries, 'entry', this.#line.values);
    this.#shapes = new Shapes(entries, LINES, setEventTime);
    this.#timed = new Shapes(entries, LINES, setEventTime);
  }

  readAlike(bytes: Uint8Array, from: number): Run | undefined {
    const run = this.#shapes.read(bytes, from);
    if (run !== undefined) this.counted += run.own;
    return run;
  }

  read(bytes: Uint8Array, from: number, end: number, decoration?: Decoration): void {
    const run = this.#shapesOf(decoration).readLine(bytes, from, end, decoration?.time);
    if (run === undefined) this.#read(bytes, from, end, decoration);
    else this.counted += run.own;
  }

  #shapesOf(decoration: Decoration | undefined): Shapes {
    return decoration?.time === undefined ? this.#shapes : this.#timed;
  }

  #read(bytes: Uint8Array, from: number, end: number, decoration: Decoration | undefined): void {
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
    if (command !== 'entry' && !this.#isLog) this.#beginLog();
    const event = command !== 'entry' ? command : this.#isLog ? 'new' : undefined;
    cursor.skipSpaces();
    at = cursor.at;
    // A table's name begins with neither '-' nor '#'.
    const table = bytes[at] === 0x63 || bytes[at] === 0x65 ? this.#tables.read(cursor) : undefined;
    if (table === undefined) cursor.at = at;
    if (table === 'expect') this.#expectation(event);
    else this.#readFlow(from, event, decoration);
  }

  /** The first event that is not a new flow. */
  #beginLog(): void {
    this.#isLog = true;
    this.hasTurned = true;
    this.#shapes.clear();
    this.#timed.clear();
    if (this.counted === 0) return;
    this.#entries.report.note(
      `the first ${this.counted === 1 ? 'entry has' : `${this.counted} entries have`} no event: -A is written for entries and for new flows`,
    );
  }

  #readFlow(from: number, event: EventName | undefined, decoration: Decoration | undefined): void {
    const line = this.#line;
    const { flow } = line;
    line.clear();
    flow.event = event;
    const cursor = this.#cursor;
    for (let place = 0; ; place++) {
      const option = this.#nextOption(place);
      if (option === undefined) break;
      if (cursor.bytes[cursor.at] === QUOTE) {
        readValue(option, line, this.#quoted());
        cursor.at = this.#quotes.end + 1;
      } else readValue(option, line, cursor);
    }
    line.finish();
    const { at, end, bytes } = cursor;
    if (at < end) this.#remark.read(bytes, at, end, flow);
    this.#complete();
    if (flow.portid !== 0) flow.event ??= 'new';
    const own = flow.event === undefined ? 1 : 0;
    const time = decoration?.time;
    this.#shapesOf(decoration).learn({ bytes, from, end, values: line.values, flow, time, own });
    setEventTime(flow, time);
    this.#entries.built(flow);
    this.counted += own;
  }

  /** Moves on to the value of the next option. @returns undefined at the end of the options; the cursor is at the remark then, if any */
  #nextOption(place: number): EntryOption | undefined {
    const cursor = this.#cursor;
    const { bytes, end } = cursor;
    cursor.skipSpaces();
    const begin = cursor.at;
    if (begin >= end) return undefined;
    if (bytes[begin] === HASH) {
      cursor.at = begin + 1;
      cursor.skipSpaces();
      if (bytes[cursor.at] !== OPEN || cursor.at === begin + 1) cursor.at = end;
      return undefined;
    }
    if (bytes[begin] === BRACKET) {
      this.#cause(cursor.text(begin, end));
      cursor.at = end;
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

  /** The program that caused an event. */
  #cause(text: string): void {
    const match = CAUSE.exec(text);
    if (match === null) throw new ParseError(`unknown option '${text.slice(0, 40)}'`);
    this.#line.flow.portid = match[1] === undefined ? UNKNOWN_PORT : uint(match[1], UINT32);
  }

  /** What is inside of the quotes that open here. */
  #quoted(): ByteCursor {
    const { bytes, at, end } = this.#cursor;
    const close = this.#cursor.find(QUOTE, at + 1);
    if (close === end) throw new ParseError('a quote is not closed: the line is cut off');
    this.#quotes.set(bytes, at + 1, close);
    return this.#quotes;
  }

  #expectation(event: EventName | undefined): void {
    const cursor = this.#cursor;
    const options = new Map<EntryOption, string>();
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

  get #isReplyGiven(): boolean {
    const { sizes, sport, dport, icmpType, icmpCode, icmpId } = this.#line.flow;
    if (sizes[REPLY_SRC] === 0 || sizes[REPLY_DST] === 0) return false;
    return [sport, dport, icmpType, icmpCode, icmpId].every(key => key[ORIG] < 0 || key[REPLY] >= 0);
  }

  /** Of a reply what is not said is the inverse of the original; a translation is as the kernel shows it, inside. */
  #complete(): void {
    const line = this.#line;
    const { flow, snat, dnat } = line;
    const { sizes, proto } = flow;
    if (proto < 0) throw new ParseError('the protocol (-p) is missing');
    if (sizes[ORIG_SRC] === 0 || sizes[ORIG_DST] === 0) throw new ParseError('the addresses (-s, -d) are missing');
    if (!this.#isReplyGiven) line.values.isUnusual = true;
    if (sizes[REPLY_SRC] === 0) line.copyAddress(ORIG_DST, REPLY_SRC);
    if (sizes[REPLY_DST] === 0) line.copyAddress(ORIG_SRC, REPLY_DST);
    if (keysOf(proto) === 'ports') {
      if (flow.sport[REPLY] < 0) flow.sport[REPLY] = flow.dport[ORIG];
      if (flow.dport[REPLY] < 0) flow.dport[REPLY] = flow.sport[ORIG];
    } else if (flow.icmpType[ORIG] >= 0) {
      if (flow.icmpType[REPLY] < 0) flow.icmpType[REPLY] = answerTo(proto, flow.icmpType[ORIG]) ?? -1;
      if (flow.icmpCode[REPLY] < 0) flow.icmpCode[REPLY] = flow.icmpCode[ORIG];
      if (flow.icmpId[REPLY] < 0) flow.icmpId[REPLY] = flow.icmpId[ORIG];
    }
    if (snat.isGiven) {
      if (!flow.isWholeStatus) flow.status |= SRC_NAT | SRC_NAT_DONE | DST_NAT_DONE;
      if (snat.size > 0) line.copyTranslation(SNAT, REPLY_DST, snat.size);
      if (snat.port >= 0) flow.dport[REPLY] = snat.port;
    }
    if (dnat.isGiven) {
      if (!flow.isWholeStatus) flow.status |= DST_NAT | SRC_NAT_DONE | DST_NAT_DONE;
      if (dnat.size > 0) line.copyTranslation(DNAT, REPLY_SRC, dnat.size);
      if (dnat.port >= 0) flow.sport[REPLY] = dnat.port;
    }
  }
}

/** Adds the time of the log to an event. */
function setEventTime(flow: MessageBuilder, time: Integer | undefined): void {
  if (flow.event !== undefined && flow.eventTime < 0 && time !== undefined) flow.eventTime = time;
}

function readValue(option: EntryOption, line: FlowLine, cursor: ByteCursor): void {
  if (option.read === undefined) cursor.skipWord();
  else option.read(line, cursor);
}

export const SAVE_LINES: LineFormat = {
  entry: COMMAND,
  isExact: true,
  remark: /\s#\s*(?:\{.*)?$/,
  filled: FILLED,
  continued: /^(?:-[a-z]|--[a-z][a-z-]+|\[USERSPACE\]|(?:portid|progname)=\S+)$/,
  unfinished: /^-{1,2}[a-z-]*$/,
  resembles: /^\s*(?:\S*conntrack\s+)?-{1,2}[A-Za-z]/,
  called: 'a line of conntrack -o save',
  make: (entries, begin) => new SaveLines(entries, begin),
};
