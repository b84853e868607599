/** The rows of a file of columns as they are gathered. */
import type { Readable } from 'node:stream';
import { getHeapStatistics } from 'node:v8';
import { FILENAME } from '../../../lang/schema/fields/field.js';
import { CtqError } from '../../errors.js';
import { ColumnNames, type Spelling } from '../../formats/delimited/column-names.js';
import type { JsonColumn } from '../../formats/json/file-cells.js';
import { Yielder } from '../../netlink/yielder.js';
import { nameOf } from '../standard-input.js';

/** A row of a data file: cells as text; null if there is none. */
export type DataRow = Readonly<Record<string, string | null>>;

/** The lines of rows in their files, where a change reads them: its errors name the line. */
const lines = new WeakMap<object, number>();

export const lineOf = (row: object): number | undefined => lines.get(row);

/** A file, and the line of one of its rows where it is known, for messages: `hosts.csv:7`. */
export const placeOf = (path: string, line: number | undefined): string =>
  line === undefined ? nameOf(path) : `${nameOf(path)}:${line}`;

export interface DataFile {
  /** Those that the file has, whether or not they were asked for, as they are called in statements. */
  readonly columns: readonly string[];
  readonly rows: readonly DataRow[];
  /** What the cells of its columns are in JSON, of a file of it. */
  readonly json: ReadonlyMap<string, JsonColumn>;
}

/** The text of a table. */
export interface TableText {
  /** As in the file, decompressed. */
  readonly written: Buffer;
  /** In UTF-8. */
  readonly bytes: Buffer;
  /** What a statement was checked against. */
  readonly head: string;
  /** Compressed data ended too early: the bytes end with a whole line, or within an array. */
  readonly isCut: boolean;
}

export interface DataFileOptions {
  /** The columns that are kept. Default: all. */
  readonly columns?: readonly string[];
  readonly signal?: AbortSignal;
  /** The stream that the file `-` is; default: standard input of this process. */
  stdin?(): Readable;
  /** Called if rows have more or fewer cells than there are columns. */
  warn?(message: string, hint?: string): void;
  /** Called if a part of the file, or all of it, cannot be read, before the warning of it. */
  unread?(message: string): void;
  /** The lines of its rows are kept, for the errors of a change. */
  readonly hasLines?: boolean;
  /** Called if columns are not called as in the file. */
  note?(message: string): void;
  /** What to do where the file holds entries, not columns. */
  readonly ofEntries?: string;
  /** Memory that the rows may take, in bytes. */
  readonly memory?: number;
  /** Of one of several files: how its columns are spelled in those before. */
  readonly spelling?: Spelling;
}

/** Estimated memory of a row and of a cell, including the index of a join; an upper bound. */
const ROW_BYTES = 256;
const CELL_BYTES = 64;

/** Memory that the rows of a file may take, in bytes. */
export const mostMemory = (): number => getHeapStatistics().heap_size_limit / 2;

/** The rows so far. Counts what they take, since V8 ends the process where memory does. */
export class Gathering implements DataFile {
  readonly columns: string[] = [];
  readonly rows: DataRow[] = [];
  readonly names: ColumnNames;
  readonly wanted: ReadonlySet<string> | undefined;
  readonly #memory: number;
  readonly #signal: AbortSignal | undefined;
  readonly #turn = new Yielder();
  readonly #unread: DataFileOptions['unread'];
  readonly #lacking = new Map<string, { readonly first: number; count: number }>();
  json: ReadonlyMap<string, JsonColumn> = new Map();
  /** Bytes of memory. */
  taken = 0;

  constructor(
    readonly path: string,
    { columns, signal, unread, spelling, memory = mostMemory() }: DataFileOptions,
  ) {
    this.names = new ColumnNames(spelling);
    this.wanted = columns && new Set(columns);
    this.#signal = signal;
    this.#memory = memory;
    this.#unread = unread;
  }

  /** @param line where it is in the file, if that is known */
  add(row: DataRow, cells: number, line?: number): void {
    if (line !== undefined) lines.set(row, line);
    if (this.#unread !== undefined) this.#look(row);
    this.taken += ROW_BYTES + CELL_BYTES * cells;
    if (this.taken > this.#memory)
      throw wrong(this.path, `its rows do not fit into memory: ${this.rows.length} of them fill half of it`);
    this.rows.push(row);
  }

  /** Remembers columns of which a row has no cell, not even an empty one. */
  #look(row: DataRow): void {
    for (const column of this.wanted ?? this.columns) {
      if (row[column] !== undefined) continue;
      const known = this.#lacking.get(column);
      if (known === undefined) this.#lacking.set(column, { first: this.rows.length + 1, count: 1 });
      else known.count++;
    }
  }

  /** At the end: gives each row the name of the file, if that is asked for and is not a column of it. */
  nameRows(): void {
    if (this.wanted?.has(FILENAME) !== true || this.columns.includes(FILENAME)) return;
    this.columns.push(FILENAME);
    this.#lacking.delete(FILENAME);
    for (const row of this.rows) (row as Record<string, string | null>)[FILENAME] = this.path;
  }

  /** At the end: reports the columns of which rows have no cell. */
  reportLacking(): void {
    for (const [column, { first, count }] of this.#lacking) {
      const which = count === 1 ? `row ${first} has` : `${count} rows, the first is row ${first}, have`;
      this.#unread?.(`${placeOf(this.path, lineOf(this.rows[first - 1]))}: ${which} no cell of ${column}`);
    }
  }

  /** Yields to the event loop where it is time. */
  pause(): Promise<void> | undefined {
    this.#signal?.throwIfAborted();
    return this.#turn.over();
  }
}

/** Names of columns that are listed in a message. */
const MAX_LISTED = 5;

/** The first of several texts, and how many more there are. */
export function someOf(texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_LISTED).join(', ');
  return texts.length > MAX_LISTED ? `${shown}, and ${texts.length - MAX_LISTED} more` : shown;
}

/** Rows between two checks of the clock. */
export const STEP = 256;

const FORMATS =
  'columns are read from CSV and TSV with a header, a JSON array of objects, or JSON objects one after another';

/** The error of a file that cannot be read as columns. @param hint null: none */
export const wrong = (path: string, why: string, cause?: unknown, hint: string | null = FORMATS): CtqError =>
  new CtqError({
    code: 'data-file',
    kind: 'input',
    message: `cannot read ${nameOf(path)}: ${why}`,
    hint: hint ?? undefined,
    cause,
  });
