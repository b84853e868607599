import { textWidth } from '../../../../lang/diagnostics/text-width.js';
import { terminalSize } from '../../../display/terminal-size.js';
import type { Terminal } from '../../../io.js';
import type { Frame, Piece, Place, Row } from '../frame.js';

const HIDE = '\x1b[?25l';
const SHOW = '\x1b[?25h';
/** DECAWM: whether a character after the last column begins a new row. */
const WRAP_OFF = '\x1b[?7l';
const WRAP_ON = '\x1b[?7h';
/**
 * From the first column of a row, erases it and all below. Not from the very first cell: tmux takes that for clearing the screen, and
 * moves what was on it into its history, where it would be seen again.
 */
const ERASE_BELOW = ' \x1b[J\r';

/**
 * Draws frames below the output that is on the screen: each time only what has changed, so that a slow line carries little
 * more than what is typed.
 */
export class Canvas {
  readonly #output: Terminal;
  #rows: readonly Row[] = [];
  /** Where the terminal's cursor is, in rows below the first one. */
  #row = 0;
  /** Its column; undefined if it is not known. */
  #column: number | undefined = 0;
  /** The first row of the frame that is shown, if the frame is taller than the screen. */
  #top = 0;
  /** The cursor is after the last column of a row that was just written: the next character wraps. */
  #isAtEdge = false;
  #text = '';

  constructor(output: Terminal) {
    this.#output = output;
  }

