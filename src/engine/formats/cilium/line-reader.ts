/**
 * The lines of `cilium bpf ct list global` (CtKey4Global.Dump, CtEntry.String).
 *
 *     TCP OUT 10.0.0.1:40000 -> 192.0.2.1:443 expires=123 (remaining: 5 sec(s)) RxPackets=… RxFlagsSeen=0x1b … Flags=0x0013 [ … ] RevNAT=0 …
 */
import type { Entries } from '../reading/entries.js';
import type { LineFormat, LineReader } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import { address, anyBase, protocol, UINT16, UINT32, uint, uint64 } from '../reading/text/text-values.js';
import { addCiliumEntry, type CiliumSide } from './entry.js';

const LINE = /^\s*(\S+) (IN|OUT|SVC) \[?([0-9a-fA-F.:]+?)\]?:(\d+) -> \[?([0-9a-fA-F.:]+?)\]?:(\d+)\s+(.*)$/s;
/** Of the map of one endpoint, up to cilium 1.16. */
const LOCAL = /^\s*\S+ (?:IN|OUT) \S+ \d+:\d+ /;
const REMAINING = /\(remaining: (-?\d+) sec\(s\)\)/;

const MEMBERS = {
  Packets: 'packets',
  Bytes: 'bytes',
  FlagsSeen: 'flags',
  // Up to cilium 1.4.
  _packets: 'packets',
  _bytes: 'bytes',
} as const;

class CiliumLines implements LineReader {
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(bytes: Uint8Array, from: number, end: number): void {
    const text = Buffer.from(bytes.subarray(from, end)).toString('latin1');
    const match = LINE.exec(text);
    if (match === null) {
      throw new ParseError(
        LOCAL.test(text)
          ? 'the source address is missing, as in the table of an endpoint: list the global one'
          : 'not an entry of cilium',
      );
    }
    const [, proto, direction, src, sport, dst, dport, rest] = match;
    const remaining = REMAINING.exec(rest)?.[1];
    if (this.#isSum(rest)) {
      this.#entries.report.note('counters of both directions together are ignored: which is whose is unknown');
    }
    addCiliumEntry(
      {
        proto: protocol(proto.toLowerCase()),
        src: address(src),
        sport: uint(sport, UINT16),
        dst: address(dst),
        dport: uint(dport, UINT16),
        isIngress: direction === 'IN',
        received: sideOf(rest, 'Rx'),
        sent: sideOf(rest, 'Tx'),
        timeout: remaining === undefined || remaining.startsWith('-') ? undefined : uint(remaining, UINT32),
      },
      this.#entries,
    );
  }

  /** Since cilium 1.17: one counter of packets and one of bytes. */
  #isSum = (rest: string): boolean => /(?:^|\s)(?:Packets|Bytes)=[1-9]/.test(rest);
}

function sideOf(rest: string, side: 'Rx' | 'Tx'): CiliumSide {
  const found: { packets?: ReturnType<typeof uint64>; bytes?: ReturnType<typeof uint64>; flags?: number } = {};
  for (const [word, member] of Object.entries(MEMBERS)) {
    const key = word.startsWith('_') ? `${side.toLowerCase()}${word}` : `${side}${word}`;
    const value = new RegExp(`(?:^|\\s)${key}=(\\S+)`).exec(rest)?.[1];
    if (value === undefined) continue;
    if (member === 'flags') found.flags = anyBase(value, UINT32);
    else found[member as 'packets' | 'bytes'] = uint64(value);
  }
  return found;
}

export const CILIUM_LINES: LineFormat = {
  entry: /(?<![\w.-])[A-Za-z0-9][\w-]* (?:IN|OUT|SVC) (?:\S+:\d+ -> \S+:\d+|\S+ \d+:\d+) /,
  continued: /^[A-Z][A-Za-z]+=\S+$/,
  resembles: /\bRxFlagsSeen=|\bRevNAT=\d/,
  called: 'a line of cilium bpf ct list',
  make: entries => new CiliumLines(entries),
};
