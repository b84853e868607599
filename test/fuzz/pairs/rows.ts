/** Rows of texts, as CSV writes values: what every way to a table is compared by. */

/** A row of a table by the names of its columns; '' is null. */
export type Entry = Readonly<Record<string, string>>;
/** A row of a result. */
export type Texts = readonly string[];

/** A line of CSV or TSV; nothing here holds a quote or the end of a line but in quotes. */
export function cells(line: string, separator: string): string[] {
  const found: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (isQuoted && character === '"' && line[at + 1] === '"') cell += line[++at];
    else if (character === '"' && separator === ',') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      found.push(cell);
      cell = '';
    } else cell += character;
  }
  return [...found, cell];
}

export const linesOf = (text: string): string[] => text.split('\n').filter(line => line !== '');

/** The rows of CSV with a header, by the header's names. */
export function entriesOf(text: string, separator = ','): Entry[] {
  const [header = '', ...lines] = linesOf(text);
  const names = cells(header, separator);
  return lines.map(line => {
    const values = cells(line, separator);
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
}

/** The leaves of a JSON value in their order, as CSV writes them. */
export function leaves(value: unknown): string[] {
  if (value === null || value === undefined) return [''];
  if (Array.isArray(value)) return [value.join(' ')];
  if (typeof value === 'object') return Object.values(value).flatMap(leaves);
  return [String(value)];
}

export const keyOf = (row: Texts): string => row.join('\u0001');

/** What is in one list of rows and not as often in the other. */
export function lacking(rows: readonly Texts[], others: readonly Texts[]): string[] {
  const counts = new Map<string, number>();
  for (const row of others) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return rows.map(keyOf).filter(key => {
    const left = counts.get(key) ?? 0;
    counts.set(key, left - 1);
    return left <= 0;
  });
}
