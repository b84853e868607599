/** Whether the first line of a text names the columns below it. */
import { parseAddress } from '../../../lang/values/address.js';
import { foreignIn } from '../reading/foreign.js';
import { beginningOf, cellsOf, type Dialect, type Separator, separatorOf } from './dialect.js';

/** `nameless`: a table of columns, the first line of which is a row; `list`: the same of one column. */
export interface Header {
  readonly kind: 'columns' | 'nameless' | 'list' | 'other';
  /** Of the first line. */
  readonly cells: readonly string[];
  readonly dialect: Dialect;
}

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

/** A year, or a sign or two, as in `ip,%`. */
const YEAR_OR_SIGN = /^(?:(?:19|20)\d\d|[^\p{L}\d=<>{}[\]"\p{Cc}]{1,3})$/u;

const isLabel = (cell: string): boolean =>
  cell === '' ||
  (LABEL.test(cell) && !VALUE.test(cell) && parseAddress(cell) === undefined) ||
  (DIGIT_LABEL.test(cell) && !DIGIT_VALUE.test(cell));

/** Rows that are looked at. */
const MAX_ROWS = 3;

/** @param text the beginning of a file, without a byte order mark; its last line may be incomplete */
export function headerOf(text: string): Header {
  const { begin, named, lastComment, lineEnd, hasComments } = beginningOf(text);
  const header = headerAt(text, begin, lineEnd, named);
  const dialect = (of: FirstLine, at: number, isComment: boolean): Header => ({
    ...of,
    dialect: {
      begin: at,
      separator: of.separator,
      lineEnd,
      hasComments: isComment,
      isOwn: named === undefined && lineEnd === '\n' && of.separator !== '|',
    },
  });
  const commented = lastComment === undefined ? undefined : headerAt(text, lastComment, lineEnd, named);
  if (lastComment !== undefined && commented !== undefined && isCommentedHeader(commented, header))
    return dialect(commented, lastComment, text.slice(0, lastComment).includes('#'));
  return dialect(header, begin, hasComments);
}

/** The first line of a table, at some place of a text. */
type FirstLine = Pick<Header, 'kind' | 'cells'> & { readonly separator: Separator };

/** `#ip,owner`: names that other programs take for a comment, with as many cells as the line below. */
function isCommentedHeader({ kind, cells }: FirstLine, below: FirstLine): boolean {
  const isTable = kind === 'columns' && cells.length > 1 && cells.length === below.cells.length;
  return isTable && cells.every(isLabel) && (!/^#\s/.test(cells[0]) || below.kind !== 'columns');
}

function headerAt(text: string, begin: number, lineEnd: string, named: Separator | undefined): FirstLine {
  const [line, ...rows] = text
    .slice(begin)
    .split(lineEnd, MAX_ROWS + 2)
    .map(each => each.trimEnd());
  const hasRows = text.includes(lineEnd, begin);
  const whole = rows.slice(0, -1).filter(row => row !== '' && !row.startsWith('#'));
  const separator = named ?? separatorOf(line, whole);
  const cells = cellsOf(line, separator);
  const first = (kind: Header['kind']): FirstLine => ({ kind, cells, separator });
  // Archives and other files of bytes; tables of the kernel that look like columns.
  if (line.includes('\0') || foreignIn([line]) !== undefined) return first('other');
  // A line with one name may be anything.
  if (cells.every(cell => PLAIN.test(cell)) && (cells.length > 1 || hasRows)) return first('columns');
  if (cells.length === 1) return first(hasRows && [line, ...whole].every(isListed) ? 'list' : 'other');
  const isTable = whole.every(row => cellsOf(row, separator).length === cells.length);
  if (!isTable || cells.every(cell => cell === '')) return first('other');
  const below = rows.filter(row => row !== '').map(row => cellsOf(row, separator));
  /** They are names beside other names, over a column that has none of them. */
  const isNameBesides = (cell: string, i: number): boolean =>
    YEAR_OR_SIGN.test(cell) && below.length > 0 && !below.some(each => YEAR_OR_SIGN.test(each[i] ?? ''));
  const names = cells.filter(cell => cell !== '' && isLabel(cell)).length;
  // A text may end in a semicolon, or have bars in it.
  const hasNames = separator === ',' || separator === '\t' ? names > 0 : names > 1;
  if (hasNames && cells.every((cell, i) => isLabel(cell) || isNameBesides(cell, i))) return first('columns');
  return first(whole.length > 0 && !/[=<>{}\p{Cc}]/u.test(line.replaceAll('\t', '')) ? 'nameless' : 'other');
}

/** A value that is all of a line, and no name. */
const isListed = (line: string): boolean => /^[^\s=<>{}[\]"#\p{Cc}]+$/u.test(line) && !isLabel(line);

/** Whether columns of these names may be those of whole entries, which have the names of fields. */
export const arePlain = (cells: readonly string[]): boolean => cells.every(cell => PLAIN.test(cell));
