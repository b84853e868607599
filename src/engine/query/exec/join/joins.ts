import type { CheckedJoin, CheckedSelect, FieldNode } from '../../../../lang/checked/ast.js';
import { compile, type EvalContext, withoutRow } from '../../../../lang/evaluate/evaluate.js';
import type { Getter } from '../../../../lang/values/value.js';
import { MessageView } from '../../../ctnetlink/view/view.js';
import type { QueryContext } from '../../context.js';
import { identity } from '../../plan/identity.js';
import { joinKeys } from '../../plan/join-keys.js';
import type { Cells } from '../read/cells.js';
import { type Pace, STEP_SIZE, type Steps } from '../steps.js';
import { type Found, JoinIndex } from './join-index.js';
import { type JoinedRow, joinedField, joinedRows, type ReadTable } from './joined-rows.js';

/**
 * Joined tables, held in memory. `#current` has the row of each for the row that is processed, null if a left join
 * found none; getters of joined fields read it.
 */
export class Joins<Row> {
  readonly #tables: JoinedTable<Row>[] = [];
  readonly #joins: readonly CheckedJoin[];
  readonly #current: (JoinedRow | null)[] = [];
  /** Combinations tried; a step ends after STEP_SIZE of them. */
  #tried = 0;

  private constructor(
    joins: readonly CheckedJoin[],
    /** Reads the columns of joined files. */
    readonly cells: Cells,
  ) {
    this.#joins = joins;
  }

  /** @throws CtqError if a table cannot be read, or if a file lacks a column */
  static async read<Row>(
    select: Pick<CheckedSelect, 'joins' | 'where'>,
    read: ReadTable,
    reading: EvalContext<Row>,
    pace: Pace,
    session: Pick<QueryContext, 'signal' | 'warn' | 'note' | 'unread' | 'guard'>,
    cells: Cells,
  ): Promise<Joins<Row>> {
    const { joins } = select;
    const all = new Joins<Row>(joins, cells);
    const field = all.reader(reading.field);
    for (const [index, join] of joins.entries()) {
      const rows = await joinedRows(join, read, session);
      session.guard?.joined(join, rows);
      all.#current.push(null);
      const table = new JoinedTable<Row>(select, index, rows, { ...reading, field }, cells);
      await pace.run(table.fill());
      all.#tables.push(table);
    }
    return all;
  }

  /** How fields are read, including those of joined tables. */
  reader(own: EvalContext<Row>['field']): (node: FieldNode) => Getter<Row> {
    return node => {
      const { join } = node;
      if (join === undefined) return own!(node);
      const read = joinedField(this.#joins[join], node, this.cells);
      const current = this.#current;
      return () => {
        const row = current[join];
        return row === null || row === undefined ? null : read(row);
      };
    };
  }

  /**
   * Calls `each` for every combination of a row with joined rows, until it returns false.
   * @returns false if it did
   */
  *combine(row: Row, each: () => boolean, index = 0): Steps<boolean> {
    if (index === this.#tables.length) return each();
    const table = this.#tables[index];
    let candidates = table.candidates(row);
    while (typeof candidates === 'function') {
      yield* candidates();
      candidates = table.candidates(row);
    }
    let found = false;
    for (const candidate of candidates) {
      if (++this.#tried % STEP_SIZE === 0) yield;
      this.#current[index] = candidate;
      if (!table.matches(row)) continue;
      found = true;
      if (!(yield* this.combine(row, each, index + 1))) return false;
    }
    this.#current[index] = null;
    return found || !table.outer || (yield* this.combine(row, each, index + 1));
  }
}

class JoinedTable<Row> {
  readonly outer: boolean;
  readonly #join: CheckedJoin;
  readonly #rows: readonly JoinedRow[];
  readonly #on: Getter<Row>;
  readonly #index: JoinIndex<Row, JoinedRow> | undefined;
  readonly #byTuple = new Map<string, MessageView[]>();

  constructor(
    select: Pick<CheckedSelect, 'joins' | 'where'>,
    index: number,
    rows: readonly JoinedRow[],
    reading: EvalContext<Row>,
    cells: Cells,
  ) {
    const join = select.joins[index];
    const { on, outer } = join;
    this.outer = outer;
    this.#join = join;
    this.#rows = rows;
    this.#on = on ? compile(on, reading) : () => true;
    const ofRow = { ...withoutRow(reading), field: (field: FieldNode) => joinedField(join, field, cells) };
    const keys = joinKeys(select, index).map(({ own, other }) => ({
      of: compile<JoinedRow>(own, ofRow),
      wanted: compile(other, reading),
      ofAddresses: own.type.name === 'address',
    }));
    this.#index = keys.length > 0 ? new JoinIndex(keys) : undefined;
  }

  /** Indexes the rows. */
  *fill(): Steps {
    if (this.#index !== undefined) yield* this.#index.fill(this.#rows);
    if (this.#join.on) return;
    for (const [i, row] of this.#rows.entries()) {
      if (i % STEP_SIZE === STEP_SIZE - 1) yield;
      if (row instanceof MessageView) this.#indexTuples(row);
    }
  }

  /** Indexes a flow by the tuples of both directions. */
  #indexTuples(row: MessageView): void {
    for (const tuple of [row.orig, row.reply]) this.#byTuple.set(identity(tuple, row.family, row.zone), [row]);
  }

  /** Rows that may match a row. */
  candidates(row: Row): Found<JoinedRow> {
    if (this.#index !== undefined) return this.#index.get(row);
    if (this.#join.on || !(row instanceof MessageView)) return this.#rows;
    return this.#byTuple.get(identity(row.master, row.family, row.zone)) ?? [];
  }

  /** Whether the current combination matches the condition. */
  matches(row: Row): boolean {
    return this.#on(row) === true;
  }
}
