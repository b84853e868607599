import type { EvalContext } from '../../../lang/evaluate/evaluate.js';
import type { Value } from '../../../lang/values/value.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { Missing, Sink } from '../../formats/sink.js';
import type { QuerySummary } from '../context.js';
import type { Plan } from '../plan/plan.js';
import type { Iteration } from './iteration.js';
import { Feeder } from './join/feeder.js';
import type { Joins } from './join/joins.js';
import { type Entries, type Growth, Pipeline } from './pipeline.js';
import type { Pace } from './steps.js';

/** Thrown to end the inner query once no more rows are needed. */
const ENOUGH = new Error('no more rows are needed');

/**
 * Takes the rows of the inner query and pushes them into the pipeline of the outer one. They are not collected; those of one step of
 * the inner query wait if they are joined.
 */
export class Inlet<Row> implements Sink {
  read = 0;
  readonly #feeder: Feeder<Row>;
  readonly #pipeline: Pipeline<Row>;
  readonly #hasJoins: boolean;
  readonly #keep: (row: Row) => Row;
  readonly #sink: Sink;
  #waiting: Row[] = [];

  constructor(feeder: Feeder<Row>, pipeline: Pipeline<Row>, hasJoins: boolean, keep: (row: Row) => Row, sink: Sink) {
    this.#feeder = feeder;
    this.#pipeline = pipeline;
    this.#hasJoins = hasJoins;
    this.#keep = keep;
    this.#sink = sink;
  }

  begin(): void {}

  entry(view: MessageView): void {
    this.take(view as Row);
  }

  row(values: readonly Value[]): void {
    this.take(values as Row);
  }

  missing(member: Missing): void {
    this.#sink.missing?.(member);
  }

  end(): void {}

  take(row: Row): void {
    this.read++;
    if (this.#hasJoins) this.#waiting.push(this.#keep(row));
    else if (!this.#pipeline.push(row)) throw ENOUGH;
  }

  ready(): Promise<void> | undefined {
    if (this.#waiting.length > 0 || this.#pipeline.isDue) return this.drain();
    return this.#sink.ready?.();
  }

  /** Works through the rows that wait. */
  async drain(): Promise<void> {
    const { pace } = this.#feeder;
    const rows = this.#waiting;
    this.#waiting = [];
    for (const row of rows) {
      const more = this.#feeder.push(row);
      if (more === false || (more !== true && !(await more))) throw ENOUGH;
      const pause = pace.pause();
      if (pause !== undefined) await pause;
    }
    if (this.#pipeline.isDue) await pace.run(this.#pipeline.catchUp());
    await this.#sink.ready?.();
  }
}

/** What the rows of a derived table are, besides the query. */
export interface DerivedParts<Row> {
  readonly reading: EvalContext<Row>;
  readonly entries: Entries<Row>;
  readonly joins: Joins<Row> | undefined;
  readonly keep: (row: Row) => Row;
  readonly growth: Growth<Row> | undefined;
}

/**
 * Runs a select of rows that are not read from messages, between begin and end of the sink.
 * @param feed passes the rows to the inlet
 * @throws CtqError
 */
export async function runDerived<Row>(
  plan: Plan,
  { reading, entries, joins, keep, growth }: DerivedParts<Row>,
  sink: Sink,
  iteration: Iteration,
  pace: Pace,
  feed: (inlet: Inlet<Row>) => Promise<QuerySummary>,
): Promise<QuerySummary> {
  const pipeline = new Pipeline(plan.select, reading, sink, entries, growth);
  const inlet = new Inlet(new Feeder(pipeline, joins, pace), pipeline, joins !== undefined, keep, sink);
  let inner: QuerySummary | undefined;
  try {
    inner = await feed(inlet);
    await inlet.drain();
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  await pace.run(pipeline.finishing(iteration.seconds, iteration.groups));
  return {
    rows: pipeline.emitted,
    read: inner?.read ?? inlet.read,
    kept: pipeline.kept,
    bytes: inner?.bytes ?? 0,
    repeats: inner?.repeats ?? 0,
    isMet: pipeline.isMet,
  };
}
