/** Tables of columns that cannot be read as they are: what to do with them. */

const NAME = String.raw`(?:"[^";]*"|[\p{L}_][\p{L}\d_ .-]*)`;
const HEADER = new RegExp(String.raw`^\ufeff?${NAME}(?:;${NAME})+\s*$`, 'u');

/** Whether a line has the names of columns with semicolons between them, as some spreadsheets write them. */
export const hasSemicolons = (line: string): boolean => HEADER.test(line);

const SEMICOLONS_HINT =
  'columns are separated by commas or tabs, not by semicolons: convert the file, or save it again with commas';

const NAMELESS_HINT = 'its first line has no names of columns: put a header line above it, such as ip,owner';

/** What is said of a file whose columns cannot be named; undefined for any other. */
export const headerHint = (kind: string | undefined): string | undefined =>
  kind === 'semicolons' ? SEMICOLONS_HINT : kind === 'nameless' ? NAMELESS_HINT : undefined;
