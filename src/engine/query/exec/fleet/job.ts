import { randomBytes } from 'node:crypto';
import type { CheckedQuery, Typed } from '../../../../lang/checked/ast.js';
import { resultColumns } from '../../../../lang/checked/selects.js';
import type { Binding } from '../../../../lang/checked/statements.js';
import { walk } from '../../../../lang/checked/walk.js';
import type { EvalContext } from '../../../../lang/evaluate/evaluate.js';
import { BOOLEAN, NULL } from '../../../../lang/schema/type.js';
import { type MemberStatement, memberStatement } from '../../../../lang/services/member-statement.js';
import type { Value } from '../../../../lang/values/value.js';
import { CtqError } from '../../../errors.js';
import { encodeJob, LONGEST_JOB, type QueryJob } from '../../../sources/fleet/protocol/protocol.js';
import type { QueryContext } from '../../context.js';
import { expressionsOf } from '../../plan/fields.js';
import { type RunQuery, readSubqueries } from '../subqueries.js';
import type { Division } from './division.js';

/** The job of a division for each member. Runs the subqueries, whose values are sent. @throws CtqError */
export async function jobOf(
  { written, limit, wanted, isBest, select }: Division,
  session: QueryContext,
  run: RunQuery,
  reading: Pick<EvalContext<never>, 'query'>,
): Promise<(gateway: string) => QueryJob> {
  const { subqueries, variables, text } = memberStatement(written);
  const values = await sentValues({ subqueries, variables }, expressionsOf(select), session, run, reading);
  const job = { text: text(limit), values, wanted, isBest };
  refuseLong(job, `${select.from.table} in fleet`);
  return gateway => ({ ...job, id: randomBytes(16).toString('hex'), gateway });
}

/** @throws CtqError for a job that a member would not take. @param what for the message */
export function refuseLong(job: Omit<QueryJob, 'id' | 'gateway'>, what: string): void {
  if (encodeJob({ ...job, id: '', gateway: '' }).length <= LONGEST_JOB - 1024) return;
  throw new CtqError({
    code: 'fleet-job',
    kind: 'statement',
    message: `the statement and its values are too long to be sent: ${what}`,
    hint: 'select fewer values in the subquery, or use larger networks',
  });
}

/**
 * The values of the variables and subqueries of a statement that is sent.
 * @param expressions those whose subqueries `reading` has read
 */
export async function sentValues(
  { subqueries, variables }: Pick<MemberStatement, 'subqueries' | 'variables'>,
  expressions: readonly Typed[],
  session: QueryContext,
  run: RunQuery,
  reading: Pick<EvalContext<never>, 'query'>,
): Promise<ReadonlyMap<string, Binding>> {
  const read = new Set<CheckedQuery>();
  for (const expression of expressions)
    walk(expression, node => {
      if ('query' in node && node.query !== undefined) read.add(node.query);
    });
  // Those that are only in the text, as a name that was resolved in another way.
  const others = subqueries.filter(({ query }) => !read.has(query)).map(({ query }) => query);
  const otherwise = await readSubqueries(
    others.map(query => ({ kind: 'scalar', query, type: NULL })),
    session,
    run,
  );
  const results = (query: CheckedQuery): readonly Value[] =>
    (read.has(query) && reading.query ? reading.query(query) : otherwise(query)).values;
  const values = new Map<string, Binding>();
  for (const name of variables) {
    const binding = session.variables.get(name);
    if (binding !== undefined) values.set(name, binding);
  }
  for (const { name, query, purpose } of subqueries) {
    const rows = results(query);
    const type = resultColumns(query)?.[0]?.type ?? NULL;
    if (purpose === 'exists') values.set(name, { kind: 'value', type: BOOLEAN, value: rows.length > 0 });
    else if (purpose === 'value') values.set(name, { kind: 'value', type, value: rows[0] ?? null });
    else values.set(name, { kind: 'list', type, values: rows });
  }
  return values;
}
