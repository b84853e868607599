/** Longer lines are hard to read. */
const MAX_WIDTH = 100;
const MIN_WIDTH = 40;

/** Columns of a help page on a terminal. */
export const helpWidth = ({ columns = MAX_WIDTH }: { readonly columns?: number }): number =>
  Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, columns));
