/** How the columns of files are read, and which of their cells could not be. */

import type { CastNode, CheckedSelect, FieldNode } from '../../../../lang/checked/ast.js';
import { sourcesOf } from '../../../../lang/checked/selects.js';
import { networkIn } from '../../../../lang/conversion/text-value.js';
import { printable } from '../../../../lang/diagnostics/printable.js';
import { shorten } from '../../../../lang/diagnostics/shorten.js';
import { cellReader, isBlank } from '../../../../lang/evaluate/cells.js';
import type { CellSource, Environment } from '../../../../lang/schema/environment.js';
import { DECIMAL, phrase, type Type } from '../../../../lang/schema/type.js';
import { describe } from '../../../../lang/services/describe.js';
import { parseAddress } from '../../../../lang/values/address.js';
import type { Getter } from '../../../../lang/values/value.js';
import { type DataRow, lineOf, placeOf } from '../../../sources/data-file/gathering.js';
import { isStandardInput } from '../../../sources/standard-input.js';
import type { QueryContext } from '../../context.js';

interface Unread {
  /** Undefined: the rows are those of a select. */
  readonly path: string | undefined;
  readonly column: string;
  readonly type: Type;
  readonly first: string;
  /** Of the first one, if it is known. */
  line: number | undefined;
  /** Of a column of a select: that of the file. */
  readonly source: CellSource | undefined;
  /** A row is tested more than once where it is joined. Of a column of a select: its values. */
  readonly rows: Set<DataRow | string>;
}

/**
 * Reads cells for one run of a query. A cell that is compared with a value of another type than it can be read as is neither equal nor
 * unequal to it: the user gets one warning for each column. A cast is a question whether it can be read, with null as an answer.
 */
export class Cells {
  readonly #environment: Environment;
  readonly #unread = new Map<string, Unread>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The getter of a column. */
  reader(path: string, { name: column, type }: FieldNode): Getter<DataRow> {
    const read = cellReader(type, this.#environment);
    const isCompared = type.isCell === true && type.name !== 'text';
    return row => {
      const cell = row[column];
      if (cell === null || cell === undefined) return null;
      const value = read(cell);
      if (value === null && isCompared && !isBlank(cell)) this.#note(path, column, type, cell, row);
      return value;
    };
  }

  /** Receives the cells of a column of a select, and of groups, that cannot be read. */
  unread(select: CheckedSelect): (node: CastNode) => (cell: string) => void {
    return ({ operand, type }) => {
      const column = describe(operand, select.grouping);
      const source = sourcesOf(select, operand)?.[0];
      return cell => this.#note(undefined, column, type, cell, cell, source);
    };
  }

  #note(
    path: string | undefined,
    column: string,
    type: Type,
    first: string,
    row: DataRow | string,
    source?: CellSource,
  ): void {
    const key = `${path ?? ''}\0${column}\0${type.name}`;
    const known = this.#unread.get(key);
    if (known !== undefined) known.rows.add(row);
    else {
      const line = typeof row === 'string' ? undefined : lineOf(row);
      this.#unread.set(key, { path, column, type, first, line, source, rows: new Set([row]) });
    }
  }

  /** For the error of a change: finds the lines of the cells that were read through a select. */
  async locate({ guard, signal }: Pick<QueryContext, 'guard' | 'signal'>): Promise<void> {
    if (guard === undefined) return;
    for (const each of this.#unread.values()) {
      const { source, first } = each;
      if (source === undefined || isStandardInput(source.path)) continue;
      const { path, column } = source;
      const { readDataFile } = await import('../../../sources/data-file/data-file.js');
      const { rows } = await readDataFile(path, { columns: [column], signal, hasLines: true });
      const row = rows.find(cells => cells[column] === first);
      each.line = row && lineOf(row);
    }
  }

  /** Says which cells could not be read so far. */
  report({ warn, unread, guard }: Pick<QueryContext, 'warn' | 'unread' | 'guard'>): void {
    for (const { path, source, column, type, first, line, rows } of this.#unread.values()) {
      // A select says what is on the screen; the error of a change names the file to correct.
      const file = path ?? (guard && source?.path);
      const what = path === undefined ? 'value' : 'cell';
      const count = rows.size === 1 ? `1 ${what}` : `${rows.size} ${what}s`;
      const which = `${count} of ${column} cannot be read as ${meant(type)}: '${shorten(first, 40)}'${whyNot(first)}`;
      const message =
        printable(file === undefined ? which : `${placeOf(file, line)}: ${which}`) + (rows.size === 1 ? '' : ', …');
      unread?.(message);
      warn(message, UNREAD);
    }
    this.#unread.clear();
  }
}

/** Of a network where an address is expected, and of an address with the prefix length of its network, as ip(8) writes it. */
function whyNot(cell: string): string {
  if (networkIn(cell) !== undefined && cell.includes('/')) return ' (it is a network)';
  const [base, prefix] = cell.trim().split('/');
  return prefix !== undefined && parseAddress(base) !== undefined ? ' (it has host bits set)' : '';
}

/** A type as a cell beside it has to be. */
function meant(type: Type): string {
  if (type.name === 'boolean') return 'true or false';
  if (type.name === 'integer') return phrase(DECIMAL);
  return type.vocabulary === undefined ? phrase(type) : `a value of ${type.vocabulary.replace('_', ' ')}`;
}

const UNREAD = 'such cells are left out: they are neither equal nor unequal to anything';
