import { CELL, isCell, TEXT, type Type } from '../../../schema/type.js';

/** The type of a part of a text: that of a file's cell is compared as a cell is. */
export const partType = (text: Type): Type => (isCell(text) ? CELL : TEXT);
