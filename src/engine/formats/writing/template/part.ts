import type { MessageView } from '../../../ctnetlink/view/view.js';
import { Piece } from './piece.js';

/** How a part's value is read and written. */
export const NOTHING = 0;
export const IPV4 = 1;
export const BE16 = 2;
export const BE32 = 3;
export const BE64 = 4;
export const BYTE = 5;
/** A byte, or a number of 32 bits, by the piece that belongs to it. */
export const BYTE_PIECE = 6;
export const BE32_PIECE = 7;
export const CALL = 8;

/** Pieces that are kept for the values of one part. */
const MAX_PIECES = 1024;

const EMPTY = new Piece('');

/** A constant piece, and the value after it. @typeParam Out what functions write to */
export class Part<Out> {
  readonly piece: Piece;
  readonly kind: number;
  /** Where the value is, counted from the beginning of the message. */
  readonly at: number;
  readonly call: (out: Out, view: MessageView) => void;
  readonly #make: (value: number) => string;
  readonly #known = new Map<number, Piece>();
  #last = -1;
  #lastPiece = EMPTY;

  constructor(
    piece: Piece,
    kind: number,
    at = 0,
    call: (out: Out, view: MessageView) => void = () => {},
    make: (value: number) => string = String,
  ) {
    this.piece = piece;
    this.kind = kind;
    this.at = at;
    this.call = call;
    this.#make = make;
  }

  pieceOf(value: number): Piece {
    if (value === this.#last) return this.#lastPiece;
    let known = this.#known.get(value);
    if (known === undefined) {
      if (this.#known.size >= MAX_PIECES) this.#known.clear();
      known = new Piece(this.#make(value));
      this.#known.set(value, known);
    }
    this.#last = value;
    this.#lastPiece = known;
    return known;
  }
}
