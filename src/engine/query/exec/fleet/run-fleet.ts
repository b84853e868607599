import type { EvalContext } from '../../../../lang/evaluate/evaluate.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import { CtqError } from '../../../errors.js';
import type { Sink } from '../../../formats/sink.js';
import type { AskedMember, FleetSource } from '../../../sources/fleet/fleet-source.js';
import { type AskOptions, isUnable } from '../../../sources/fleet/links/link.js';
import { type MissingMember, missingError, missingOf } from '../../../sources/fleet/missing.js';
import type { Totals } from '../../../sources/fleet/protocol/protocol.js';
import { Turns } from '../../../sources/fleet/turns.js';
import { merge } from '../../../sources/merge.js';
import type { QueryContext, QuerySummary } from '../../context.js';
import type { Plan } from '../../plan/plan.js';
import type { Iteration } from '../iteration.js';
import type { Pace } from '../steps.js';
import type { RunQuery } from '../subqueries.js';
import type { RunPlan } from './answer-writer.js';
import type { Division } from './division.js';
import { hostAnswer } from './host-answer.js';
import { jobOf } from './job.js';
import { mergingOf } from './merging.js';
import { shapeOf } from './shape.js';

/** Answers of groups that are held at the same time, complete or not: they are merged as wholes. */
const COLLECTED_AT_ONCE = 12;

/** A part of an answer, or its end. */
type Piece = { readonly part: Uint8Array } | { readonly totals: Totals };

/**
 * Asks all members of a fleet, between begin and end of the sink. Members that do not answer are reported to the sink and to
 * `session.incomplete`.
 * @throws CtqError if none answers, or if the session has it so
 */
export async function runFleet(
  plan: Plan,
  division: Division,
  reading: EvalContext<MessageView>,
  sink: Sink,
  session: QueryContext,
  iteration: Iteration,
  pace: Pace,
  run: { readonly query: RunQuery; readonly plan: RunPlan },
): Promise<QuerySummary> {
  const { members, options } = session.source(plan.place ?? session.place) as FleetSource;
  const { deadline, missing: missingMembers } = options();
  const isStrict = missingMembers === 'fail';
  const job = await jobOf(division, session, run.query, reading as EvalContext<never>);
  const asked = {
    shape: shapeOf(division.select, division.wanted),
    deadline,
    signal: session.signal,
  };
  const missing: MissingMember[] = [];
  const sums = { read: 0, kept: 0, repeats: 0, bytes: 0 };
  const merging = mergingOf(division, reading, sink, pace, isStrict);
  const takers = members.map(({ name }) => merging.taker(name));
  const fail = (index: number, error: unknown): void => {
    session.signal?.throwIfAborted();
    missing.push(missingOf(members[index].name, error));
  };
  const failed = new Set<number>();
  const collecting = new Turns(COLLECTED_AT_ONCE);
  const answerOf = async function* (
    member: AskedMember,
    collect: AskOptions['collect'],
  ): AsyncGenerator<Uint8Array, Totals, undefined> {
    try {
      return yield* member.link.ask(job(member.name), { ...asked, collect });
    } catch (error) {
      // This is known before the first part.
      if (member.isAnyHost !== true || !isUnable(error)) throw error;
    }
    return yield* hostAnswer(member, division, deadline, session, run.plan);
  };
  const pieces = members.map((member, index) => {
    const turn = new Turn(collecting);
    const collect = division.wanted === 'groups' ? () => turn.begin() : undefined;
    return piecesOf(answerOf(member, collect), () => failed.has(index), turn);
  });
  for await (const { index, value } of merge(pieces, fail)) {
    try {
      if ('part' in value) {
        sums.bytes += value.part.length;
        if (!(await takers[index].part(value.part))) break;
        continue;
      }
      const more = await takers[index].end();
      noteTotals(sums, value.totals, members[index].name, session);
      if (!more) break;
    } catch (error) {
      if (!(error instanceof CtqError) || error.code !== 'fleet-malformed') throw error;
      failed.add(index);
      fail(index, error);
    }
  }
  const error = missing.length > 0 ? missingError(missing, members.length, isStrict) : undefined;
  if (error !== undefined && (isStrict || missing.length === members.length)) throw error;
  await merging.finish(iteration);
  for (const { name, reason } of missing) sink.missing?.({ gateway: name, reason });
  if (error !== undefined) session.incomplete?.(error);
  const { read, kept, repeats, bytes } = sums;
  return { rows: merging.rows(), read, kept, bytes, repeats, isMet: merging.isMet() };
}

/** The turn of one member: it ends when its answer has been merged. */
class Turn {
  readonly #turns: Turns;
  #end: (() => void) | undefined;
  #isOver = false;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  async begin(): Promise<void> {
    this.#end = await this.#turns.begin();
    if (this.#isOver) this.#end();
  }

  end(): void {
    this.#isOver = true;
    this.#end?.();
    this.#end = undefined;
  }
}

/** The parts of an answer, and its totals at the end. @param isOver whether no more of them are needed */
async function* piecesOf(
  answer: AsyncGenerator<Uint8Array, Totals, undefined>,
  isOver: () => boolean,
  turn: Turn,
): AsyncGenerator<Piece, void, undefined> {
  try {
    while (!isOver()) {
      const { done, value } = await answer.next();
      if (done) {
        yield { totals: value };
        return;
      }
      yield { part: value };
    }
  } finally {
    turn.end();
    // It may wait for something that does not come.
    answer.return({ read: 0, kept: 0, repeats: 0, warnings: [] }).catch(() => {});
  }
}

function noteTotals(
  sums: { read: number; kept: number; repeats: number },
  { read, kept, repeats, warnings }: Totals,
  gateway: string,
  session: QueryContext,
): void {
  sums.read += read;
  sums.kept += kept;
  sums.repeats += repeats;
  for (const warning of warnings) session.warn(`${gateway}: ${warning}`);
}
