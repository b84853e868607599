/**
 * The lines that ulogd's LOGEMU and SYSLOG write of flows (util/printflow.c of ulogd2).
 *
 *     [NEW] ORIG: SRC=… DST=… PROTO=TCP SPT=… DPT=… PKTS=0 BYTES=0 , REPLY: SRC=… …
 */
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import type { Decoration } from '../reading/decoration.js';
import { FlowDraft, setStatus, type TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import type { LineFormat, LineReader } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import { address, protocol, UINT8, UINT16, uint, uint64 } from '../reading/text/text-values.js';

/** How an entry begins. */
const ENTRY = /(?:\[(?:NEW|UPDATE|DESTROY)\]\s+)?\bORIG: SRC=/;

const LINE = /^\s*(?:\[(NEW|UPDATE|DESTROY)\]\s+)?ORIG: (.*?)\s*,\s*REPLY: (.*)$/s;
const EVENTS = { NEW: 'new', UPDATE: 'update', DESTROY: 'destroy' } as const;

class LogemuLines implements LineReader {
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(bytes: Uint8Array, from: number, end: number, decoration?: Decoration): void {
    const match = LINE.exec(Buffer.from(bytes.subarray(from, end)).toString('latin1'));
    if (match === null) throw new ParseError('the reply direction is missing');
    const [, event, orig, reply] = match;
    const draft = new FlowDraft();
    if (event !== undefined) {
      draft.event = EVENTS[event as keyof typeof EVENTS];
      draft.eventTime = decoration?.time;
    }
    draft.origCounters = this.#direction(draft.orig, orig);
    draft.replyCounters = this.#direction(draft.reply, reply);
    const replied = draft.replyCounters === undefined ? draft.event !== 'new' : draft.replyCounters.packets > 0;
    setStatus(draft, replied ? STATUS_FLAGS.SEEN_REPLY : 0);
    // LOGEMU does not write the ICMP id.
    this.#entries.flow(draft, true);
  }

  #direction(tuple: TupleDraft, text: string): { packets: Integer; bytes: Integer } | undefined {
    let packets: Integer | undefined;
    let bytes: Integer | undefined;
    const icmp: { type?: number; code?: number } = {};
    for (const word of text.split(/\s+/)) {
      const equals = word.indexOf('=');
      if (equals < 0) {
        if (word !== '') this.#entries.report.unknown(word);
        continue;
      }
      const value = word.slice(equals + 1);
      switch (word.slice(0, equals)) {
        case 'SRC':
          tuple.src = address(value);
          break;
        case 'DST':
          tuple.dst = address(value);
          break;
        case 'PROTO':
          tuple.proto = protocol(value.toLowerCase());
          break;
        case 'SPT':
          tuple.sport = uint(value, UINT16);
          break;
        case 'DPT':
          tuple.dport = uint(value, UINT16);
          break;
        case 'TYPE':
          icmp.type = uint(value, UINT8);
          break;
        case 'CODE':
          icmp.code = uint(value, UINT8);
          break;
        case 'PKTS':
          packets = uint64(value);
          break;
        case 'BYTES':
          bytes = uint64(value);
          break;
        default:
          this.#entries.report.unknown(word.slice(0, equals + 1));
      }
    }
    tuple.icmpType = icmp.type;
    tuple.icmpCode = icmp.code;
    return packets === undefined && bytes === undefined ? undefined : { packets: packets ?? 0, bytes: bytes ?? 0 };
  }
}

export const LOGEMU_LINES: LineFormat = {
  entry: ENTRY,
  continued: /^[A-Z]+=\S*$/,
  resembles: /\bSRC=\S+ DST=/,
  called: 'a line of ulogd',
  make: entries => new LogemuLines(entries),
};
