import type { Pipeline } from '../pipeline.js';
import type { Pace } from '../steps.js';
import type { Joins } from './joins.js';

/** Pushes rows into a pipeline, each combined with its joined rows. */
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

  /** @returns false if no more rows are needed; a promise if the row takes longer than one step */
  push(row: Row): boolean | Promise<boolean> {
    const pipeline = this.#pipeline;
    if (this.#joins === undefined) {
      const more = pipeline.push(row);
      return pipeline.isDue ? this.#catchUp(more) : more;
    }
    const steps = this.#joins.combine(row, () => pipeline.push(row));
    const { done, value } = steps.next();
    return done && !pipeline.isDue ? value : this.#continue(steps, done ? value : undefined);
  }

  async #catchUp(more: boolean): Promise<boolean> {
    await this.pace.run(this.#pipeline.catchUp());
    return more;
  }

  /** Continues with the combinations of a row. @param known the result, if none are left */
  async #continue(steps: ReturnType<Joins<Row>['combine']>, known: boolean | undefined): Promise<boolean> {
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
