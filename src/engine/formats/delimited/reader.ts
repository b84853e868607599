/**
 * `csv` and `tsv` of ctq, where their columns hold whole entries: the protocol, both tuples, and any other fields. The first line names
 * the columns.
 */
import { type Field, fieldOf, TABLES, type Table } from '../../../lang/schema/catalogue.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { applyExpectation } from '../json/expectation-reader.js';
import { applyFlow } from '../json/flow-reader.js';
import { ExpectationDraft, FlowDraft, hasReply, setStatus } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import type { LineFormat, LineReader } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import { wholeEntries } from '../reading/whole-entries.js';
import { columnsOfEntries } from '../writing/columns.js';
import { unescapeTsv } from './tsv.js';

/** A line of names, in quotes or not. */
const HEADER = /^"?[a-z_]+(?:\.[a-z_]+)*"?(?:([,;\t])"?[a-z_]+(?:\.[a-z_]+)*"?)(?:\1"?[a-z_]+(?:\.[a-z_]+)*"?)*\s*$/i;

/** Columns that say where an entry was. */
const PLACES: ReadonlySet<string> = new Set(['gateway', 'netns', 'filename']);

/** A column of whole entries that another gives, which is not among them. */
const COMPUTED = 'age';

/**
 * Whether the columns are all those that `output csv` writes of whole entries, in any order and beside others: then nothing that they lack is a
 * surprise.
 */
function areOwn(table: 'conntrack' | 'expect', names: readonly string[]): boolean {
  const given = new Set(names.map(name => name.toLowerCase()));
  return columnsOfEntries({ table }).every(({ name }) => given.has(name));
}

/** Columns of ICMP, as the names of fields. */
const OF_ICMP = /(?:^|\.)icmp_/i;

interface Column {
  readonly name: string;
  /** The members of the nested object that the field is. */
  readonly path: readonly string[];
  readonly type: Field['type'];
}

class DelimitedLines implements LineReader {
  readonly #entries: Entries;
  #header = '';
  #separator: ',' | ';' | '\t' = ',';
  #table: 'conntrack' | 'expect' = 'conntrack';
  /** Columns of the place where entries were, of which nothing has been said yet. */
  #placed: readonly string[] = [];
  /** What `output csv` writes of whole entries has no columns of ICMP. */
  #lacksIcmp = false;
  /** undefined: a column that is not a field. */
  #columns: readonly (Column | undefined)[] = [];

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  read(bytes: Uint8Array, from: number, end: number): void {
    const line = Buffer.from(bytes.subarray(from, end)).toString('latin1').replace(/\r$/, '');
    if (this.#header === '') this.#begin(line);
    // Files that were appended to each other.
    else if (line !== this.#header) this.#row(line);
  }

  #begin(line: string): void {
    this.#separator = (HEADER.exec(line)?.[1] as ',' | ';' | '\t' | undefined) ?? (line.includes('\t') ? '\t' : ',');
    const names = this.#cells(line).map(cell => cell ?? '');
    const { table: id, missing } = wholeEntries(names);
    this.#table = id;
    const table: Table = TABLES[id];
    const fields = names.map(name => fieldOf(table, name));
    if (missing.length > 0) {
      throw new ParseError(
        `columns hold whole entries only with ${missing.join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} missing`,
      );
    }
    for (const [i, name] of names.entries()) {
      if (fields[i] === undefined) this.#entries.report.note(`column '${name.slice(0, 40)}' is not a field, ignored`);
    }
    const isOwn = areOwn(id, names);
    this.#lacksIcmp = isOwn && !names.some(name => OF_ICMP.test(name));
    this.#placed = isOwn ? [] : names.filter(name => PLACES.has(name));
    const known = isOwn ? fields.map(found => (found?.name === COMPUTED ? undefined : found)) : fields;
    this.#columns = known.map(
      found => found && { name: found.name, path: found.name.split('.'), type: found.field.type },
    );
    this.#header = line;
  }

