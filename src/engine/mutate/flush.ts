import type { CheckedFlush } from '../../lang/typed.js';
import type { Session } from '../query/session.js';
import { flushExpectations, flushFlows } from '../wire/deletes.js';
import { countEntries } from './count.js';
import type { ChangeOptions } from './options.js';
import { carryOut, Running } from './running.js';
import { type ChangeSummary, Tally } from './summary.js';

/** `flush`: everything of a table of one place, in one request. The kernel does not count: that is done just before. */
export async function runFlush(
  statement: CheckedFlush,
  session: Session,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const tally = new Tally();
  return carryOut('flush', statement.table, new Running(tally, session, options), async () => {
    const source = session.kernel(statement.place ?? session.place);
    const count = await countEntries(statement.table, source, session);
    tally.matched = count;
    if (options.dryRun) return;
    session.signal?.throwIfAborted();
    await source.exchange(statement.table === 'conntrack' ? flushFlows() : flushExpectations());
    tally.deleted = count;
    tally.countedBefore = true;
  });
}
