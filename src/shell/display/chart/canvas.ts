/** A grid of characters on which lines are drawn. */

interface Cell {
  /** Of a braille character: its dots. Else the character that is drawn. */
  readonly dots: number;
  readonly mark: string;
  /** The line that was drawn last. */
  readonly line: number;
}

/** The bit of a dot of a braille character, by row and column (Unicode 15.0, 15.1 Braille Patterns). */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

/** With braille, each character has two columns and four rows of dots; otherwise a character is a dot. */
export class Canvas {
  readonly #width: number;
  readonly #height: number;
  readonly #isBraille: boolean;
  readonly #cells: (Cell | undefined)[];

  constructor(width: number, height: number, isBraille: boolean) {
    this.#width = width;
    this.#height = height;
    this.#isBraille = isBraille;
    this.#cells = new Array(width * height).fill(undefined);
  }

  /** Draws a line between two points; both coordinates are from 0 to 1, y upwards. */
  draw(from: readonly [number, number], to: readonly [number, number], line: number, mark: string): void {
    const [columns, rows] = this.#isBraille ? [2 * this.#width, 4 * this.#height] : [this.#width, this.#height];
    const place = ([x, y]: readonly [number, number]): [number, number] => [
      Math.round(x * (columns - 1)),
      Math.round((1 - y) * (rows - 1)),
    ];
    const [x1, y1] = place(from);
    const [x2, y2] = place(to);
    const steps = Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1), 1);
    for (let i = 0; i <= steps; i++)
      this.#dot(Math.round(x1 + ((x2 - x1) * i) / steps), Math.round(y1 + ((y2 - y1) * i) / steps), line, mark);
  }

  #dot(x: number, y: number, line: number, mark: string): void {
    const at = this.#isBraille ? (y >> 2) * this.#width + (x >> 1) : y * this.#width + x;
    const dots = this.#isBraille ? (this.#cells[at]?.dots ?? 0) | DOTS[y & 3][x & 1] : 0;
    this.#cells[at] = { dots, mark, line };
  }

  /** A row as text. @param paint colours the character of a line */
  row(y: number, paint: (character: string, line: number) => string): string {
    let text = '';
    let run = '';
    let line = -1;
    const end = (): void => {
      text += line < 0 ? run : paint(run, line);
      run = '';
    };
    for (let x = 0; x < this.#width; x++) {
      const cell = this.#cells[y * this.#width + x];
      const next = cell?.line ?? -1;
      if (next !== line) end();
      line = next;
      run += cell === undefined ? ' ' : this.#isBraille ? String.fromCharCode(0x2800 + cell.dots) : cell.mark;
    }
    end();
    return text;
  }
}
