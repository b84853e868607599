import type { CheckedSelect } from '../../../../lang/checked/ast.js';
import { compile, type EvalContext } from '../../../../lang/evaluate/evaluate.js';
import type { Sink } from '../../../formats/sink.js';
import type { HistoryQuery } from '../../../sources/history/sql/compile.js';
import type { Partial } from '../../../sources/history/sql/partial.js';
import { Pipeline } from '../pipeline.js';
import type { Pace } from '../steps.js';
import type { Batches, Counts } from './batches.js';
import type { HistoryRow } from './history-rows.js';

/** Merges the groups that SQL makes: each has the same value of every field that an expression of ctq reads. */
export async function partialGroupsOf(
  select: CheckedSelect,
  { residual, fields }: HistoryQuery,
  { keys, states, count }: Partial,
  batches: Batches,
  reading: EvalContext<HistoryRow>,
  sink: Sink,
  pace: Pace,
): Promise<Counts> {
  const row: HistoryRow = { values: [], at: new Map(fields.map((field, i) => [field, i])) };
  const holds = residual.map(each => compile(each, reading));
  const keyGetters = (select.grouping?.keys ?? []).map((key, i) => {
    const at = keys[i];
    return at === undefined ? compile(key, reading) : ({ values }: HistoryRow) => values[at];
  });
  const stateGetters = states.map(state => {
    if ('at' in state) return ({ values }: HistoryRow) => state.of(state.at.map(at => values[at]));
    const arg = compile(state.arg, reading);
    return (each: HistoryRow) => state.of(arg(each), each.values[count] as number);
  });
  const pipeline = new Pipeline({ ...select, where: undefined }, reading, sink, { emit: () => {}, keep: each => each });
  let read = 0;
  let kept = 0;
  for await (const batch of batches) {
    for (const values of batch) {
      read++;
      row.values = values;
      const rows = values[count] as number;
      if (rows === 0 || !holds.every(each => each(row) === true)) continue;
      kept += rows;
      pipeline.merge(
        keyGetters.map(each => each(row)),
        stateGetters.map(each => each(row)),
      );
    }
    const pause = pace.pause();
    if (pause !== undefined) await pause;
  }
  await pace.run(pipeline.finishing(0));
  return { rows: pipeline.emitted, read, kept, isMet: pipeline.isMet };
}
