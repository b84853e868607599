import { compile, type Getter, type Reading, rowless } from '../../lang/evaluate.js';
import type { CheckedSelect, Column } from '../../lang/typed.js';
import type { Value } from '../../lang/values.js';
import { type Group, Groups } from './groups.js';
import { Sorter } from './ordering.js';
import type { Sink } from './sink.js';

/** How whole entries are handed on, and kept where they must be sorted first. */
export interface Entries<Row> {
  emit(row: Row): void;
  /** A copy that outlives the row. */
  keep(row: Row): Row;
}

/** What of a query the pipeline looks at. */
export type PipelineQuery = Pick<
  CheckedSelect,
  'columns' | 'where' | 'grouping' | 'orderBy' | 'limit' | 'offset' | 'distinct'
>;

/**
 * What is done with the rows of a query, one after another: condition, groups, columns, distinct, order, limit. Written
 * once for dumps, events and files.
 */
export class Pipeline<Row> {
  /** Rows that met the condition. */
  kept = 0;
  /** Rows handed to the sink. */
  emitted = 0;
  readonly #sink: Sink;
  readonly #where: Getter<Row> | undefined;
  readonly #groups: Groups<Row> | undefined;
  readonly #groupReading: Reading<Group>;
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

  constructor(query: PipelineQuery, reading: Reading<Row>, sink: Sink, entries: Entries<Row>) {
    this.#query = query;
    this.#sink = sink;
    this.#entries = entries;
    const of = <R>(column: Column, from: Reading<R>): Getter<R> => compile(column.expr, from);
    this.#where = query.where && compile(query.where, reading);
    this.#skip = Number(query.offset);
    this.#left = query.limit === undefined ? Number.POSITIVE_INFINITY : Number(query.limit);
    const { grouping } = query;
    this.#groupReading = {
      ...rowless(reading),
      key: index => group => group.keys[index],
      aggregate: index => group => group.results[index],
    };
    if (grouping) {
      const keys = grouping.keys.map(key => compile(key, reading));
      const args = grouping.aggregates.map(({ arg }) => arg && compile(arg, reading));
      this.#groups = new Groups(grouping, keys, args);
      this.#sortKeys = [];
      this.#values = [];
      return;
    }
    this.#columns = query.columns?.map(column => of(column, reading));
    this.#values = new Array(this.#columns?.length ?? 0).fill(null);
    this.#sortKeys = query.orderBy.map(order => compile(order.expr, reading));
    if (query.distinct && this.#columns) this.#seen = new Set();
    if (query.orderBy.length > 0) {
      const descending = query.orderBy.map(order => order.descending);
      if (this.#columns) this.#rowSorter = new Sorter(descending, this.#skip + this.#left);
      else this.#entrySorter = new Sorter(descending, this.#skip + this.#left);
    }
  }

  /** How many groups are held. */
  get groups(): number {
    return this.#groups?.size ?? 0;
  }

  /**
   * Takes a row.
   * @returns false when nothing that may still come can change the result
   */
  push(row: Row): boolean {
    if (this.#where !== undefined && this.#where(row) !== true) return true;
    this.kept++;
    if (this.#groups !== undefined) {
      this.#groups.add(row);
      return true;
    }
    if (this.#columns === undefined) return this.#entry(row);
    return this.#row(row, this.#columns);
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
   * All rows have come: what waited for that goes to the sink. The pipeline is ready for the next window then.
   * @param seconds length of the window, for rates
   */
  finish(seconds: number): void {
    const { offset, limit } = this.#query;
    if (this.#groups !== undefined) {
      this.#finishGroups(this.#groups.take(seconds));
    } else if (this.#rowSorter !== undefined) {
      for (const values of this.#rowSorter.take()) this.#emit(values);
    } else if (this.#entrySorter !== undefined) {
      for (const row of this.#entrySorter.take()) {
        if (this.#skip-- > 0) continue;
        if (this.#left-- <= 0) break;
        this.emitted++;
        this.#entries.emit(row);
      }
    }
    this.#skip = Number(offset);
    this.#left = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
    this.#seen?.clear();
  }

  #finishGroups(groups: readonly Group[]): void {
    const { grouping, columns = [], orderBy, distinct } = this.#query;
    const reading = this.#groupReading;
    const having = grouping?.having && compile(grouping.having, reading);
    const getters = columns.map(column => compile(column.expr, reading));
    const keys = orderBy.map(order => compile(order.expr, reading));
    const sorter = new Sorter<Group>(
      orderBy.map(order => order.descending),
      distinct ? undefined : this.#skip + this.#left,
    );
    for (const group of groups) {
      if (having && having(group) !== true) continue;
      sorter.add(
        keys.map(key => key(group)),
        () => group,
      );
    }
    const seen = new Set<Value>();
    for (const group of sorter.take()) {
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

/** A row of values as one text, equal for equal rows. */
export const rowKey = (values: readonly Value[]): string =>
  values
    .map(value => (value === null ? '' : `${typeof value === 'string' ? value.length : ''}:${value}`))
    .join('\u0000');
