/**
 * The queries of a change's condition at any depth, of which fewer rows mean more entries: the list of `not in`, the right side of `except`,
 * a file that a left join misses rows of. One without rows, or with a blank cell, is refused: a file that is empty by mistake would change
 * entries that were not meant.
 */
import type { CheckedJoin, CheckedQuery, CheckedSelect, InNode, Typed } from '../../../lang/checked/ast.js';
import { leftmost, readsCells } from '../../../lang/checked/selects.js';
import { walk } from '../../../lang/checked/walk.js';
import { isBlank } from '../../../lang/evaluate/cells.js';
import type { EvalContext } from '../../../lang/evaluate/evaluate.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header, Missing, Sink } from '../../formats/sink.js';
import type { QueryContext, RowGuard } from '../../query/context.js';
import { expressionsOf } from '../../query/plan/fields.js';
import { nameOf } from '../../sources/standard-input.js';
import { CORRECT, EMPTY, type RefuseList } from './refusals.js';
import { checkValues } from './value-guard.js';

/** What more rows of a query mean for the change: more entries, fewer, or either. */
export type Direction = 'more' | 'fewer' | 'either';

const OPPOSITE = { more: 'fewer', fewer: 'more', either: 'either' } as const satisfies Record<Direction, Direction>;

const BLANK = 'fill them in, or leave them out of the list if that is meant: where … is not null';

const hasBlank = (name: string, count: number): string =>
  `${name} has ${count === 1 ? '1 row' : `${count} rows`} without a value`;

export class ListGuard implements RowGuard {
  /** The queries that need rows, by what they are called. */
  readonly #names = new Map<CheckedQuery, string>();
  readonly #joins = new Set<CheckedJoin>();

  constructor(
    readonly variables: QueryContext['variables'],
    readonly refuse: RefuseList,
    /** Lists of entries may be empty: those of a log in which no flow has ended. */
    readonly ofCellsOnly = false,
  ) {}

  /** Finds the queries of a condition. @param direction what the condition means for the change */
  condition(node: Typed, direction: Direction): void {
    if (node.kind === 'not') this.condition(node.operand, OPPOSITE[direction]);
    else if (node.kind === 'logical') for (const each of node.operands) this.condition(each, direction);
    else if (node.kind === 'any') for (const each of node.tests) this.condition(each, direction);
    else
      walk(node, each => {
        // Within anything else, such as `(src in …) = false`, a miss may be what it asks for.
        const own = each === node ? direction : 'either';
        if (each.kind === 'in') this.#list(each, own);
        else if (each.kind === 'exists' || each.kind === 'scalar') this.query(each.query, own, true);
      });
  }

  #list(node: InNode, direction: Direction): void {
    const { query, variable } = node;
    if (query !== undefined) {
      if (direction !== 'more' && (!this.ofCellsOnly || readsCells(query))) this.#names.set(query, nameOfList(node));
      this.query(query, direction);
    }
    const list = variable === undefined ? undefined : this.variables.get(variable);
    if (list?.unread !== undefined) this.refuse(list.unread, CORRECT);
    if (list?.kind !== 'list') return;
    const name = nameOfList(node);
    if (direction !== 'more') {
      if (list.values.length === 0) this.refuse(isEmpty(name), EMPTY);
      const { blank = 0 } = list;
      if (blank > 0) this.refuse(hasBlank(name, blank), BLANK);
      if (list.shorter) this.refuse(list.shorter.message, list.shorter.hint);
    }
    if (direction !== 'fewer' && list.longer) this.refuse(list.longer.message, list.longer.hint);
  }

  /** Finds the queries within one. @param isTest its rows are only counted, or looked for: whether it may be empty is what it asks */
  query(query: CheckedQuery, direction: Direction, isTest = false): void {
    if (query.kind === 'compound') {
      this.query(query.left, direction, isTest);
      this.query(query.right, query.op.startsWith('except') ? OPPOSITE[direction] : direction, isTest);
    } else this.#select(query, direction, isTest);
  }

  #select(select: CheckedSelect, direction: Direction, isTest: boolean): void {
    const { from, where, joins, grouping } = select;
    // Of fewer rows, a group may meet its condition.
    const rows = grouping?.having ? 'either' : direction;
    if (where) this.condition(where, rows);
    for (const each of expressionsOf(select)) if (each !== where) this.condition(each, 'either');
    const isFile = from.kind === 'data' || (from.kind === 'file' && !this.ofCellsOnly);
    if (isFile && rows !== 'more' && !isTest && !this.#names.has(select)) this.#names.set(select, nameOf(from.path));
    if (from.kind === 'query') this.query(from.query, rows, isTest);
    for (const [index, join] of joins.entries()) {
      const joined = join.outer ? 'either' : rows;
      if (join.from.kind === 'query') this.query(join.from.query, joined, isTest);
      const isMissed = join.outer ? asksForMisses(select, index) : rows !== 'more';
      if (isMissed) this.#joins.add(join);
    }
  }

  rowsOf(query: CheckedQuery, sink: Sink): Sink {
    const name = this.#names.get(query);
    return name === undefined ? sink : new CountedRows(sink, query, name, this.refuse);
  }

  reading(select: CheckedSelect, reading: Pick<EvalContext<never>, 'query'>): void {
    checkValues(expressionsOf(select), this.variables, reading, this.refuse);
  }

  joined(join: CheckedJoin, rows: readonly unknown[]): void {
    if (!this.#joins.has(join)) return;
    const { from } = join;
    const name = from.kind === 'data' || from.kind === 'file' ? nameOf(from.path) : `the joined ${join.alias}`;
    if (rows.length === 0) this.refuse(isEmpty(name), EMPTY);
    const columns = from.kind === 'data' && join.on ? columnsOf(join.on) : [];
    const isLacking = (row: unknown): boolean =>
      columns.some(column => isBlank((row as Readonly<Record<string, string | null>>)[column] ?? ''));
    const blank = columns.length === 0 ? 0 : rows.filter(isLacking).length;
    if (blank > 0) this.refuse(hasBlank(name, blank), BLANK);
  }
}

