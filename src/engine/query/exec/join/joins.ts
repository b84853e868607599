import type { CheckedJoin, FieldNode, Typed } from '../../../../lang/check/checked-ast.js';
import { walk } from '../../../../lang/check/walk.js';
import { compile, type EvalContext } from '../../../../lang/evaluate/evaluate.js';
import type { Getter } from '../../../../lang/values/value.js';
import { MessageView } from '../../../ctnetlink/view/view.js';
import type { QueryContext } from '../../context.js';
import { identity } from '../../plan/identity.js';
import { conjuncts } from '../../plan/pushdown.js';
import type { Cells } from '../read/cells.js';
import { type Pace, STEP_SIZE, type Steps } from '../steps.js';
import { JoinIndex } from './join-index.js';
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
    joins: readonly CheckedJoin[],
    read: ReadTable,
    reading: EvalContext<Row>,
    pace: Pace,
    session: Pick<QueryContext, 'signal' | 'warn' | 'note' | 'unread'>,
    cells: Cells,
  ): Promise<Joins<Row>> {
    const all = new Joins<Row>(joins, cells);
    const field = all.reader(reading.field);
    for (const [index, join] of joins.entries()) {
      const rows = await joinedRows(join, read, session);
      all.#current.push(null);
      const table = new JoinedTable<Row>(join, index, rows, { ...reading, field }, cells);
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
    let found = false;
    for (const candidate of table.candidates(row)) {
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

/** An equality in `on`: the field of the joined table, and the other side. */
interface Key {
  readonly field: FieldNode;
  readonly other: Typed;
}

/** The first equality between a field of the joined table and an expression of the tables before it. */
function keyOf(on: Typed | undefined, index: number): Key | undefined {
  for (const node of conjuncts(on)) {
    if (node.kind !== 'compare' || node.op !== '=') continue;
    for (const [field, other] of [
      [node.left, node.right],
      [node.right, node.left],
    ]) {
      if (field.kind === 'field' && field.join === index && isKnownBefore(other, index)) return { field, other };
    }
  }
  return undefined;
}

function isKnownBefore(expr: Typed, index: number): boolean {
  let known = true;
  walk(expr, node => {
    if (node.kind === 'field' && node.join !== undefined && node.join >= index) known = false;
  });
  return known;
}

class JoinedTable<Row> {
  readonly outer: boolean;
  readonly #join: CheckedJoin;
  readonly #rows: readonly JoinedRow[];
  readonly #on: Getter<Row>;
  readonly #key: Key | undefined;
  readonly #valueOf: Getter<Row> | undefined;
  readonly #index: JoinIndex<JoinedRow> | undefined;
  readonly #byTuple = new Map<string, MessageView[]>();
  readonly #cells: Cells;

  constructor(join: CheckedJoin, index: number, rows: readonly JoinedRow[], reading: EvalContext<Row>, cells: Cells) {
    this.#cells = cells;
    const { on, outer } = join;
    this.outer = outer;
    this.#join = join;
    this.#rows = rows;
    this.#on = on ? compile(on, reading) : () => true;
    this.#key = keyOf(on, index);
    if (this.#key === undefined) return;
    this.#valueOf = compile(this.#key.other, reading);
    this.#index = new JoinIndex(this.#key.field.type.name === 'address');
  }

  /** Indexes the rows. */
  *fill(): Steps {
    const value = this.#key && joinedField(this.#join, this.#key.field, this.#cells);
    for (const [i, row] of this.#rows.entries()) {
      if (i % STEP_SIZE === STEP_SIZE - 1) yield;
      if (value !== undefined) this.#index?.add(value(row), row);
      else if (!this.#join.on && row instanceof MessageView) this.#indexTuples(row);
    }
  }

  /** Indexes a flow by the tuples of both directions. */
  #indexTuples(row: MessageView): void {
    for (const tuple of [row.orig, row.reply]) this.#byTuple.set(identity(tuple, row.family, row.zone), [row]);
  }

  /** Rows that may match a row. */
  candidates(row: Row): readonly JoinedRow[] {
    if (this.#index !== undefined && this.#valueOf !== undefined) return this.#index.get(this.#valueOf(row));
    if (this.#join.on || !(row instanceof MessageView)) return this.#rows;
    return this.#byTuple.get(identity(row.master, row.family, row.zone)) ?? [];
  }

  /** Whether the current combination matches the condition. */
  matches(row: Row): boolean {
    return this.#on(row) === true;
  }
}
