import type { CheckedSelect } from '../../lang/check/checked-ast.js';
import { unlessAborted } from '../abortable.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { ERRNO } from '../errno.js';
import type { Sink } from '../formats/sink.js';
import type { Session } from '../query/context.js';
import { headerOf } from '../query/exec/header.js';
import { Pipeline } from '../query/exec/pipeline.js';
import { rowsOf, type Traffic } from '../query/exec/rows.js';
import { entriesTo, readingOf } from '../query/exec/select.js';
import { planSelect } from '../query/plan/plan.js';
import { ChangeRun, executeChange } from './change-run.js';
import { describeMessage } from './describe.js';
import type { ChangeOptions } from './options.js';
import { RequestBatch } from './requests/batch.js';
import { getEntry } from './requests/entry-request.js';
import { ChangeCounts, type ChangeSummary } from './summary.js';

/**
 * `select … zero`: finds the entries that match by a plain dump, and then reads and zeroes each of them in one step by a
 * request of its own, so that no others are zeroed and no count is lost (a dump that zeroes loses some). The result is
 * made of what those requests gave; entries that `limit` leaves out keep their counters.
 */
export async function runZero(
  select: CheckedSelect,
  sink: Sink,
  session: Session,
  options: Omit<ChangeOptions, 'sink'> = {},
): Promise<ChangeSummary> {
  const tally = new ChangeCounts();
  const running = new ChangeRun(tally, session, options);
  const reading = await readingOf(select, session);
  sink.begin(headerOf(select, session));
  // The entries have been chosen by then: neither condition nor limit applies a second time.
  const { where: _, ...chosen } = select;
  const shown = { ...chosen, limit: undefined, offset: 0 };
  const pipeline = new Pipeline(shown, reading, sink, entriesTo(sink));
  const summary = await executeChange('zero', 'conntrack', running, async () => {
    const source = session.kernel(select.place ?? session.place);
    const answer = new MessageView();
    answer.context = contextAt(reading.now ?? 0);
    const block = new RequestBatch<undefined>(
      source,
      session.signal,
      (_about, { errno, error }, request) => {
        if (errno === 0) tally.zeroed++;
        else if (errno === ERRNO.ENOENT) tally.gone++;
        else if (error)
          running.refuse(
            () => describeMessage(request),
            () => error,
          );
      },
      message => {
        answer.set(message, 0);
        pipeline.push(answer);
      },
    );
    const send = async (): Promise<void> => {
      await block.send();
      running.checkStop();
      running.progress('zeroing');
      const congested = sink.ready?.();
      if (congested !== undefined) await unlessAborted(congested, session.signal);
    };
    // A dry run shows what the entries have, and leaves it to them.
    const take = (row: MessageView): void => {
      if (options.dryRun) pipeline.push(row);
      else block.add(getEntry(row, true), undefined);
    };
    const toBlock: Sink = { begin() {}, row() {}, end() {}, entry: take };
    const choose = new Pipeline(choiceOf(select), reading, toBlock, entriesTo(toBlock));
    const view = new MessageView();
    view.context = contextAt(reading.now ?? 0);
    const traffic: Traffic = { bytes: 0, repeats: 0 };
    read: for await (const { bytes } of rowsOf(planSelect(select, session), session, traffic)) {
      for (let at = 0; at < bytes.length; ) {
        at = view.set(bytes, at);
        tally.read++;
        if (!choose.push(view)) break read;
      }
      if (block.isDue) await send();
    }
    choose.finish(0);
    tally.matched = choose.emitted;
    await send();
  });
  pipeline.finish(0);
  sink.end();
  return summary;
}

/** The entries themselves, in the order and number that are shown. */
const choiceOf = (select: CheckedSelect) => ({ ...select, columns: undefined });