const isEmpty = (name: string): string => `${name} is empty: the condition would hold for every entry`;

function nameOfList({ query, variable }: InNode): string {
  if (variable !== undefined) return `the list $${variable}`;
  const { from } = leftmost(query!);
  return from.kind === 'data' || from.kind === 'file' ? `the list from ${nameOf(from.path)}` : 'the list of not in';
}

/** The columns of joined tables in a condition. */
function columnsOf(on: Typed): readonly string[] {
  const names: string[] = [];
  walk(on, node => {
    if (node.kind === 'field' && node.join !== undefined) names.push(node.name);
  });
  return names;
}

/** Whether a query with a left join asks for rows that have none there: `h.ip is null`, `coalesce(h.owner, '') = ''`. */
function asksForMisses(select: CheckedSelect, index: number): boolean {
  const isOfJoin = (node: Typed): boolean => {
    let found = false;
    walk(node, each => {
      found ||= each.kind === 'field' && each.join === index;
    });
    return found;
  };
  let found = false;
  for (const condition of [select.where, select.grouping?.having]) {
    if (condition === undefined) continue;
    walk(condition, node => {
      const isOfNull = node.kind === 'is_null' || node.kind === 'call' || node.kind === 'case' || node.kind === 'any';
      found ||= isOfNull && isOfJoin(node);
    });
  }
  return found;
}

/** Passes on the rows of a query that must have some, each with its values. */
class CountedRows implements Sink {
  #rows = 0;
  #blank = 0;
  readonly #sink: Sink;
  readonly #name: string;
  readonly #refuse: RefuseList;
  readonly #query: CheckedQuery;
  #cells: readonly number[] = [];

  constructor(sink: Sink, query: CheckedQuery, name: string, refuse: RefuseList) {
    this.#sink = sink;
    this.#query = query;
    this.#name = name;
    this.#refuse = refuse;
  }

  begin(header: Header): void {
    this.#cells = (header.columns ?? []).flatMap((_, index) => (readsCells(this.#query, index) ? [index] : []));
    this.#sink.begin(header);
  }

  entry(view: MessageView): void {
    this.#rows++;
    this.#sink.entry(view);
  }

  row(values: readonly Value[]): void {
    if (this.#cells.some(index => values[index] === null)) this.#blank++;
    else this.#rows++;
    this.#sink.row(values);
  }

  missing(member: Missing): void {
    this.#sink.missing?.(member);
  }

  end(): void {
    if (this.#rows === 0) this.#refuse(isEmpty(this.#name), EMPTY);
    if (this.#blank > 0) this.#refuse(hasBlank(this.#name, this.#blank), BLANK);
    this.#sink.end();
  }

  ready(): Promise<void> | undefined {
    return this.#sink.ready?.();
  }
}
