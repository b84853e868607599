import type { Pipeline } from '../pipeline.js';
import type { Pace } from '../steps.js';
import type { Joins } from './joins.js';

/** Pushes rows into a pipeline, each with the rows that are joined to it. */
export class Feeder<Row> {
  readonly #pipeline: Pipeline<Row>;
  readonly #joins: Joins<Row> | undefined;

  constructor(
    pipeline: Pipeline<Row>,
    joins: Joins<Row> | undefined,
    readonly pace: Pace,
  ) {
    this.#pipeline = pipeline;
    this.#joins = joins;
  }

  /** @returns false when no more rows are wanted; a promise where the row takes longer than a step */
  push(row: Row): boolean | Promise<boolean> {
    const pipeline = this.#pipeline;
    if (this.#joins === undefined) {
      const more = pipeline.push(row);
      return pipeline.isDue ? this.#catchUp(more) : more;
    }
    const steps = this.#joins.combine(row, () => pipeline.push(row));
    const { done, value } = steps.next();
    return done && !pipeline.isDue ? value : this.#slowly(steps, done ? value : undefined);
  }

  async #catchUp(more: boolean): Promise<boolean> {
    await this.pace.run(this.#pipeline.catchUp());
    return more;
  }

  /** Goes on with a row's combinations. @param known the result, where there are no more of them */
  async #slowly(steps: ReturnType<Joins<Row>['combine']>, known: boolean | undefined): Promise<boolean> {
    let result = known;
    while (result === undefined) {
      const pause = this.pace.pause();
      if (pause !== undefined) await pause;
      if (this.#pipeline.isDue) await this.#catchUp(true);
      const { done, value } = steps.next();
      if (done) result = value;
    }
    return this.#pipeline.isDue ? this.#catchUp(result) : result;
  }
}
