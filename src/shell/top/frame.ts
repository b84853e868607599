/** The whole screen: the header, the table or what a key opened, and the line of keys. */
import { capabilitiesOf } from '../../lang/schema/places.js';
import { type Style, sgrCodes } from '../display/style.js';
import { type KeyDocs, shortDocs } from '../help/top-keys.js';
import type { Piece } from '../interactive/line/frame.js';
import { HEADER_LINES, headerLines } from './header.js';
import { ascii } from './panes/help-pane.js';
import type { Pane, Size } from './panes/pane.js';
import { wrapLine } from './panes/wrap-line.js';
import type { RefreshPace } from './refresh/pace.js';
import { type Frame, SMALLEST } from './screen.js';
import type { RowCursor } from './table/row-cursor.js';
import { type Line, type Table, widthOf } from './table/table.js';
import type { Refreshed } from './table-refresh.js';
import type { View } from './view.js';

/** Lines that are not rows of the table: the header, the titles, the last line. */
const OTHER_LINES = HEADER_LINES + 2;

/** Rows of the table that fit on a screen. */
export const tableHeight = (rows: number): number => Math.max(1, rows - OTHER_LINES);

export interface FrameState {
  readonly view: View;
  readonly refreshed: Refreshed;
  /** When the last refresh was complete; undefined before the first. */
  readonly time: Date | undefined;
  readonly isPaused: boolean;
  /** Rows that were read, if the user waits for them. */
  readonly reading: number | undefined;
  readonly canDelete: boolean;
  readonly pace: RefreshPace;
  readonly pane: Pane | undefined;
  readonly cursor: RowCursor;
  readonly table: Table;
  /** The column that rows are sorted by. */
  readonly sort: string;
  /** Shown instead of the keys. */
  readonly message: { readonly text: string; readonly style: Style } | undefined;
  readonly unicode: boolean;
}

/** What is shown on a screen that is too small: the longest wording that fits in a line. */
function tooSmall({ columns, rows }: Size): Frame {
  const both = `${SMALLEST.columns} columns and ${SMALLEST.rows} rows`;
  const lacking = columns < SMALLEST.columns ? `${SMALLEST.columns} columns` : `${SMALLEST.rows} rows`;
  const wordings = [`the terminal is too small: top requires ${both}`, `top requires ${both}`, `requires ${lacking}`];
  const text = wordings.find(each => each.length <= columns) ?? lacking;
  return { lines: wrapLine([{ text, codes: '' }], columns, 0).slice(0, rows) };
}

export function frameOf(state: FrameState, { columns, rows }: Size): Frame {
  if (columns < SMALLEST.columns || rows < SMALLEST.rows) {
    return tooSmall({ columns, rows });
  }
  const { pane } = state;
  const lines: Line[] = [...header(state, columns)];
  if (pane === undefined || pane.isOver) lines.push(...tableLines(state, { columns, rows }));
  let cursor: Frame['cursor'];
  if (pane !== undefined) {
    const shown = pane.view({ columns, rows: rows - pane.below - 1 });
    if (!pane.isOver) lines.length = pane.below;
    lines.splice(pane.below, pane.isOver ? shown.lines.length : 0, ...shown.lines);
    if (shown.cursor) cursor = { row: shown.cursor.row + pane.below, column: shown.cursor.column };
  }
  const last = lastLines(state, columns);
  const room = rows - last.length;
  lines.length = Math.min(lines.length, room);
  while (lines.length < room) lines.push([]);
  return { lines: [...lines, ...last], ...(cursor ? { cursor } : {}) };
}

function header(
  { view, refreshed, time, isPaused, reading, pace, unicode }: FrameState,
  columns: number,
): readonly Line[] {
  const { place, filter } = view;
  const { totals, fullness } = refreshed;
  const isLive = capabilitiesOf(place).isLive;
  const lacksCounters = isLive && totals.flows > 0 && !totals.hasCounters;
  return headerLines(
    { place, filter, isLive, totals, fullness, time, isPaused, reading, pace, unicode, lacksCounters },
    columns,
  );
}

function tableLines({ view, refreshed, time, cursor, table, sort, unicode }: FrameState, size: Size): readonly Line[] {
  const { columns, rows } = refreshed;
  if (time === undefined) return [];
  const lines = table.draw({
    ...{
      columns,
      rows,
      width: size.columns,
      height: tableHeight(size.rows),
      first: cursor.first,
      cursor: cursor.index,
    },
    ...{ sort, descending: view.descending, unicode },
  });
  if (rows.length > 0) return lines;
  const text = view.filter === '' ? ' no flows' : ' no flow meets the condition';
  return [...lines, [{ text, codes: sgrCodes('dim') }]];
}

/** Lines of a message at most. */
const MAX_MESSAGE_LINES = 4;

/** The keys, or a message, which may need several lines. */
function lastLines({ message, pane, unicode, canDelete, view }: FrameState, columns: number): readonly Line[] {
  if (message === undefined) return [keyLine(pane?.docs ?? shortDocs(canDelete, view.filter !== ''), columns, unicode)];
  const lines = wrapLine([{ text: message.text, codes: sgrCodes(message.style) }], columns, 0);
  return lines.slice(0, MAX_MESSAGE_LINES);
}

/** The keys that fit, the most useful first: whole ones. */
function keyLine(docs: KeyDocs, columns: number, unicode: boolean): Line {
  const line: Piece[] = [];
  for (const [keys, doc] of docs) {
    const item: Line = [
      { text: `${line.length === 0 ? '' : '  '}${unicode ? keys : ascii(keys)}`, codes: sgrCodes('prompt') },
      { text: ` ${doc}`, codes: sgrCodes('dim') },
    ];
    if (widthOf(line) + widthOf(item) <= columns) line.push(...item);
  }
  return line;
}
