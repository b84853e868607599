import { CtqError } from '../../errors.js';
import { readWhole } from '../opened-file.js';

/** A row of a data file: cells as text; null where there is none. */
export type DataRow = Readonly<Record<string, string | null>>;

/** Larger files are no table of names any more. */
const MOST_BYTES = 256 << 20;

/**
 * The rows of a CSV file with a header, or of a JSON or JSONL file of objects; told apart by content.
 * @param signal ends the waiting for the other side of a pipe, with its reason
 * @throws CtqError of kind `input` where it cannot be read
 */
export async function readDataFile(path: string, signal?: AbortSignal): Promise<DataRow[]> {
  let text: string;
  try {
    const bytes = await readWhole(path, MOST_BYTES, signal);
    text = bytes.toString('utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    signal?.throwIfAborted();
    const { code } = cause as NodeJS.ErrnoException;
    throw wrong(path, code === 'EFBIG' ? `it is larger than ${MOST_BYTES >> 20} MiB` : String(code ?? cause), cause);
  }
  const start = text.trimStart()[0];
  if (start === '[' || start === '{') return jsonRows(path, text, start === '[');
  const { parse } = await import('csv-parse/sync');
  try {
    return parse(text, { columns: true, skip_empty_lines: true, trim: true, relax_column_count: true }) as DataRow[];
  } catch (cause) {
    throw wrong(path, (cause as Error).message, cause);
  }
}

function jsonRows(path: string, text: string, isArray: boolean): DataRow[] {
  let rows: unknown[] = [];
  if (isArray) rows = parsed(path, text, undefined) as unknown[];
  else {
    for (const [index, line] of text.split('\n').entries())
      if (line.trim() !== '') rows.push(parsed(path, line, index + 1));
  }
  return rows.map(row => {
    if (typeof row !== 'object' || row === null) throw wrong(path, 'its rows are no objects');
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value === null || typeof value === 'object' ? null : String(value),
      ]),
    );
  });
}

function parsed(path: string, text: string, line: number | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(path, `${line === undefined ? '' : `line ${line}: `}${(cause as Error).message}`, cause);
  }
}

const wrong = (path: string, why: string, cause?: unknown): CtqError =>
  new CtqError({
    code: 'data-file',
    kind: 'input',
    message: `cannot read ${path}: ${why}`,
    hint: 'a join reads CSV with a header, a JSON array of objects, or one JSON object a line',
    cause,
  });
