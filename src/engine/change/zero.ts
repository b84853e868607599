import type { CheckedSelect } from '../../lang/checked/ast.js';
import { unlessAborted } from '../abortable.js';
import { contextAt } from '../ctnetlink/row-context.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { ERRNO } from '../errno.js';
import type { Sink } from '../formats/sink.js';
import type { QueryContext } from '../query/context.js';
import { headerOf } from '../query/exec/header.js';
import { Pipeline } from '../query/exec/pipeline.js';
import { messagesOf, type Traffic } from '../query/exec/read/messages.js';
import { entriesTo } from '../query/exec/select.js';
import { planSelect } from '../query/plan/plan.js';
import { type ChangeOptions, ChangeRun, executeChange } from './change-run.js';
import { describeMessage } from './describe.js';
import { readingOfChange } from './finding/whole-lists.js';
import { RequestBatch } from './requests/batch.js';
import { getEntry } from './requests/entry-request.js';
import type { ChangeSummary } from './summary.js';

/**
 * `select … zero`: finds the matching entries by a plain dump, then reads and zeroes each by a request of its own. A dump
 * that zeroes loses counts, and zeroes entries that do not match. The result consists of the answers to these requests;
 * entries that `limit` excludes keep their counters.
 */
export async function runZero(
  select: CheckedSelect,
  sink: Sink,
  session: QueryContext,
  options: Omit<ChangeOptions, 'sink'> = {},
): Promise<ChangeSummary> {
  const run = new ChangeRun(session, options);
  const { counts } = run;
  const reading = await readingOfChange(select, session);
  sink.begin(headerOf(select, session));
  // The entries have been selected by then: condition and limit must not apply a second time.
  const shown = { ...select, where: undefined, limit: undefined, offset: 0 };
  const pipeline = new Pipeline(shown, reading, sink, entriesTo(sink));
  const summary = await executeChange('zero', 'conntrack', run, async () => {
    const source = session.source(select.place ?? session.place);
    const answer = new MessageView();
    answer.context = contextAt(reading.now ?? 0);
    const batch = new RequestBatch<undefined>(
      source,
      session.signal,
      (_tag, { errno, error }, request) => {
        if (errno === 0) counts.zeroed++;
        else if (errno === ERRNO.ENOENT) counts.gone++;
        else if (error) run.refuse(() => describeMessage(request), error);
      },
      message => {
        answer.set(message, 0);
        pipeline.push(answer);
      },
    );
    const send = async (): Promise<void> => {
      await batch.send();
      run.checkStop();
      run.progress('zeroing');
      const congested = sink.ready?.();
      if (congested !== undefined) await unlessAborted(congested, session.signal);
    };
    // A dry run shows the counters as they are.
    const take = (row: MessageView): void => {
      if (options.dryRun) pipeline.push(row);
      else batch.add(getEntry(row, true), undefined);
    };
    // Selects whole entries, in the order and number of the result.
    const toBatch: Sink = { begin() {}, row() {}, end() {}, entry: take };
    const selection = new Pipeline({ ...select, columns: undefined }, reading, toBatch, entriesTo(toBatch));
    const view = new MessageView();
    view.context = contextAt(reading.now ?? 0);
    const traffic: Traffic = { bytes: 0, repeats: 0 };
    read: for await (const { bytes } of messagesOf(planSelect(select, session), session, traffic)) {
      for (let at = 0; at < bytes.length; ) {
        at = view.set(bytes, at);
        counts.read++;
        if (!selection.push(view)) break read;
      }
      if (batch.isDue) await send();
    }
    selection.finish(0);
    counts.matched = selection.emitted;
    await send();
  });
  pipeline.finish(0);
  sink.end();
  return summary;
}
