import type { CheckedSelect, Column } from '../../../lang/checked/ast.js';
import { inOrder } from '../../../lang/conversion/cell-order.js';
import { compile, type EvalContext, withoutRow } from '../../../lang/evaluate/evaluate.js';
import { AGGREGATE_FUNCTIONS } from '../../../lang/functions/registry.js';
import type { Getter, Integer, Value } from '../../../lang/values/value.js';
import type { Sink } from '../../formats/sink.js';
import { type Group, Groups, type GroupTable } from './group/groups.js';
import { withBothNat } from './left-out.js';
import { Sorter } from './sort/sorter.js';
import { atOnce, STEP_SIZE, type Steps } from './steps.js';

/** How whole entries are emitted, and copied if they have to be sorted first. */
export interface Entries<Row> {
  emit(row: Row): void;
  /** A copy that outlives the row. */
  keep(row: Row): Row;
}

/** How much values have grown since the previous run of a repeated query. */
export interface Growth<Row> {
  /**
   * @param index of the aggregate
   * @param value undefined to count the rows that are new
   */
  of(index: number, value: Getter<Row> | undefined): Getter<Row>;
}

const NO_GROUPS: GroupTable = { size: 0, keys: [], result: () => null, state: () => null, counts: () => undefined };

/** Takes the groups of a part of the rows, to be merged with those of other parts. */
export interface GroupTaker {
  /** Only the groups that `having`, order and limit leave. */
  readonly isBest: boolean;
  take(table: GroupTable, groups: Iterable<Group>): Steps;
}

/** The parts of a query that the pipeline uses. */
export type PipelineQuery = Pick<
  CheckedSelect,
  'columns' | 'where' | 'grouping' | 'orderBy' | 'limit' | 'offset' | 'distinct' | 'until' | 'untilGrouping'
>;

/**
 * Applies a query to rows: where, group by, columns, distinct, order by, limit. The same for dumps, events and
 * files.
 */
export class Pipeline<Row> {
  /** Rows that matched the condition. */
  kept = 0;
  /** Rows passed to the sink. */
  emitted = 0;
  /** Rows that did not match, but were probably meant: see `asIfBoth`. */
  leftOut = 0;
  /** Whether `until` held for a matching row, or for a group, since the last `finish`. */
  isMet = false;
  readonly #until: Getter<Row> | undefined;
  /** The whole table as one group, for an `until` with aggregates in a query without groups. */
  readonly #whole: Groups<Row> | undefined;
  readonly #sink: Sink;
  readonly #where: Getter<Row> | undefined;
  /** True for a row that `nat = dst` rejects though its destination is translated. */
  readonly #isLeftOut: Getter<Row> | undefined;
  readonly #groups: Groups<Row> | undefined;
  #groupReading: EvalContext<Group>;
  /** Read by `#groupReading`. */
  #table: GroupTable = NO_GROUPS;
  readonly #query: PipelineQuery;
  readonly #columns: readonly Getter<Row>[] | undefined;
  readonly #sortKeys: readonly Getter<Row>[];
  readonly #values: Value[];
  readonly #entries: Entries<Row>;
  #seen: Set<Value> | undefined;
  readonly #rowSorter: Sorter<readonly Value[]> | undefined;
  readonly #entrySorter: Sorter<Row> | undefined;
  #skip: number;
  #left: number;

