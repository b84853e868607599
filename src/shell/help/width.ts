import { terminalSize } from '../display/terminal-size.js';
import type { Terminal } from '../io.js';

/** Longer lines are hard to read. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 40;

/** Columns of a help page on a terminal; the greatest elsewhere. */
export const helpWidth = (output: Pick<Terminal, 'columns'>): number =>
  output.columns === undefined ? MAX_WIDTH : Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, terminalSize(output).columns));
