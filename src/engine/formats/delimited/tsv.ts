const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };

/** The text of a cell of tab-separated values. */
export const unescapeTsv = (cell: string): string => cell.replace(/\\(.)/g, (all, c: string) => ESCAPES[c] ?? all);
