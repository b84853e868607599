/** What the cells of JSON files were there, by the file and the column: cells are texts, and a text may have been a number or a list. */
import type { CellSource } from '../../../lang/schema/environment.js';

/** A column of a JSON file that was read. */
export interface JsonColumn {
  /** The JSON of a cell; undefined if it is a string. */
  jsonOf(cell: string): string | undefined;
  /** Whether a string of the file has this text. */
  isString(cell: string): boolean;
}

const files = new Map<string, Map<string, JsonColumn>>();

/** Keeps the columns of a file that was read: the last result may be written later. */
export function keepJsonColumns(path: string, columns: ReadonlyMap<string, JsonColumn>): void {
  files.set(path, new Map([...(files.get(path) ?? []), ...columns]));
}

/** The JSON of a cell of these columns, of files that have been read; undefined if it is a string. */
export function jsonOfCell(sources: readonly CellSource[], cell: string): string | undefined {
  let json: string | undefined;
  for (const { path, column } of sources) {
    const known = files.get(path)?.get(column);
    if (known?.isString(cell)) return undefined;
    json ??= known?.jsonOf(cell);
  }
  return json;
}
