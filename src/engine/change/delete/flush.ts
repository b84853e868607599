import type { CheckedFlush } from '../../../lang/checked/statements.js';
import { flushExpectations, flushFlows } from '../../ctnetlink/requests/deletes.js';
import type { QueryContext } from '../../query/context.js';
import { type ChangeOptions, ChangeRun, executeChange } from '../change-run.js';
import { eachMatch, readingOfTarget, type Target } from '../finding/matching.js';
import { countEntries } from '../finding/table-size.js';
import type { ChangeSummary } from '../summary.js';

/** `flush`: deletes a whole table of one place by one request. The kernel does not report how many: they are counted before. */
export async function runFlush(
  statement: CheckedFlush,
  session: QueryContext,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const run = new ChangeRun(session, options);
  const { counts } = run;
  return executeChange('flush', statement.table, run, async () => {
    const source = session.source(statement.place ?? session.place);
    const count = await countEntries(statement.table, source, session);
    counts.matched = count;
    if (options.dryRun) {
      await showSample(statement, session, options);
      return;
    }
    session.signal?.throwIfAborted();
    await source.exchange(statement.table === 'conntrack' ? flushFlows() : flushExpectations());
    counts.deleted = count;
    counts.countedBefore = true;
  });
}

/** Entries that a dry run shows. */
const SAMPLE_SIZE = 5;

async function showSample(
  { table, place }: CheckedFlush,
  session: QueryContext,
  { sink }: ChangeOptions,
): Promise<void> {
  if (sink === undefined) return;
  const target: Target = { table, place, limit: SAMPLE_SIZE };
  sink.begin({ table });
  await eachMatch(target, new ChangeRun(session, {}), await readingOfTarget(target, session), view => sink.entry(view));
  sink.end();
}
