/** Tables whose columns have no names: what to do with them. */

const NAMELESS_HINT = 'its first line has no names of columns: put a header line above it, such as ip,owner';

/** What standard input is called, in statements and in messages. */
const INPUT: ReadonlySet<string> = new Set(['-', 'standard input']);

/** @param path of the file */
const listHint = (path: string): string => {
  const command = INPUT.has(path) ? 'COMMAND' : `cat ${/^[\w./-]+$/.test(path) ? path : 'FILE'}`;
  return `its first line is a value: put the name of the column above it, as in (echo ip; ${command}) | ctq "select ip from '-'"`;
};

/** What is said of a file whose columns cannot be named; undefined for any other. */
export const headerHint = (kind: string | undefined, path: string): string | undefined =>
  kind === 'nameless' ? NAMELESS_HINT : kind === 'list' ? listHint(path) : undefined;
