/** What the members of a fleet are sent of a watch. */
import type { CheckedWatch } from '../../lang/check/checked-statements.js';
import type { EvalContext } from '../../lang/evaluate/evaluate.js';
import { memberStatement } from '../../lang/services/member-statement.js';
import type { QueryContext } from '../query/context.js';
import { dependsOnAsker } from '../query/exec/fleet/division.js';
import { refuseLong, sentValues } from '../query/exec/fleet/job.js';
import { runQuery } from '../query/exec/select.js';
import type { MemberListenOptions } from '../sources/fleet/listening.js';

/** A watch as a member has it: its condition, unless only the one who asks can decide it. Undefined if the watch is not of a fleet. */
export function sentWatch({ written, where, tables }: CheckedWatch) {
  // Of both tables there is no condition.
  if (written === undefined || tables.length > 1) return undefined;
  const isOurs = where !== undefined && dependsOnAsker(where);
  return memberStatement(isOurs ? { ...written, statement: { ...written.statement, where: undefined } } : written);
}

/** What is sent, with the values of its variables and subqueries. @throws CtqError if it is too long */
export async function queryOf(
  watch: CheckedWatch,
  session: QueryContext,
  reading: EvalContext<never>,
): Promise<MemberListenOptions['query']> {
  const sent = sentWatch(watch);
  if (sent === undefined) return undefined;
  const values = await sentValues(sent, watch.where ? [watch.where] : [], session, runQuery, reading);
  const query = { text: sent.text(undefined), values };
  refuseLong({ ...query, wanted: 'events', isBest: false }, 'watch in fleet');
  return query;
}