  get columns(): number {
    return Math.max(2, terminalSize(this.#output).columns);
  }

  /** Begins a new frame where the cursor is. */
  begin(): void {
    this.#rows = [];
    this.#row = 0;
    this.#column = undefined;
    this.#top = 0;
    this.#isAtEdge = false;
  }

  draw(frame: Frame): void {
    const { rows, cursor, top } = this.#visible(frame);
    if (top !== this.#top) this.#clear();
    this.#top = top;
    this.#update(rows);
    this.#moveTo(cursor.row, cursor.column);
    this.#flush();
  }

  /** Draws all rows of a last frame, and puts the cursor below it. */
  end(frame: Frame): void {
    if (frame.rows.length > this.#height || this.#top > 0) {
      this.#clear();
      this.#top = 0;
    }
    this.#update(frame.rows);
    this.#moveTo(frame.rows.length - 1, 0);
    this.#text += '\r\n';
    this.#flush();
    this.begin();
  }

  /**
   * The screen has another width. Most terminals wrap the rows again, so that a row may have become several; others, such as xterm, leave
   * them where they are.
   * @param cursor its place in the frame that was shown, laid out for the new width
   * @param at where the terminal says that it is; undefined if it did not say
   */
  resized(cursor: Place, at?: Place): void {
    const wrapped = Math.max(0, cursor.row - this.#top);
    const isKept = at !== undefined && at.column !== cursor.column && at.column === this.#clipped(this.#column);
    const row = isKept ? this.#row : wrapped;
    // tmux wraps the empty rows at the bottom as well: what has no more room above them leaves the screen, and the cursor stays in its corner.
    const isInCorner = at?.row === 0 && at.column === 0 && cursor.column > 0;
    const isOut = isInCorner || (at?.column === cursor.column && at.row < row);
    if (isOut) this.#text += '\x1b[H';
    else if (row > 0) this.#text += `\x1b[${row}A`;
    this.#text += `\r${ERASE_BELOW}`;
    // The first row of the screen continues one that has left it: with the line there, tmux would join the two when it becomes wider.
    if (isOut) this.#text += '\r\n';
    this.#rows = [];
    this.#row = 0;
    this.#column = 0;
    this.#top = 0;
    this.#flush();
  }

  /** A column on a screen that has become narrower. */
  #clipped(column: number | undefined): number | undefined {
    return column === undefined ? undefined : Math.min(column, this.columns - 1);
  }

  get #height(): number {
    return Math.max(2, terminalSize(this.#output).rows - 1);
  }

  /** The part of a frame that fits on the screen, with the cursor. */
  #visible({ rows, cursor }: Frame): Frame & { readonly top: number } {
    const height = this.#height;
    if (rows.length <= height) return { rows, cursor, top: 0 };
    const least = cursor.row - height + 1;
    const top = Math.min(Math.max(this.#top, least, 0), cursor.row);
    return { rows: rows.slice(top, top + height), cursor: { row: cursor.row - top, column: cursor.column }, top };
  }

  #clear(): void {
    this.#moveTo(0, 0);
    this.#text += ERASE_BELOW;
    this.#rows = [];
  }

  #update(rows: readonly Row[]): void {
    const before = this.#rows;
    const changed = rows.filter((row, i) => !isSameRow(row, before[i])).length;
    if (changed > 1) this.#text += HIDE;
    if (before.length === 0) {
      this.#text += `\r${ERASE_BELOW}`;
      this.#column = 0;
    }
    rows.forEach((row, i) => {
      if (isSameRow(row, before[i])) return;
      // The screen may have become narrower since the rows were laid out: a row must not become two.
      const isCut = changed > 1 && !row.isWrapped && rows[i - 1]?.isWrapped !== true;
      this.#drawRow(i, row, before[i], rows[i - 1], isCut);
    });
    if (before.length > rows.length) {
      this.#moveTo(rows.length, 0);
      this.#text += '\x1b[J';
    }
    this.#rows = rows;
    if (changed > 1) this.#text += SHOW;
  }

  #drawRow(i: number, row: Row, before: Row | undefined, above: Row | undefined, isCut: boolean): void {
    const { pieces, column } = rest(row.pieces, before?.pieces ?? []);
    // A row that continues the one above is wrapped by the terminal itself, so that it is copied without a line end.
    const isWrappedHere = before === undefined && above?.isWrapped === true && this.#isAtEdge && this.#row === i - 1;
    if (isWrappedHere) {
      this.#row = i;
      if (row.width === 0) this.#text += ' \r';
    } else this.#moveTo(i, column);
    if (isCut) this.#text += WRAP_OFF;
    for (const { text, codes } of pieces) this.#text += codes === '' ? text : `\x1b[${codes}m${text}\x1b[0m`;
    if (isCut) this.#text += WRAP_ON;
    if (before !== undefined && before.width > row.width) this.#text += '\x1b[K';
    this.#column = row.width;
    this.#isAtEdge = row.width >= this.columns && pieces.length > 0;
    // Drawn rows exist from now on.
    if (i >= this.#rows.length) this.#rows = [...this.#rows, row];
  }

  /** Rows that have not been drawn yet are made by line feeds, which scroll the screen. */
  #moveTo(row: number, column: number): void {
    if (row === this.#row && column === this.#column && !this.#isAtEdge) return;
    const last = Math.max(this.#rows.length - 1, 0);
    const known = Math.min(row, last);
    if (known < this.#row) this.#text += `\x1b[${this.#row - known}A`;
    else if (known > this.#row) this.#text += `\x1b[${known - this.#row}B`;
    this.#text += '\r';
    if (row > known) this.#text += '\n'.repeat(row - known);
    if (column > 0) this.#text += `\x1b[${column}C`;
    this.#row = row;
    this.#column = column;
    this.#isAtEdge = false;
  }

  #flush(): void {
    if (this.#text !== '') this.#output.write(this.#text);
    this.#text = '';
  }
}

const isSamePiece = (a: Piece, b: Piece | undefined): boolean => a.text === b?.text && a.codes === b.codes;

const isSameRow = (a: Row, b: Row | undefined): boolean =>
  b !== undefined &&
  a.pieces.length === b.pieces.length &&
  a.pieces.every((piece, i) => isSamePiece(piece, b.pieces[i]));

/** What differs from the screen, and the first column that does. */
function rest(pieces: readonly Piece[], before: readonly Piece[]): { pieces: readonly Piece[]; column: number } {
  let i = 0;
  let column = 0;
  for (; i < pieces.length && isSamePiece(pieces[i], before[i]); i++) column += textWidth(pieces[i].text);
  const [piece, old] = [pieces[i], before[i]];
  if (piece === undefined || old === undefined || piece.codes !== old.codes) return { pieces: pieces.slice(i), column };
  let same = '';
  const others = [...old.text];
  for (const [at, character] of [...piece.text].entries()) {
    if (character !== others[at]) break;
    same += character;
  }
  // A combining character belongs to the one before it.
  if (/^\p{M}/u.test(piece.text.slice(same.length))) same = '';
  return {
    pieces: [{ text: piece.text.slice(same.length), codes: piece.codes }, ...pieces.slice(i + 1)],
    column: column + textWidth(same),
  };
}
