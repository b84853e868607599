/** The answer of one machine of a fleet: made by its agent, or by the one who asks, of a host that has none. */

import type { CheckedSelect } from '../../../../lang/checked/ast.js';
import { toPlain } from '../../../../lang/conversion/plain.js';
import type { Value } from '../../../../lang/values/value.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import { CtqError } from '../../../errors.js';
import type { Sink } from '../../../formats/sink.js';
import type { QueryJob, Totals } from '../../../sources/fleet/protocol/protocol.js';
import { PartWriter } from '../../../sources/fleet/protocol/result-parts.js';
import type { QueryContext, QuerySummary } from '../../context.js';
import { type Plan, planSelect } from '../../plan/plan.js';
import type { Iteration } from '../iteration.js';
import type { GroupTaker } from '../pipeline.js';
import { STEP_SIZE } from '../steps.js';

/** The most bytes of groups: they are held until all are taken. */
const MAX_BYTES = 64 << 20;
/** The most values of `count(distinct …)`. */
const MAX_VALUES = 100_000;

/** Where the parts of an answer go. */
export interface Parts {
  write(part: Uint8Array): void;
  /** A promise while enough parts wait. */
  drained(): Promise<void> | undefined;
  end(last: Uint8Array, totals: Totals): void;
}

/** Passes the rows of a plan to a sink, between its begin and end. */
export type RunPlan = (plan: Plan, sink: Sink, session: QueryContext, iteration: Iteration) => Promise<QuerySummary>;

/** Runs a checked job and writes its answer. @throws CtqError */
export async function writeAnswer(
  select: CheckedSelect,
  { wanted, isBest }: Pick<QueryJob, 'wanted' | 'isBest'>,
  answer: Parts,
  session: QueryContext,
  warnings: readonly string[],
  runPlan: RunPlan,
): Promise<void> {
  const writer = new PartWriter(part => answer.write(part));
  const taker = wanted === 'groups' ? new GroupWriter(select, isBest, writer) : undefined;
  const iteration: Iteration = { seconds: 0, ...(taker ? { groups: taker } : {}) };
  const summary = await runPlan(planSelect(select, session), new RowWriter(writer, answer), session, iteration);
  const totals: Totals = { read: summary.read, kept: summary.kept, repeats: summary.repeats, warnings };
  answer.end(writer.end(), totals);
}

/** Writes rows and entries. */
class RowWriter implements Sink {
  readonly #writer: PartWriter;
  readonly #answer: Parts;

  constructor(writer: PartWriter, answer: Parts) {
    this.#writer = writer;
    this.#answer = answer;
  }

  begin(): void {}

  row(values: readonly Value[]): void {
    this.#writer.item(JSON.stringify(values.map(toPlain)));
  }

  entry(view: MessageView): void {
    this.#writer.whole(view.copy());
  }

  end(): void {}

  ready(): Promise<void> | undefined {
    return this.#answer.drained();
  }
}

/** Writes the keys and states of groups. */
class GroupWriter implements GroupTaker {
  readonly isBest: boolean;
  readonly #writer: PartWriter;
  readonly #states: readonly { readonly isDistinct: boolean }[];

  constructor({ grouping }: CheckedSelect, isBest: boolean, writer: PartWriter) {
    this.isBest = isBest;
    this.#writer = writer;
    this.#states = grouping?.aggregates.map(({ distinct }) => ({ isDistinct: distinct })) ?? [];
  }

  *take(table: Parameters<GroupTaker['take']>[0], groups: Iterable<number>): ReturnType<GroupTaker['take']> {
    let done = 0;
    let values = 0;
    for (const group of groups) {
      if (done++ % STEP_SIZE === 0) yield;
      const keys = table.keys.map(each => toPlain(each[group]));
      const states = this.#states.map(({ isDistinct }, i) => {
        if (isDistinct) values += Number(table.result(i, group));
        return table.state(i, group);
      });
      if (values > MAX_VALUES) throw tooMuch(`more than ${MAX_VALUES} values of count(distinct …)`);
      this.#writer.item(JSON.stringify([keys, states]));
      if (this.#writer.total > MAX_BYTES) throw tooMuch(`its groups take more than ${MAX_BYTES >> 20} MiB`);
    }
  }
}

const tooMuch = (message: string): CtqError =>
  new CtqError({
    code: 'groups',
    kind: 'input',
    message,
    hint: 'group by fewer keys, or select fewer rows with where',
  });
