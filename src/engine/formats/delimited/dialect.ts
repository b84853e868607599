/** How a table of columns is written: what is before its header, between its cells, and at the ends of its lines. */

export type Separator = ',' | '\t' | ';' | '|';

export interface Dialect {
  /** Characters before the header. */
  readonly begin: number;
  readonly separator: Separator;
  readonly lineEnd: '\n' | '\r';
  /** The file began with lines of comments: there may be others between its rows. */
  readonly hasComments: boolean;
  /** Written as ctq writes whole entries. */
  readonly isOwn: boolean;
}

/** The line that gives spreadsheets the separator. */
const SEPARATOR_LINE = /^"?sep=([,\t;|])"?[ \t]*(?:\r?\n|\r)/i;

export interface Beginning extends Omit<Dialect, 'separator' | 'isOwn'> {
  /** The separator that the file names. */
  readonly named: Separator | undefined;
  /** Where the last comment before the header begins, which may be the header itself. */
  readonly lastComment: number | undefined;
}

/** What is before the first line of a table. @param text the beginning of a file */
export function beginningOf(text: string): Beginning {
  const lineEnd = text.includes('\r') && !text.includes('\n') ? '\r' : '\n';
  const named = SEPARATOR_LINE.exec(text);
  let begin = named?.[0].length ?? 0;
  let lastComment: number | undefined;
  for (;;) {
    const end = text.indexOf(lineEnd, begin);
    const line = text.slice(begin, end < 0 ? undefined : end).trim();
    if (end < 0 || (line !== '' && !line.startsWith('#'))) break;
    if (line !== '') lastComment = begin;
    begin = end + 1;
  }
  return {
    begin,
    lineEnd,
    hasComments: lastComment !== undefined,
    named: named?.[1] as Separator | undefined,
    lastComment,
  };
}

const CELLS: Readonly<Record<Exclude<Separator, '\t'>, RegExp>> = {
  ',': cellPattern(','),
  ';': cellPattern(';'),
  '|': cellPattern('\\|'),
};

function cellPattern(separator: string): RegExp {
  return new RegExp(`(?:^|${separator})\\s*(?:"((?:[^"]|"")*)"\\s*(?=${separator}|$)|([^${separator}]*))`, 'g');
}

export const cellsOf = (line: string, separator: Separator): string[] =>
  separator === '\t'
    ? line.split('\t')
    : [...line.matchAll(CELLS[separator])].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim());

/** What is drawn below the header of a table for people: `---+---`. */
const RULER = /^[\s|+:-]*-[\s|+:-]*$/;

/**
 * What is between the cells: tabs if there are any, else what makes most cells of the first line.
 * @param rows below it
 */
export function separatorOf(line: string, rows: readonly string[]): Separator {
  if (line.includes('\t')) return '\t';
  const isDrawn = rows.some(row => RULER.test(row));
  const count = (separator: Separator): number => cellsOf(line, separator).length;
  const fits = (separator: Separator): boolean =>
    rows.every(row => cellsOf(row, separator).length === count(separator));
  const able = ([',', ';', '|'] as const).filter(separator => separator !== '|' || !isDrawn);
  return able.reduce<Separator>((best, each) => {
    if (count(each) !== count(best)) return count(each) > count(best) ? each : best;
    return count(each) > 1 && fits(each) && !fits(best) ? each : best;
  }, ',');
}
