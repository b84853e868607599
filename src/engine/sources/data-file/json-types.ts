/** What the cells of a column of a JSON file were there. */
import type { JsonColumn } from '../../formats/json/file-cells.js';
import type { DataRow } from './gathering.js';
import { jsonOfList } from './json-objects.js';

const NUMBER_OR_BOOLEAN = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[-+]?\d+)?|true|false)$/;

/** Of a column of strings nothing is kept; of another one the strings that could be something else, and the lists whose text is not their JSON. */
export class ColumnTypes implements JsonColumn {
  readonly #name: string;
  #hasOnlyStrings = true;
  readonly #strings = new Set<string>();
  readonly #lists = new Map<string, string>();

  /** @param name what the column is called */
  constructor(name: string) {
    this.#name = name;
  }

  /** @param value what the cell is in the file. @param before the rows before it */
  add(cell: string, value: unknown, before: readonly DataRow[]): void {
    if (typeof value === 'string') {
      if (!this.#hasOnlyStrings) this.#addString(cell);
      return;
    }
    if (this.#hasOnlyStrings) {
      this.#hasOnlyStrings = false;
      for (const { [this.#name]: earlier } of before) if (typeof earlier === 'string') this.#addString(earlier);
    }
    if (Array.isArray(value) && !this.#lists.has(cell)) this.#lists.set(cell, jsonOfList(value));
  }

  #addString(cell: string): void {
    if (this.#lists.has(cell) || cell.startsWith('[') || NUMBER_OR_BOOLEAN.test(cell)) this.#strings.add(cell);
  }

  isString(cell: string): boolean {
    return this.#hasOnlyStrings || this.#strings.has(cell);
  }

  jsonOf(cell: string): string | undefined {
    return this.#lists.get(cell) ?? (NUMBER_OR_BOOLEAN.test(cell) ? cell : undefined);
  }
}

/** The columns of several files as one table. A cell that is a string in one of them is one. */
export function columnsOfSeveral(files: readonly ReadonlyMap<string, JsonColumn>[]): ReadonlyMap<string, JsonColumn> {
  const names = new Set(files.flatMap(file => [...file.keys()]));
  return new Map(
    [...names].map(name => {
      const columns = files.flatMap(file => file.get(name) ?? []);
      const column: JsonColumn = {
        isString: cell => columns.some(each => each.isString(cell)),
        jsonOf: cell => columns.map(each => each.jsonOf(cell)).find(json => json !== undefined),
      };
      return [name, column];
    }),
  );
}
