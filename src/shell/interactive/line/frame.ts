import { textWidth } from '../../../lang/diagnostics/text-width.js';

/** A piece of text with its SGR codes, such as `1;31`; empty for the terminal's own colours. */
export interface Piece {
  readonly text: string;
  readonly codes: string;
}

/** A row of the screen. */
export interface Row {
  readonly pieces: readonly Piece[];
  /** Columns. */
  readonly width: number;
  /** The text continues in the next row without a line end. */
  readonly isWrapped: boolean;
}

/** Counted from 0. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** What the editor shows: its rows, and where the cursor is. */
export interface Frame {
  readonly rows: readonly Row[];
  readonly cursor: Place;
}

/** A row that is not wrapped, cut to the width of the screen less one column. */
export function rowOf(pieces: readonly Piece[], columns: number): Row {
  const kept: Piece[] = [];
  let width = 0;
  for (const { text, codes } of pieces) {
    let part = '';
    for (const character of text) {
      const next = textWidth(character);
      if (width + next > columns - 1) break;
      part += character;
      width += next;
    }
    if (part !== '') kept.push({ text: part, codes });
    if (part !== text) break;
  }
  return { pieces: kept, width, isWrapped: false };
}

/** The layout of the text that is edited. */
export interface LineText {
  readonly prompt: readonly Piece[];
  /** Before each further line of the text. */
  readonly continuation: readonly Piece[];
  readonly pieces: readonly Piece[];
  /** In characters of the text of all pieces. */
  readonly cursor: number;
}

/** Lays a text out on a screen with a number of columns. */
export function layOut({ prompt, continuation, pieces, cursor }: LineText, columns: number): Frame {
  const layout = new Layout(columns);
  for (const { text, codes } of prompt) layout.add(text, codes);
  let at = 0;
  let place = cursor === 0 ? layout.place : undefined;
  for (const { text, codes } of pieces) {
    for (const character of text) {
      if (character === '\n') {
        layout.breakLine();
        for (const each of continuation) layout.add(each.text, each.codes);
      } else layout.add(character, codes);
      at += character.length;
      if (at === cursor) place = layout.place;
    }
  }
  return { cursor: place ?? layout.place, rows: layout.end() };
}

class Layout {
  readonly #columns: number;
  readonly #rows: Row[] = [];
  #pieces: { text: string; codes: string }[] = [];
  #width = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  get place(): Place {
    return { row: this.#rows.length, column: this.#width };
  }

  add(text: string, codes: string): void {
    for (const character of text) {
      const width = textWidth(character);
      if (this.#width + width > this.#columns) this.#push(true);
      const last = this.#pieces.at(-1);
      if (last?.codes === codes) last.text += character;
      else this.#pieces.push({ text: character, codes });
      this.#width += width;
      // The cursor is in the next row, as the next character will be.
      if (this.#width === this.#columns) this.#push(true);
    }
  }

  breakLine(): void {
    this.#push(false);
  }

  end(): readonly Row[] {
    this.#push(false);
    return this.#rows;
  }

  #push(isWrapped: boolean): void {
    this.#rows.push({ pieces: this.#pieces, width: this.#width, isWrapped });
    this.#pieces = [];
    this.#width = 0;
  }
}