  /** @param growth of a repeated query: the values for `rate` */
  constructor(
    query: PipelineQuery,
    reading: EvalContext<Row>,
    sink: Sink,
    entries: Entries<Row>,
    growth?: Growth<Row>,
  ) {
    this.#query = query;
    this.#sink = sink;
    this.#entries = entries;
    const of = <R>(column: Column, from: EvalContext<R>): Getter<R> => compile(column.expr, from);
    this.#where = query.where && compile(query.where, reading);
    const both = query.where && withBothNat(query.where);
    this.#isLeftOut = both && compile(both, reading);
    this.#skip = Number(query.offset);
    this.#left = query.limit === undefined ? Number.POSITIVE_INFINITY : Number(query.limit);
    const { grouping } = query;
    this.#groupReading = {
      ...withoutRow(reading),
      key: index => group => this.#table.keys[index][group],
      aggregate: index => group => this.#table.result(index, group),
    };
    if (grouping) {
      const keys = grouping.keys.map(key => compile(key, reading));
      const args = grouping.aggregates.map((aggregate, i) => {
        // What is left out of a sum is missing in it; a count asks how many can be read.
        const reported = aggregate.name === 'count' ? reading : { ...reading, reportsCasts: true };
        const arg = aggregate.arg && compile(aggregate.arg, reported);
        return AGGREGATE_FUNCTIONS[aggregate.name].isOverTime && growth !== undefined ? growth.of(i, arg) : arg;
      });
      this.#groups = new Groups(grouping, keys, args);
      this.#sortKeys = [];
      this.#values = [];
      return;
    }
    const { until, untilGrouping } = query;
    if (untilGrouping) {
      const args = untilGrouping.aggregates.map(({ arg }) => arg && compile(arg, reading));
      this.#whole = new Groups(untilGrouping, [], args);
    } else if (until) {
      this.#until = compile(until, reading);
    }
    this.#columns = query.columns?.map(column => of(column, reading));
    this.#values = new Array(this.#columns?.length ?? 0).fill(null);
    this.#sortKeys = query.orderBy.map(({ expr }) => inOrder(compile(expr, reading), expr.type));
    if (query.distinct && this.#columns) this.#seen = new Set();
    if (query.orderBy.length > 0) {
      const descending = query.orderBy.map(order => order.descending);
      if (this.#columns) this.#rowSorter = new Sorter(descending, this.#skip + this.#left);
      else this.#entrySorter = new Sorter(descending, this.#skip + this.#left);
    }
  }

  /** Number of groups. */
  get groups(): number {
    return this.#groups?.size ?? 0;
  }

  /**
   * Processes a row.
   * @returns false if further rows cannot change the result
   */
  push(row: Row): boolean {
    if (this.#where !== undefined && this.#where(row) !== true) {
      if (this.#isLeftOut?.(row) === true) this.leftOut++;
      return true;
    }
    this.kept++;
    if (this.#groups !== undefined) {
      this.#groups.add(row);
      return true;
    }
    const more = this.#columns === undefined ? this.#entry(row) : this.#row(row, this.#columns);
    if (this.#until === undefined && this.#whole === undefined) return more;
    this.#whole?.add(row);
    if (this.#until?.(row) === true) this.isMet = true;
    return true;
  }

  #entry(row: Row): boolean {
    if (this.#entrySorter !== undefined) {
      const keys = this.#sortKeys.map(key => key(row));
      this.#entrySorter.add(keys, () => this.#entries.keep(row));
      return true;
    }
    if (this.#skip > 0) {
      this.#skip--;
      return true;
    }
    if (this.#left <= 0) return false;
    this.#left--;
    this.emitted++;
    this.#entries.emit(row);
    return this.#left > 0;
  }

  #row(row: Row, columns: readonly Getter<Row>[]): boolean {
    const values = this.#values;
    for (let i = 0; i < columns.length; i++) values[i] = columns[i](row);
    if (this.#seen !== undefined) {
      const key = values.length === 1 ? values[0] : rowKey(values);
      if (this.#seen.has(key)) return true;
      this.#seen.add(key);
    }
    if (this.#rowSorter !== undefined) {
      const keys = this.#sortKeys.map(key => key(row));
      this.#rowSorter.add(keys, () => [...values]);
      return true;
    }
    return this.#emit(values);
  }

  #emit(values: readonly Value[]): boolean {
    if (this.#skip > 0) {
      this.#skip--;
      return true;
    }
    if (this.#left <= 0) return false;
    this.#left--;
    this.emitted++;
    this.#sink.row(values);
    return this.#left > 0;
  }

  /**
   * Adds a group of a part of the rows, which was made elsewhere.
   * @param states of the aggregates
   * @throws InvalidData if a state is not one of its aggregate
   */
  merge(keys: readonly Value[], states: readonly unknown[]): void {
    this.#groups?.merge(keys, states);
  }

  /** Whether `catchUp` must run before the next push. */
  get isDue(): boolean {
    return this.#rowSorter?.isDue === true || this.#entrySorter?.isDue === true;
  }

  /** Work that takes too long for a single `push`. */
  *catchUp(): Steps {
    if (this.#rowSorter?.isDue) yield* this.#rowSorter.cut();
    if (this.#entrySorter?.isDue) yield* this.#entrySorter.cut();
  }

  /** Runs `finishing` without interruption. @param now what now() is in the columns of this window */
  finish(seconds: number, now?: Integer): void {
    if (now !== undefined) this.#groupReading = { ...this.#groupReading, now };
    atOnce(this.finishing(seconds));
  }

  /**
   * Passes groups and sorted rows to the sink after the last row. Then the pipeline is ready for the next window.
   * @param seconds length of the window, for rates
   * @param taker takes the groups in place of the sink
   */
  *finishing(seconds: number, taker?: GroupTaker): Steps {
    const { offset, limit, until } = this.#query;
    if (this.#whole !== undefined && until) {
      this.#table = this.#whole.take(seconds);
      this.isMet = compile(until, this.#groupReading)(0) === true;
    }
    if (this.#groups !== undefined) {
      this.#table = this.#groups.take(seconds);
      const { size } = this.#table;
      if (taker === undefined) yield* this.#finishGroups(size);
      else yield* taker.take(this.#table, taker.isBest ? yield* this.#bestGroups(size) : new Array(size).keys());
    } else if (this.#rowSorter !== undefined) {
      for (const [i, values] of (yield* this.#rowSorter.take()).entries()) {
        if (i % STEP_SIZE === 0) yield;
        if (!this.#emit(values)) break;
      }
    } else if (this.#entrySorter !== undefined) {
      for (const [i, row] of (yield* this.#entrySorter.take()).entries()) {
        if (i % STEP_SIZE === 0) yield;
        if (this.#skip-- > 0) continue;
        if (this.#left-- <= 0) break;
        this.emitted++;
        this.#entries.emit(row);
      }
    }
    this.#table = NO_GROUPS;
    this.#skip = Number(offset);
    this.#left = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
    this.#seen?.clear();
  }

  /** The groups that `having` accepts, in their order, up to the limit. */
  *#bestGroups(size: number): Steps<readonly Group[]> {
    const { grouping, orderBy, distinct, until } = this.#query;
    const reading = this.#groupReading;
    const having = grouping?.having && compile(grouping.having, reading);
    const untilHolds = until && compile(until, reading);
    this.isMet = false;
    const keys = orderBy.map(({ expr }) => inOrder(compile(expr, reading), expr.type));
    const sorter = new Sorter<Group>(
      orderBy.map(order => order.descending),
      distinct ? undefined : this.#skip + this.#left,
    );
    const offer = (group: Group): void => {
      if (having && having(group) !== true) return;
      if (untilHolds?.(group) === true) this.isMet = true;
      const first = keys.length === 0 ? null : keys[0](group);
      if (!sorter.mayTake(first)) return;
      sorter.add(
        keys.map((key, i) => (i === 0 ? first : key(group))),
        () => group,
      );
    };
    const [first] = orderBy;
    const counts = first?.expr.kind === 'aggregate' && !untilHolds ? this.#table.counts(first.expr.index) : undefined;
    if (counts !== undefined) yield* offerBest(counts, first.descending, keys.length === 1, sorter, offer);
    else {
      for (let group = 0; group < size; group++) {
        if (group % STEP_SIZE === 0) yield* pauseStep(sorter);
        offer(group);
      }
    }
    return yield* sorter.take();
  }

  *#finishGroups(size: number): Steps {
    const { columns = [], distinct } = this.#query;
    const getters = columns.map(column => compile(column.expr, this.#groupReading));
    const seen = new Set<Value>();
    for (const [i, group] of (yield* this.#bestGroups(size)).entries()) {
      if (i % STEP_SIZE === 0) yield;
      const values = getters.map(getter => getter(group));
      if (distinct) {
        const key = rowKey(values);
        if (seen.has(key)) continue;
        seen.add(key);
      }
      if (!this.#emit(values)) break;
    }
  }
}

/**
 * Offers groups to a sorter whose first key is a count. Skips groups with a worse count than the last one kept, and with an equal count if
 * the count is the only key.
 */
function* offerBest(
  counts: readonly number[],
  descending: boolean,
  isOnlyKey: boolean,
  sorter: Sorter<Group>,
  offer: (group: Group) => void,
): Steps {
  let bound: number | undefined;
  for (let group = 0; group < counts.length; group++) {
    if (group % STEP_SIZE === 0) yield* pauseStep(sorter);
    const count = counts[group];
    if (bound !== undefined && (descending ? count < bound : count > bound)) continue;
    if (isOnlyKey && count === bound) continue;
    offer(group);
    bound = sorter.bound as number | undefined;
  }
}

/** Yields between two steps that fill a sorter. */
function* pauseStep(sorter: Sorter<Group>): Steps {
  yield;
  if (sorter.isDue) yield* sorter.cut();
}

/** A text key of a row of values: equal for equal rows only. */
export const rowKey = (values: readonly Value[]): string =>
  values
    .map(value => (value === null ? '' : `${typeof value === 'string' ? value.length : ''}:${value}`))
    .join('\u0000');