  #row(line: string): void {
    const cells = this.#cells(line);
    if (cells.length !== this.#columns.length) {
      throw new ParseError(`expected ${this.#columns.length} columns, got ${cells.length}`);
    }
    const object: Record<string, unknown> = {};
    for (const [i, cell] of cells.entries()) {
      const column = this.#columns[i];
      if (column === undefined || cell === undefined || (cell === '' && !MAY_BE_EMPTY.has(column.type))) continue;
      put(object, column.path, cellValue(cell, column));
    }
    if (this.#placed.length > 0) this.#notePlaces(object);
    if (this.#table === 'expect') {
      const draft = new ExpectationDraft();
      applyExpectation(draft, object, this.#entries);
      draft.flags ??= 0;
      this.#entries.expectation(draft);
      return;
    }
    const draft = new FlowDraft();
    applyFlow(draft, object, this.#entries);
    if (draft.status === undefined) setStatus(draft, hasReply(draft) ? STATUS_FLAGS.SEEN_REPLY : 0);
    this.#entries.flow(draft, this.#lacksIcmp);
  }

  #notePlaces(object: Readonly<Record<string, unknown>>): void {
    for (const name of this.#placed) {
      if (object[name] !== undefined)
        this.#entries.report.note(`column '${name}' is where an entry was, not a part of it: ignored`);
    }
    this.#placed = this.#placed.filter(name => object[name] === undefined);
  }

  /** The cells of a line; undefined for an empty one, which is null. @throws ParseError */
  #cells(line: string): (string | undefined)[] {
    return this.#separator !== '\t'
      ? csvCells(line, this.#separator)
      : line.split('\t').map(cell => (cell === '' ? undefined : unescapeTsv(cell)));
  }
}

/** Values that may be empty; of others, programs that put each cell in quotes write null so. */
const MAY_BE_EMPTY: ReadonlySet<Column['type']> = new Set(['flags', 'labels']);

function put(object: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let nest = object;
  for (const name of path.slice(0, -1)) {
    nest[name] ??= {};
    nest = nest[name] as Record<string, unknown>;
  }
  nest[path[path.length - 1]] = value;
}

/** The value in the form that JSON has. */
function cellValue(cell: string, { name, type }: Column): unknown {
  switch (type) {
    case 'proto':
      return cell.toLowerCase();
    case 'enum':
      // Spreadsheets and databases may have changed the case of words.
      return name === 'state' ? cell.toUpperCase() : name === 'family' || name === 'event' ? cell.toLowerCase() : cell;
    case 'flags':
      return cell
        .toUpperCase()
        .split(',')
        .filter(word => word !== '');
    case 'labels':
      return cell
        .split(',')
        .filter(word => word !== '')
        .map(word => (/^\d+$/.test(word) ? Number(word) : word));
    case 'duration':
      // The kernel has whole seconds.
      return cell.replace(/(?<=^\d+)\.\d+$/, '');
    default:
      return cell;
  }
}

function csvCells(line: string, separator: ',' | ';'): (string | undefined)[] {
  const cells: (string | undefined)[] = [];
  for (let at = 0; ; ) {
    if (line[at] === '"') {
      const match = separator === ',' ? /"((?:[^"]|"")*)"(?=,|$)/y : /"((?:[^"]|"")*)"(?=;|$)/y;
      match.lastIndex = at;
      const found = match.exec(line);
      if (found === null) throw new ParseError('a quote is not closed: the line is cut off');
      cells.push(found[1].replaceAll('""', '"'));
      at += found[0].length;
    } else {
      const end = line.indexOf(separator, at);
      const cell = line.slice(at, end < 0 ? line.length : end);
      cells.push(cell === '' ? undefined : cell);
      at += cell.length;
    }
    if (at >= line.length) return cells;
    at++;
    if (at === line.length) return [...cells, undefined];
  }
}

export const DELIMITED_LINES: LineFormat = {
  entry: HEADER,
  resembles: /^"?(?:family|proto|src|orig\.[a-z]+)"?[,\t]/,
  called: 'csv or tsv of ctq',
  hasHeader: true,
  isOneLine: true,
  make: entries => new DelimitedLines(entries),
};
