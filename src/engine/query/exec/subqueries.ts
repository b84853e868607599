import type { CheckedQuery, Typed } from '../../../lang/checked/ast.js';
import { readsCells } from '../../../lang/checked/selects.js';
import { walk } from '../../../lang/checked/walk.js';
import type { QueryResult } from '../../../lang/evaluate/in-list.js';
import { fileOf } from '../../../lang/schema/places.js';
import type { Value } from '../../../lang/values/value.js';
import type { Header, Sink } from '../../formats/sink.js';
import type { QueryContext, QuerySummary } from '../context.js';

/** Collects the rows of a result. */
export class Collector implements Sink {
  header: Header | undefined;
  readonly rows: (readonly Value[])[] = [];
  begin(header: Header): void {
    this.header = header;
  }
  entry(): void {}
  row(values: readonly Value[]): void {
    this.rows.push([...values]);
  }
  end(): void {}
}

/** Whether there is a row, whatever it is. */
class FirstRow extends Collector {
  override entry(): void {
    this.row([true]);
  }
}

/** A query that ends with its first row. */
const firstOf = (query: CheckedQuery): CheckedQuery =>
  query.kind === 'select' && query.limit === undefined ? { ...query, limit: 1 } : query;

/** The values of a list. A cell of a file that is blank, or cannot be read, is not a value; null from elsewhere makes a miss unknown. */
export function listOf(query: CheckedQuery, { rows }: Collector): QueryResult {
  const all = rows.map(row => row[0]);
  const values = readsCells(query) ? all.filter(value => value !== null) : all;
  return { values, blank: all.length - values.length };
}

export type RunQuery = (query: CheckedQuery, sink: Sink, session: QueryContext) => Promise<QuerySummary>;

/** Results of subqueries that read standard input, which can be read only once; a statement may evaluate its condition twice. */
const readBefore = new WeakMap<QueryContext, Map<CheckedQuery, QueryResult>>();

function readsStandardInput(query: CheckedQuery, session: QueryContext): boolean {
  if (query.kind === 'compound') return [query.left, query.right].some(each => readsStandardInput(each, session));
  const { from, place = session.place } = query;
  if (from.kind === 'query') return readsStandardInput(from.query, session);
  return (from.kind === 'file' && from.path === '-') || fileOf(place) === '-';
}

/** Runs every subquery of some expressions once. */
export async function readSubqueries(
  expressions: readonly Typed[],
  session: QueryContext,
  run: RunQuery,
): Promise<(query: CheckedQuery) => QueryResult> {
  const results = new Map<CheckedQuery, QueryResult>();
  const queries: { readonly query: CheckedQuery; readonly kind: 'in' | 'scalar' | 'exists' }[] = [];
  for (const expression of expressions) {
    walk(expression, node => {
      if ((node.kind === 'in' || node.kind === 'scalar' || node.kind === 'exists') && node.query)
        queries.push({ query: node.query, kind: node.kind });
    });
  }
  const known = readBefore.get(session) ?? new Map<CheckedQuery, QueryResult>();
  readBefore.set(session, known);
  for (const { query, kind } of queries) {
    if (results.has(query)) continue;
    let result = known.get(query);
    if (result === undefined) {
      const isTest = kind === 'exists';
      const collector = isTest ? new FirstRow() : new Collector();
      await run(isTest ? firstOf(query) : query, collector, session);
      result = kind === 'in' ? listOf(query, collector) : { values: collector.rows.map(row => row[0]) };
      if (readsStandardInput(query, session)) known.set(query, result);
    }
    results.set(query, result);
  }
  return query => results.get(query) ?? { values: [] };
}
