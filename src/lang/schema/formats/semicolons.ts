/** Tables of columns that are separated by semicolons, as some spreadsheets write them: what to do with them. */

const NAME = String.raw`(?:"[^";]*"|[\p{L}_][\p{L}\d_ .-]*)`;
const HEADER = new RegExp(String.raw`^\ufeff?${NAME}(?:;${NAME})+\s*$`, 'u');

/** Whether a line has the names of columns with semicolons between them. */
export const hasSemicolons = (line: string): boolean => HEADER.test(line);

export const SEMICOLONS_HINT =
  'columns are separated by commas or tabs, not by semicolons: convert the file, or save it again with commas';
