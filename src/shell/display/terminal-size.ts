import type { Terminal } from '../io.js';

/** Columns and rows of a terminal; 80 and 24 where it reports none, or 0, as a serial line does. */
export const terminalSize = ({ columns, rows }: Pick<Terminal, 'columns' | 'rows'>): TerminalSize => ({
  columns: columns || 80,
  rows: rows || 24,
});

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}
