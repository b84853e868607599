import type { CheckedFlush } from '../../../lang/check/checked-ast.js';
import { flushExpectations, flushFlows } from '../../ctnetlink/requests/deletes.js';
import type { Session } from '../../query/context.js';
import { ChangeRun, executeChange } from '../change-run.js';
import { countEntries } from '../count.js';
import { eachMatch, readTarget, type Target } from '../matching.js';
import type { ChangeOptions } from '../options.js';
import { ChangeCounts, type ChangeSummary } from '../summary.js';

/** `flush`: everything of a table of one place, in one request. The kernel does not count: that is done just before. */
export async function runFlush(
  statement: CheckedFlush,
  session: Session,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const tally = new ChangeCounts();
  return executeChange('flush', statement.table, new ChangeRun(tally, session, options), async () => {
    const source = session.kernel(statement.place ?? session.place);
    const count = await countEntries(statement.table, source, session);
    tally.matched = count;
    if (options.dryRun) {
      await showSome(statement, session, options);
      return;
    }
    session.signal?.throwIfAborted();
    await source.exchange(statement.table === 'conntrack' ? flushFlows() : flushExpectations());
    tally.deleted = count;
    tally.countedBefore = true;
  });
}

/** So many entries stand for all of them. */
const SOME = 5;

async function showSome({ table, place }: CheckedFlush, session: Session, { sink }: ChangeOptions): Promise<void> {
  if (sink === undefined) return;
  const target: Target = { table, ...(place ? { place } : {}), limit: SOME };
  sink.begin({ table });
  await eachMatch(target, session, await readTarget(target, session), new ChangeCounts(), view => sink.entry(view));
  sink.end();
}
