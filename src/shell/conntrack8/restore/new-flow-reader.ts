import { EncodeError } from '../../../engine/ctnetlink/codec/encode-error.js';
import { SETTABLE_STATUS } from '../../../engine/ctnetlink/codec/flow.js';
import { answerTo } from '../../../engine/ctnetlink/codec/tuple.js';
import type { Writer } from '../../../engine/ctnetlink/codec/writer.js';
import { IPPROTO, keysOf } from '../../../engine/ctnetlink/constants.js';
import { Entries } from '../../../engine/formats/reading/entries.js';
import {
  ORIG,
  ORIG_DST,
  ORIG_SRC,
  REPLY,
  REPLY_DST,
  REPLY_SRC,
} from '../../../engine/formats/reading/message/flow-values.js';
import type { CreatedTranslation } from '../../../engine/formats/reading/message/nests.js';
import { ParseError } from '../../../engine/formats/reading/report/parse-error.js';
import { ParseReport } from '../../../engine/formats/reading/report/parse-report.js';
import { ByteCursor } from '../../../engine/formats/reading/text/byte-cursor.js';
import { Interner } from '../../../engine/formats/reading/text/interner.js';
import { DNAT, FlowLine, SNAT, type Translation } from '../../../engine/formats/save/flow-line.js';
import { Remark } from '../../../engine/formats/save/remark.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { CommandLine, Lookups } from '../argv/command-line.js';
import { refuse, refuseAsInvalid } from '../argv/mistake.js';
import { protocolOf } from '../argv/protocols.js';
import { OPTION_NAMES } from '../option-table.js';
import { COMMANDS, goTogether, isUsual, LINE_OPTIONS } from './line-options.js';
import { type Rest, savedLine } from './saved-line.js';

const TAB = 0x09;
const SPACE = 0x20;
const HASH = 0x23;
const DASH = 0x2d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Bits that a line may give a new flow; others are left to the parser, which knows what is wrong with them. */
const RESTORABLE = SETTABLE_STATUS & ~STATUS_FLAGS.HELPER;
const STATUS_GIVEN = 1 << OPTION_NAMES.indexOf('status');
const LABELS_GIVEN = 1 << OPTION_NAMES.indexOf('label-add');

/** What options a line has, and whether they go together. */
interface Signature {
  readonly command: 'create' | 'add';
  readonly proto: number;
  readonly options: number;
  readonly protocolOptions: number;
  readonly isLegal: boolean;
}

/** Labels must be known: a line with others is wrong. */
class StrictEntries extends Entries {
  override labels(names: readonly (string | number)[]): string | undefined {
    for (const name of names) {
      const bit = typeof name === 'number' ? name : this.surroundings.labelBit(name);
      if (bit === undefined || bit < 0 || bit > 127) throw new ParseError(`unknown label '${name}'`);
    }
    return super.labels(names);
  }
}

/**
 * Lines that create a flow (`-I`, `-A`), as the `save` format has them, read where they are in the file by its table of options, and
 * encoded as requests. What is written in any other way is left to the parser of command lines; both give the same request.
 */
export class NewFlowReader {
  readonly #entries: Entries;
  readonly #line: FlowLine;
  readonly #remark: Remark;
  readonly #cursor = new ByteCursor();
  readonly #commands = new Interner(word => COMMANDS.get(word));
  readonly #options = new Interner(word => LINE_OPTIONS.get(word));
  readonly #signatures: Signature[] = [];
  #last: Signature | undefined;
  /** Whether the flow that was written last has a master. */
  hasMaster = false;
  #given = 0;
  #givenOfProtocol = 0;
  readonly #snat: { -readonly [K in keyof CreatedTranslation]: CreatedTranslation[K] };
  readonly #dnat: { -readonly [K in keyof CreatedTranslation]: CreatedTranslation[K] };

  constructor({ labelBit }: Pick<Lookups, 'labelBit'>) {
    this.#entries = new StrictEntries({ labelBit, taken: 0 }, new ParseReport('', () => {}));
    this.#line = new FlowLine(this.#entries);
    this.#remark = new Remark(this.#entries, 'create');
    this.#snat = { addresses: this.#line.nat, at: SNAT, port: -1 };
    this.#dnat = { addresses: this.#line.nat, at: DNAT, port: -1 };
  }

