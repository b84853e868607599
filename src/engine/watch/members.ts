/** What the members of a fleet are sent of a watch, and what becomes of those that come and go. */
import type { CheckedWatch } from '../../lang/checked/statements.js';
import type { EvalContext } from '../../lang/evaluate/evaluate.js';
import { memberStatement } from '../../lang/services/member-statement.js';
import type { MessageView } from '../ctnetlink/view/view.js';
import { CtqError } from '../errors.js';
import type { Missing, Sink } from '../formats/sink.js';
import { secondsOf, timeOfDay } from '../formats/writing/clock.js';
import { humanDuration } from '../formats/writing/format-value.js';
import type { QueryContext } from '../query/context.js';
import { dependsOnAsker } from '../query/exec/fleet/division.js';
import { refuseLong, sentValues } from '../query/exec/fleet/job.js';
import { runQuery } from '../query/exec/select.js';
import type { MemberListenOptions } from '../sources/fleet/listening.js';
import type { Absences } from './absences.js';

/** A watch as a member has it: its condition, unless only the one who asks can decide it. Undefined if the watch is not of a fleet. */
export function sentWatch({ written, where, tables }: CheckedWatch) {
  // Of both tables there is no condition.
  if (written === undefined || tables.length > 1) return undefined;
  const isOurs = where !== undefined && dependsOnAsker(where);
  return memberStatement(isOurs ? { ...written, statement: { ...written.statement, where: undefined } } : written);
}

/** What is sent, with the values of its variables and subqueries. @throws CtqError if it is too long */
async function queryOf(
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

/** What the members of a fleet are asked, and what becomes of those that come and go. */
export async function membersTo(
  watch: CheckedWatch,
  sink: Sink,
  session: QueryContext,
  reading: EvalContext<MessageView>,
  absences: Absences,
): Promise<Pick<MemberListenOptions, 'query' | 'missing' | 'returned'>> {
  const record = (member: Missing): void => {
    sink.missing?.(member);
    // There may be no event for long.
    sink.ready?.()?.catch(() => {});
  };
  return {
    query: await queryOf(watch, session, reading as EvalContext<never>),
    missing: ({ name, reason, hint }, since) => {
      absences.begin(name, since);
      const time = session.environment.now() - BigInt(Math.round((performance.now() - since) * 1e6));
      record({ gateway: name, reason, since: time });
      session.incomplete?.(
        new CtqError({
          code: 'fleet-missing',
          kind: 'system',
          // With the time, it is reported each time that it happens.
          message: `${name} is missing since ${timeOfDay(secondsOf(time))}: ${reason}; it is asked again until it answers`,
          hint,
        }),
      );
    },
    returned: (name, after) => {
      absences.end(name);
      record({ gateway: name, reason: 'answers again', after });
      session.warn(`${name} answers again: its events of ${humanDuration(after)} are missing`);
    },
  };
}
