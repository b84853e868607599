import type { FormatContext, ShownColumn } from '../../../engine/formats/writing/format.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import type { Value } from '../../../lang/values/value.js';
import { type Style, wordStyle } from '../style.js';

/** The content of one cell of a table. */
export interface Cell {
  /** Without control characters and escape codes. */
  readonly text: string;
  readonly style: Style;
}

export const EMPTY: Cell = { text: '', style: 'plain' };

const NUMERIC: ReadonlySet<string> = new Set(['integer', 'decimal', 'duration', 'port']);

export const alignOf = ({ type }: ShownColumn): 'left' | 'right' => (NUMERIC.has(type.name) ? 'right' : 'left');

/** A value as a cell: its text with control characters escaped, and its style. */
export function cellOf(value: Value, column: ShownColumn, context: Pick<FormatContext, 'show' | 'nullText'>): Cell {
  if (value === null) return { text: printable(context.nullText), style: 'null' };
  const text = printable(context.show(value, column));
  return { text, style: styleOf(value, column) };
}

function styleOf(value: Exclude<Value, null>, { type }: ShownColumn): Style {
  switch (type.name) {
    case 'address':
    case 'network':
      return 'address';
    case 'integer':
    case 'decimal':
    case 'duration':
    case 'time':
      return 'number';
    case 'port':
      return 'port';
    case 'enum':
      return wordStyle(String(value));
    case 'flags':
    case 'labels':
    case 'text':
      return type.name === 'labels' ? 'name' : 'plain';
    case 'boolean':
      return value === true ? 'good' : 'bad';
    default:
      return 'plain';
  }
}
