/** The formats of which each line is an entry. */
import * as lines from '../lines/reader.js';
import * as logemu from '../logemu/reader.js';
import * as ovs from '../ovs/reader.js';
import { COMMAND } from '../save/option-table.js';
import { CommandLines } from '../save/reader.js';
import type { Entries } from './entries.js';
import type { LineReader } from './reader.js';

export interface LineFormat {
  /** How an entry begins, wherever in a line. */
  readonly entry: RegExp;
  /** What one line is, for messages. */
  readonly called: string;
  make(entries: Entries): LineReader;
}

export const LINE_FORMATS = {
  save: {
    entry: COMMAND,
    called: 'a line of conntrack -o save',
    make: entries => new CommandLines(entries),
  },
  ovs: {
    entry: ovs.ENTRY,
    called: "a line of Open vSwitch's dump-conntrack",
    make: entries => new ovs.OvsLines(entries),
  },
  logemu: {
    entry: logemu.ENTRY,
    called: 'a line of ulogd',
    make: entries => new logemu.LogemuLines(entries),
  },
  lines: {
    entry: lines.ENTRY,
    called: 'a line of conntrack(8)',
    make: entries => new lines.ConntrackLines(entries),
  },
} as const satisfies Record<string, LineFormat>;

export type LineFormatName = keyof typeof LINE_FORMATS;

/** By the words that are in a line: for what begins as none of them does. */
export function nearestTo(line: string): LineFormat | undefined {
  if (/^\s*(?:\S*conntrack\s+)?-{1,2}[A-Za-z]/.test(line)) return LINE_FORMATS.save;
  if (/\borig=\(/.test(line)) return LINE_FORMATS.ovs;
  if (/\bSRC=\S+ DST=/.test(line)) return LINE_FORMATS.logemu;
  return /\b(?:src|dst|sport|dport)=|\b(?:tcp|udp|icmp|icmpv6|ipv4|ipv6)\s+\d/.test(line)
    ? LINE_FORMATS.lines
    : undefined;
}
