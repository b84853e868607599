import { textWidth } from '../../../../lang/diagnostics/text-width.js';
import type { Mistake } from '../../../../lang/services/mistakes.js';
import { sgrCodes } from '../../../display/style.js';
import { fit, wrapWithin } from '../../../display/text/width.js';
import { type Frame, type LineText, layOut, type Piece, type Row, rowOf } from '../frame.js';
import type { HistorySearch } from '../history/history-search.js';
import type { Menu } from './menu.js';

const CONTINUATION = '...> ';

/** The mark of a mistake without colours. */
const UNDERLINE = '4';

/** What the editor shows. */
export interface View {
  readonly prompt: string;
  /** The text of the line, in colours. */
  readonly pieces: readonly Piece[];
  readonly cursor: number;
  /** The rest of an entry of the history. */
  readonly ghost: string;
  /** After the text. */
  readonly end: string;
  readonly mistakes: readonly Mistake[];
  readonly note: string;
  /** Undefined if nothing is to be shown below the line. */
  readonly menu: Menu | undefined;
  readonly search: HistorySearch | undefined;
  readonly hasColor: boolean;
  /** Only the line, with nothing below it. */
  readonly isBare: boolean;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Lays out the line and what is below it. */
export function frameOf(view: View, { columns, rows }: Size): Frame {
  const { search, hasColor } = view;
  const codes = hasColor ? sgrCodes('prompt') : '';
  if (search) {
    const pieces = [{ text: search.query, codes: '' }];
    const prompt = [{ text: 'history: ', codes }];
    const top = layOut({ prompt, continuation: [], pieces, cursor: search.query.length }, columns);
    return below(top, view.isBare ? [] : search.rows(columns, Math.max(2, rows >> 1)), hasColor);
  }
  const width = Math.max(textWidth(view.prompt), CONTINUATION.length);
  const line: LineText = {
    prompt: [{ text: view.prompt, codes }],
    continuation: [{ text: CONTINUATION.padStart(width), codes }],
    pieces: [
      ...underlined(view.pieces, view.mistakes, hasColor ? sgrCodes('mistake') : UNDERLINE),
      ...(view.ghost === '' ? [] : [{ text: view.ghost, codes: sgrCodes('ghost') }]),
      { text: view.end, codes: '' },
    ],
    cursor: view.cursor,
  };
  return below(
    layOut(line, columns),
    view.isBare ? [] : [...noteRows(view, columns), ...menuRows(view.menu, line, columns, rows)],
    hasColor,
  );
}

function below({ rows, cursor }: Frame, more: readonly Row[], hasColor: boolean): Frame {
  return { rows: [...rows, ...(hasColor ? more : more.map(uncoloured))], cursor };
}

/** Rows of a mistake or a note at most. */
const MAX_NOTE_ROWS = 3;

/** A mistake or a note, broken between words. */
function noteRows({ mistakes: [mistake], note }: View, columns: number): readonly Row[] {
  const text = mistake?.message ?? note;
  if (text === '') return [];
  const codes = sgrCodes(mistake ? 'bad' : 'dim');
  const lines = wrapWithin(text.replaceAll('\n', ' '), columns - 1);
  const shown = lines.slice(0, MAX_NOTE_ROWS);
  if (lines.length > shown.length) shown.push(fit(`${shown.pop()} ${lines[shown.length + 1]}`, columns - 1, '…'));
  return shown.map(each => rowOf([{ text: each, codes }], columns));
}

function menuRows(menu: Menu | undefined, line: LineText, columns: number, rows: number): readonly Row[] {
  if (menu?.isOpen !== true) return [];
  const above = layOut({ ...line, cursor: menu.start }, columns);
  // If the screen becomes narrower, all rows may become twice as many, and must not push the line off the screen.
  const room = (rows - 1 - 2 * above.rows.length) >> 1;
  return menu.rows(columns, above.cursor.column, room);
}

const uncoloured = (row: Row): Row => ({
  ...row,
  pieces: row.pieces.map(({ text, codes }) => ({ text, codes: codes === sgrCodes('chosen') ? '7' : '' })),
});

/** Marks the mistakes in a text. */
function underlined(pieces: readonly Piece[], mistakes: readonly Mistake[], mark: string): readonly Piece[] {
  if (mistakes.length === 0) return pieces;
  const marked: Piece[] = [];
  let at = 0;
  for (const { text, codes } of pieces) {
    let from = 0;
    const end = at + text.length;
    for (const mistake of mistakes) {
      const first = Math.max(mistake.start, at + from) - at;
      const last = Math.min(mistake.end, end) - at;
      if (first >= last) continue;
      marked.push({ text: text.slice(from, first), codes });
      marked.push({ text: text.slice(first, last), codes: mark });
      from = last;
    }
    marked.push({ text: text.slice(from), codes });
    at = end;
  }
  return marked.filter(({ text }) => text !== '');
}
