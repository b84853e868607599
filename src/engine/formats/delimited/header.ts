/** Whether the first line of a text names the columns below it, separated by commas or tabs. */
import { hasSemicolons } from '../../../lang/schema/formats/headers.js';
import { parseAddress } from '../../../lang/values/address.js';
import { foreignIn } from '../reading/foreign.js';

/** `nameless`: a table of columns, the first line of which is a row. */
export type Header =
  | { readonly kind: 'columns'; readonly cells: readonly string[] }
  | { readonly kind: 'semicolons' | 'nameless' | 'other' };

/** A name: of a field, of another column, or of what computes it, as in `count(*)`. */
const PLAIN = /^[A-Za-z_][\w.-]*(?:\(.*\))?$/;

/** Any other name begins with a letter, but for a sign or two, and has no characters of entries in other formats. */
const LABEL = /^[^\p{L}\d]{0,3}\p{L}[^=<>{}\p{Cc}]{0,99}$/u;

/** What begins with a letter, and is a value: an address of hardware, an address in a text. */
const VALUE = /^(?:[\da-f]{2}[:-]){5}[\da-f]{2}$|\b\d{1,3}(?:\.\d{1,3}){3}\b|:\/\//i;

/** A name that begins with a digit, as `2nd` and `95th percentile` do. */
const DIGIT_LABEL = /^\d{1,4}[\p{L}_][^.:/=<>{}\p{Cc}]{0,99}$/u;

/** What begins with a digit and has letters, and is a value: a number in hexadecimal, a hash, a duration, a size, a date. */
const DIGIT_VALUE = /^(?:0x[\da-f]+|[\da-f-]+|\d+e\d+|(?:\d+(?:[nuµm]?s|m|min|h|d|w))+|\d+ ?[kmgtp]?i?b?|\d+T\d+Z?)$/iu;

const YEAR = /^(?:19|20)\d\d$/;

const isLabel = (cell: string): boolean =>
  cell === '' ||
  (LABEL.test(cell) && !VALUE.test(cell) && parseAddress(cell) === undefined) ||
  (DIGIT_LABEL.test(cell) && !DIGIT_VALUE.test(cell));

/** Rows that are looked at. */
const MOST_ROWS = 3;

/** @param text the beginning of a file, without a byte order mark; its last line may be incomplete */
export function headerOf(text: string): Header {
  const [line, ...rows] = text.split('\n', MOST_ROWS + 2).map(each => each.trimEnd());
  const isTsv = line.includes('\t');
  const cells = cellsOf(line, isTsv);
  // A line with one name may be anything.
  if (cells.every(cell => PLAIN.test(cell)) && (cells.length > 1 || text.includes('\n')))
    return { kind: 'columns', cells };
  if (hasSemicolons(line)) return { kind: 'semicolons' };
  const whole = rows.slice(0, -1).filter(row => row !== '');
  const isTable =
    cells.length > 1 &&
    whole.every(row => cellsOf(row, isTsv).length === cells.length) &&
    foreignIn([line]) === undefined;
  if (!isTable || cells.every(cell => cell === '')) return { kind: 'other' };
  const below = rows.filter(row => row !== '').map(row => cellsOf(row, isTsv));
  /** A year is a name beside other names, over a column that has no years. */
  const isYear = (cell: string, i: number): boolean =>
    YEAR.test(cell) && below.length > 0 && !below.some(each => YEAR.test(each[i] ?? ''));
  const hasName = cells.some(cell => cell !== '' && isLabel(cell));
  if (hasName && cells.every((cell, i) => isLabel(cell) || isYear(cell, i))) return { kind: 'columns', cells };
  return whole.length > 0 && !/[=<>{}\p{Cc}]/u.test(line.replaceAll('\t', ''))
    ? { kind: 'nameless' }
    : { kind: 'other' };
}

/** The cells of a line, none of which continues in the next one. */
export const cellsOf = (line: string, isTsv: boolean): string[] =>
  isTsv
    ? line.split('\t')
    : [...line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim(),
      );

/** Whether columns of these names may be those of whole entries, which have the names of fields. */
export const arePlain = (cells: readonly string[]): boolean => cells.every(cell => PLAIN.test(cell));
