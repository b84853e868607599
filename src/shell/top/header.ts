/** The lines above the table. */

import { humanBytes, humanDuration } from '../../engine/formats/writing/format-value.js';
import type { Place } from '../../lang/checked/ast.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { protocolName } from '../../lang/schema/constants.js';
import { placeText } from '../../lang/schema/places.js';
import { barOf } from '../display/bars.js';
import { type Style, sgrCodes } from '../display/style.js';
import { textWidth } from '../display/text/width.js';
import type { Piece } from '../interactive/line/frame.js';
import { paintStatement } from '../interactive/line/screen/paint.js';
import type { Totals } from './refresh/observer.js';
import type { RefreshPace } from './refresh/pace.js';
import { unknownRate } from './table/flow-columns.js';
import { justified, type Line, widthOf } from './table/table.js';

export const HEADER_LINES = 4;

/** How full the table is. */
export interface Fullness {
  /** Entries in the table; undefined if the place does not report them. */
  readonly entries?: number;
  readonly most?: number;
}

export interface HeaderState {
  readonly place: Place;
  readonly isLive: boolean;
  /** When the last refresh was complete; undefined before the first. */
  readonly time: Date | undefined;
  readonly isPaused: boolean;
  /** Rows that were read, if the user waits for them. */
  readonly reading: number | undefined;
  readonly pace: RefreshPace;
  readonly totals: Totals;
  readonly fullness: Fullness;
  readonly filter: string;
  readonly unicode: boolean;
  /** The kernel counts no packets and bytes. */
  readonly lacksCounters: boolean;
}

/** Columns of the bar that shows how full the table is, the widest that fits. */
const BAR_WIDTHS = [16, 8];
/** The reason for missing byte rates, in the longest wording that fits. */
const NO_COUNTERS = ['no packets and bytes: nf_conntrack_acct is off', 'nf_conntrack_acct is off', 'acct is off'];

const piece = (text: string, style: Style = 'plain'): Piece => ({ text, codes: sgrCodes(style) });
export const count = (n: number): string => Math.round(n).toLocaleString('en-US');

export function headerLines(state: HeaderState, width: number): readonly Line[] {
  return [titleLine(state, width), flowsLine(state, width), ratesLine(state, width), filterLine(state)];
}

function titleLine({ place, time, isPaused, reading, isLive, pace, unicode }: HeaderState, width: number): Line {
  const where = printable(placeText(place));
  const dot = unicode ? ' · ' : ' | ';
  const clock =
    reading !== undefined
      ? piece(`  reading: ${count(reading)} rows`, 'waiting')
      : piece(time === undefined ? '  reading' : `  ${time.toTimeString().slice(0, 8)}`);
  const left: Line = [
    piece('ctq top', 'header'),
    clock,
    ...(where === '' ? [] : [piece('  in ', 'dim'), piece(where, 'name')]),
  ];
  if (!isLive) return justified(left, [piece('a file', 'dim')], width);
  const every = `every ${humanDuration(Math.round(pace.interval) * 1e6)}`;
  const cost = pace.cost === 0 ? '' : `${dot}a refresh takes ${humanDuration(Math.round(pace.cost) * 1e6)}`;
  const right: Line = isPaused
    ? [piece('paused', 'warning'), piece(`${dot}space continues`, 'dim')]
    : [piece(every + cost, pace.isSlowed ? 'waiting' : 'dim')];
  return justified(left, right, width);
}

function flowsLine({ totals, fullness, filter, unicode }: HeaderState, width: number): Line {
  const { entries, most } = fullness;
  const dot = unicode ? ' · ' : ', ';
  const isWhole = filter === '';
  const protocols = [...totals.protocols.entries()].filter(([, flows]) => flows > 0).sort((a, b) => b[1] - a[1]);
  const shown = protocols.slice(0, 3).map(([number, flows]) => `${protocolName(number) ?? number} ${count(flows)}`);
  const left = protocols.slice(3).reduce((sum, [, flows]) => sum + flows, 0);
  if (left > 0) shown.push(`other ${count(left)}`);
  const protocolsText = shown.join(dot);
  const line: Piece[] = [piece(count(isWhole ? (entries ?? totals.flows) : totals.flows), 'header')];
  if (!isWhole) line.push(piece(` of ${entries === undefined ? 'all' : count(entries)}`));
  if (most !== undefined && entries !== undefined) {
    line.push(piece(isWhole ? ` of ${count(most)} flows` : ' flows'));
    // With a condition, too, it is the whole table that fills.
    const label = isWhole ? '  ' : '  table ';
    const share = most === 0 ? 0 : entries / most;
    const style: Style = share >= 0.9 ? 'bad' : share >= 0.7 ? 'waiting' : 'good';
    const text = ` ${(100 * share).toFixed(1)} % full`;
    const room = width - widthOf(line) - label.length - text.length;
    const besides = room - 1 - textWidth(protocolsText);
    const bar = BAR_WIDTHS.find(each => each <= besides) ?? BAR_WIDTHS.find(each => each <= room) ?? 0;
    const empty = unicode ? '░' : '.';
    const drawn = bar === 0 ? '' : barOf(Math.min(1, share), 1, bar, unicode).padEnd(bar, empty);
    line.push(piece(label), piece(drawn, style), piece(bar === 0 ? text.trimStart() : text, style));
  } else line.push(piece(' flows'));
  return justified(line, [piece(protocolsText)], width);
}

function ratesLine({ totals, lacksCounters, isLive, unicode, time }: HeaderState, width: number): Line {
  const { bytes, packets, hasCounters, seconds, started, ended, established, unreplied } = totals;
  const dot = piece(unicode ? ' · ' : ', ', 'dim');
  const line: Piece[] = [];
  const add = (...pieces: readonly Piece[]): void => {
    if (line.length > 0) line.push(dot);
    line.push(...pieces);
  };
  const unknown = unknownRate(unicode);
  if (isLive && hasCounters) {
    add(piece(bytes === null ? `${unknown} B/s` : `${humanBytes(Math.round(bytes))}/s`, 'header'));
    add(piece(`${packets === null ? unknown : count(packets)} packets/s`));
  }
  if (isLive && time !== undefined) {
    const changes =
      seconds === 0 ? unknown : `+${count(started / seconds)} ${unicode ? '−' : '-'}${count(ended / seconds)}`;
    add(piece(`${changes} flows/s`));
  }
  if (lacksCounters) {
    const room = width - widthOf(line) - (line.length > 0 ? widthOf([dot]) : 0);
    add(piece(NO_COUNTERS.find(text => text.length <= room) ?? '', 'waiting'));
  }
  const right: Line = [
    piece(`${count(established)} established`, established > 0 ? 'good' : 'dim'),
    dot,
    piece(`${count(unreplied)} unreplied`, unreplied > 0 ? 'waiting' : 'dim'),
  ];
  return justified(line, right, width);
}

function filterLine({ filter }: HeaderState): Line {
  if (filter === '') return [piece('where ', 'prompt'), piece('/ enters a condition', 'dim')];
  return [piece('where ', 'prompt'), ...paintCondition(filter.replace(/\s+/g, ' '))];
}

const PREFIX = 'select from conntrack where ';

/** A condition in colours. */
export function paintCondition(text: string, prefix = PREFIX): Line {
  const pieces: Piece[] = [];
  let skip = prefix.length;
  for (const { text: part, codes } of paintStatement(prefix + text)) {
    const rest = part.slice(Math.min(skip, part.length));
    skip -= part.length - rest.length;
    if (rest !== '') pieces.push({ text: rest, codes });
  }
  return pieces;
}
