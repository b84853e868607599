import type { CheckedCompound } from '../../../lang/checked/ast.js';
import { isCompared } from '../../../lang/syntax/ast.js';
import type { Value } from '../../../lang/values/value.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Header, Missing, Sink } from '../../formats/sink.js';
import type { QueryContext, QuerySummary } from '../context.js';
import { identity } from '../plan/identity.js';
import { headerOf } from './header.js';
import { rowKey } from './pipeline.js';
import type { RunQuery } from './subqueries.js';

const VAGUE =
  'flows of ICMP have no type, code and id: only their addresses distinguish them, and none equals a flow that has them';
const VAGUE_HINT =
  'XML, CSV and TSV do not have them: compare files of another format, such as jsonl, or add where proto != icmp';

/** Identifies whole entries. */
class Identities {
  /** There are flows of ICMP without id, as XML and columns have them. */
  #isVague = false;

  /** By original tuple and zone; statistics by CPU. */
  of(view: MessageView, table: Header['table']): string {
    if (table === 'stats' || table === 'expect_stats') return String(view.cpu);
    const tuple = view.isExpectation ? view.tuple : view.orig;
    const { proto } = tuple;
    const isIcmp = proto === IPPROTO.ICMP || proto === IPPROTO.ICMPV6;
    if (isIcmp && tuple.icmpId < 0 && !view.isExpectation) this.#isVague = true;
    return identity(tuple, view.family, view.zone);
  }

  report({ warn }: QueryContext): void {
    if (this.#isVague) warn(VAGUE, VAGUE_HINT);
  }
}

/** Collects the identities of rows, and how often each occurs. */
class RowNames implements Sink {
  readonly #names = new Map<string, number>();
  /** The same with their network namespaces or gateways, if rows of several are read. */
  readonly #withOrigins = new Set<string>();
  #table: Header['table'] = 'conntrack';
  constructor(readonly identities: Identities) {}
  begin({ table }: Header): void {
    this.#table = table;
  }
  entry(view: MessageView): void {
    const name = this.identities.of(view, this.#table);
    this.#names.set(name, 1);
    if (view.origin !== null) this.#withOrigins.add(`${view.origin}/${name}`);
  }
  row(values: readonly Value[]): void {
    const name = rowKey(values);
    this.#names.set(name, (this.#names.get(name) ?? 0) + 1);
  }
  end(): void {}
  /** Entries of different network namespaces or gateways differ, if both sides have rows of several. */
  hasEntry(view: MessageView): boolean {
    if (view.origin === null || this.#withOrigins.size === 0)
      return this.#names.has(this.identities.of(view, this.#table));
    return this.#withOrigins.has(`${view.origin}/${this.identities.of(view, this.#table)}`);
  }
  hasRow(values: readonly Value[]): boolean {
    return this.#names.has(rowKey(values));
  }
  /** Takes one of the rows of a name. @returns false if all are taken */
  takeRow(values: readonly Value[]): boolean {
    const name = rowKey(values);
    const left = this.#names.get(name) ?? 0;
    if (left > 0) this.#names.set(name, left - 1);
    return left > 0;
  }
}

/** Passes on rows between begin and end of another sink. */
class Passing implements Sink {
  passed = 0;
  constructor(readonly sink: Sink) {}
  begin(_header: Header): void {}
  entry(view: MessageView): void {
    this.passed++;
    this.sink.entry(view);
  }
  row(values: readonly Value[]): void {
    this.passed++;
    this.sink.row(values);
  }
  missing(member: Missing): void {
    this.sink.missing?.(member);
  }
  end(): void {}
  ready(): Promise<void> | undefined {
    return this.sink.ready?.();
  }
}

/** Passes on the rows that are among the names, or those that are not. */
class Compared extends Passing {
  constructor(
    sink: Sink,
    readonly names: RowNames,
    readonly isAmong: boolean,
  ) {
    super(sink);
  }
  override entry(view: MessageView): void {
    if (this.names.hasEntry(view) === this.isAmong) super.entry(view);
  }
  override row(values: readonly Value[]): void {
    if (this.names.hasRow(values) === this.isAmong) this.pass(values);
  }
  protected pass(values: readonly Value[]): void {
    super.row(values);
  }
}

/** The same for `all`, as in SQL: each row of the other side takes one away, or keeps one. */
class ComparedOneByOne extends Compared {
  override row(values: readonly Value[]): void {
    if (this.names.takeRow(values) === this.isAmong) this.pass(values);
  }
}

/** Passes on each row once. */
class Distinct extends Compared {
  constructor(sink: Sink, header: Header, identities: Identities) {
    super(sink, new RowNames(identities), false);
    this.names.begin(header);
  }
  override entry(view: MessageView): void {
    super.entry(view);
    this.names.entry(view);
  }
  override row(values: readonly Value[]): void {
    super.row(values);
    this.names.row(values);
  }
}

/**
 * `A except B`: the entries of A whose tuple is not in B; with columns, the rows of A that are not in B. `A intersect B`: those that
 * are. `A union B`: those of both. Each once; with `all`, as often as in SQL.
 */
export async function runCompound(
  compound: CheckedCompound,
  sink: Sink,
  session: QueryContext,
  run: RunQuery,
): Promise<QuerySummary> {
  const { op, left, right } = compound;
  const header = headerOf(compound, session);
  const identities = new Identities();
  if (!isCompared(op)) {
    const passing = op === 'union' ? new Distinct(sink, header, identities) : new Passing(sink);
    sink.begin(header);
    const first = await run(left, passing, session);
    const second = await run(right, passing, session);
    sink.end();
    identities.report(session);
    return { ...sumOf(first, second), rows: passing.passed, kept: first.kept + second.kept };
  }
  const names = new RowNames(identities);
  const second = await run(right, names, session);
  const isOnce = op === 'except' || op === 'intersect';
  const passing = isOnce ? new Distinct(sink, header, identities) : new Passing(sink);
  const compared = new (isOnce ? Compared : ComparedOneByOne)(passing, names, op.startsWith('intersect'));
  sink.begin(header);
  const first = await run(left, compared, session);
  sink.end();
  identities.report(session);
  return { ...sumOf(first, second), rows: passing.passed, kept: first.kept };
}

const sumOf = (first: QuerySummary, second: QuerySummary): QuerySummary => ({
  rows: 0,
  read: first.read + second.read,
  kept: 0,
  bytes: first.bytes + second.bytes,
  repeats: first.repeats + second.repeats,
});