  /**
   * Appends the request of a line.
   * @returns the command; undefined if the line is left to the parser, with nothing written
   */
  read(bytes: Uint8Array, from: number, end: number, writer: Writer): 'create' | 'add' | undefined {
    try {
      return this.#write(bytes, from, end, writer, false);
    } catch (error) {
      if (error instanceof ParseError || error instanceof EncodeError) return undefined;
      throw error;
    }
  }

  /**
   * Appends the request of a line that the parser has read.
   * @throws Refusal for what is wrong in its object
   */
  writeParsed(line: CommandLine, rest: Rest | undefined, writer: Writer): void {
    const bytes = savedLine(line, rest);
    try {
      if (this.#write(bytes, 0, bytes.length, writer, true) === undefined)
        refuseAsInvalid(line, 'the flow is incomplete');
    } catch (error) {
      if (!(error instanceof ParseError) && !(error instanceof EncodeError)) throw error;
      refuse(error.message);
    }
  }

  #write(bytes: Uint8Array, from: number, end: number, writer: Writer, isLegal: boolean): 'create' | 'add' | undefined {
    const cursor = this.#cursor;
    cursor.set(bytes, from, end);
    cursor.skipSpaces();
    this.hasMaster = false;
    if (bytes[cursor.at] !== DASH) return undefined;
    const command = this.#commands.read(cursor);
    if (command === undefined || !this.#readOptions(bytes)) return undefined;
    const line = this.#line;
    const { flow } = line;
    line.finish();
    const { status } = flow;
    if ((status & ~RESTORABLE) !== 0 || flow.proto < 0) return undefined;
    if (cursor.at < cursor.end) {
      // Its labels would replace those of the options.
      if ((this.#given & LABELS_GIVEN) !== 0) return undefined;
      this.#remark.read(bytes, cursor.at, cursor.end, flow);
      flow.event = undefined;
      this.hasMaster = flow.extras.master !== undefined;
      flow.isWholeStatus = false;
    }
    if (!isLegal && !this.#isLegal(command)) return undefined;
    if (!this.#complete()) return undefined;
    flow.encodeCreation(writer, {
      status: (this.#given & STATUS_GIVEN) === 0 ? -1 : status,
      snat: line.snat.isGiven ? this.#snat : undefined,
      dnat: line.dnat.isGiven ? this.#dnat : undefined,
    });
    return command;
  }

  /** @returns false for what is left to the parser; else the cursor is at the object, or at the end */
  #readOptions(bytes: Uint8Array): boolean {
    const cursor = this.#cursor;
    const line = this.#line;
    const { flow } = line;
    line.clear();
    this.#given = 0;
    this.#givenOfProtocol = 0;
    let { end } = cursor;
    while (end > cursor.at && isSpace(bytes[end - 1])) end--;
    cursor.end = end;
    for (let place = 0; cursor.at < end; place++) {
      if (!skipBlanks(cursor)) return false;
      if (bytes[cursor.at] === HASH) {
        // The object of ctq's `output save`.
        if (bytes[cursor.at + 1] !== SPACE || bytes[cursor.at + 2] !== OPEN || bytes[end - 1] !== CLOSE) return false;
        cursor.at += 2;
        return true;
      }
      const option = this.#options.read(cursor, SPACE, place);
      if (option === undefined || !skipBlanks(cursor)) return false;
      if (option.protocols === undefined) {
        if ((this.#given & option.bit) !== 0) return false;
        this.#given |= option.bit;
      } else {
        // An option of a protocol is known after -p.
        if ((this.#givenOfProtocol & option.bit) !== 0 || !option.protocols.has(flow.proto)) return false;
        this.#givenOfProtocol |= option.bit;
      }
      if (!isUsual(option.check, cursor)) return false;
      option.read(line, cursor);
    }
    return true;
  }

  /** Whether the options of the line go with its command and with each other. */
  #isLegal(command: 'create' | 'add'): boolean {
    const { proto } = this.#line.flow;
    const options = this.#given;
    const protocolOptions = this.#givenOfProtocol;
    const isSame = (each: Signature): boolean =>
      each.options === options &&
      each.protocolOptions === protocolOptions &&
      each.proto === proto &&
      each.command === command;
    if (this.#last !== undefined && isSame(this.#last)) return this.#last.isLegal;
    let known = this.#signatures.find(isSame);
    if (known === undefined) {
      known = {
        command,
        proto,
        options,
        protocolOptions,
        isLegal: goTogether(command, proto, options, protocolOptions),
      };
      if (this.#signatures.length < MAX_SIGNATURES) this.#signatures.push(known);
    }
    this.#last = known;
    return known.isLegal;
  }

  /**
   * Completes the flow as `sidesOf` (`statement/insertion.ts`) does: without addresses of the reply, that is the inverse; an address
   * that is missing is 0, as NAT assigns it.
   * @returns false for what is left to the parser
   */
  #complete(): boolean {
    const line = this.#line;
    const { flow, snat, dnat } = line;
    const { sizes, sport, dport, proto, zones, icmpType, icmpCode, icmpId } = flow;
    const size = sizes[ORIG_SRC];
    if (size === 0 || sizes[ORIG_DST] !== size) return false;
    if (!isWhole(snat, size) || !isWhole(dnat, size)) return false;
    const hasReplyPorts = sport[REPLY] >= 0 && dport[REPLY] >= 0;
    const isTranslated = snat.isGiven && dnat.isGiven && hasReplyPorts;
    if (sizes[REPLY_SRC] === 0 && sizes[REPLY_DST] === 0 && !isTranslated) {
      if (sport[REPLY] >= 0 || dport[REPLY] >= 0) return false;
      line.copyAddress(ORIG_DST, REPLY_SRC);
      line.copyAddress(ORIG_SRC, REPLY_DST);
      sport[REPLY] = dport[ORIG];
      dport[REPLY] = sport[ORIG];
    } else {
      clearMissing(flow, REPLY_SRC, size);
      clearMissing(flow, REPLY_DST, size);
    }
    for (let side = ORIG; side <= REPLY; side++) if (zones[side] === 0) zones[side] = -1;
    const icmpKeys = keysOf(proto);
    this.#snat.port = snat.port;
    this.#dnat.port = dnat.port;
    if (icmpKeys === 'icmp' || icmpKeys === 'icmpv6') {
      if ((size === 4) !== (icmpKeys === 'icmp')) return false;
      const answer = answerTo(proto, icmpType[ORIG]);
      if (answer === undefined) return false;
      if (icmpCode[ORIG] < 0) icmpCode[ORIG] = 0;
      if (icmpId[ORIG] < 0) icmpId[ORIG] = 0;
      // The object says the id that the flow is translated to.
      if (snat.port < 0 && icmpId[REPLY] >= 0) this.#snat.port = icmpId[REPLY];
      icmpType[REPLY] = answer;
      icmpCode[REPLY] = icmpCode[ORIG];
      icmpId[REPLY] = icmpId[ORIG];
      return true;
    }
    if (protocolOf(proto) === undefined) return true;
    const isBare = proto === IPPROTO.DCCP && this.#givenOfProtocol === 0;
    return isBare || (sport[ORIG] >= 0 && dport[ORIG] >= 0 && sport[REPLY] >= 0 && dport[REPLY] >= 0);
  }
}

const MAX_SIGNATURES = 100;

const isSpace = (byte: number): boolean => byte === SPACE || byte === TAB || byte === 0x0d;

/** Moves on over the blanks between two words. @returns false if there is none, or anything else */
function skipBlanks(cursor: ByteCursor): boolean {
  const { bytes, end } = cursor;
  let { at } = cursor;
  if (at >= end || (bytes[at] !== SPACE && bytes[at] !== TAB)) return false;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  cursor.at = at;
  return at < end;
}

const isWhole = ({ isGiven, size }: Translation, expected: number): boolean => !isGiven || size === expected;

function clearMissing({ sizes, addresses }: FlowLine['flow'], place: number, size: number): void {
  if (sizes[place] !== 0) return;
  sizes[place] = size;
  for (let i = 0; i < 4; i++) addresses[place + i] = 0;
}
