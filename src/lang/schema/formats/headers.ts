/** Tables whose columns have no names: what to do with them. */

const NAMELESS_HINT = 'its first line has no names of columns: put a header line above it, such as ip,owner';

/** What standard input is called, in statements and in messages. */
const INPUT: ReadonlySet<string> = new Set(['-', 'standard input']);

/** @param path of the file */
const listHint = (path: string): string => {
  const command = INPUT.has(path) ? 'COMMAND' : `cat ${/^[\w./-]+$/.test(path) ? path : 'FILE'}`;
  return `its first line is a value: put the name of the column above it, as in (echo ip; ${command}) | ctq "select ip from '-'"`;
};

/** How one of the lists in a JSON document is read. @param path of the file */
export function nestedHint([list, ...others]: readonly string[], path: string): string {
  const file = INPUT.has(path) ? '' : ` ${/^[\w./-]+$/.test(path) ? path : 'FILE'}`;
  const lists =
    others.length === 0
      ? 'its list of objects'
      : `one of its lists of objects (${[list, ...others].slice(0, 5).join(', ')})`;
  return `${lists} as rows: jq '${list}'${file} | ctq "select … from '-'"`;
}

/** What is said of a file whose columns cannot be named; undefined for any other. */
export const headerHint = (kind: string | undefined, path: string): string | undefined =>
  kind === 'nameless' ? NAMELESS_HINT : kind === 'list' ? listHint(path) : undefined;
