import { decodeFlow, type Flow, type FlowChange } from '../../ctnetlink/flow.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { CtqError } from '../../errors.js';
import type { Source } from '../../sources/source.js';
import type { ChangeRun } from '../change-run.js';
import { describeMessage } from '../describe.js';
import { RequestBatch } from '../requests/batch.js';
import { getEntry } from '../requests/entry-request.js';
import { changedAttributes } from './diff.js';

/** A change that the kernel refused, and the entry as it was before. */
export interface Failed {
  readonly row: Uint8Array;
  readonly change: FlowChange;
  readonly error: CtqError;
}

/**
 * The kernel makes the parts of a change one after the other, and stops at the first that it refuses; those before it stay.
 * So each entry whose change was refused is looked at again, and what of it was changed all the same is told.
 */
export async function reportPartialFailure(
  source: Source,
  running: ChangeRun,
  failed: readonly Failed[],
): Promise<void> {
  if (failed.length === 0) return;
  const now = new Map<Failed, Flow>();
  const block = new RequestBatch<Failed>(
    source,
    undefined,
    () => {},
    (message, about) => {
      now.set(about, flowIn(message));
    },
  );
  const view = new MessageView();
  for (const each of failed) {
    view.set(each.row, 0);
    block.add(getEntry(view), each);
  }
  await block.send();
  for (const each of failed) {
    const { row, change, error } = each;
    const after = now.get(each);
    const missing = after && new Set(changedAttributes(change, after));
    const changed = missing ? changedAttributes(change, flowIn(row)).filter(name => !missing.has(name)) : [];
    if (changed.length > 0) running.tally.partial++;
    running.refuse(
      () => describeMessage(row),
      () => (changed.length === 0 ? error : inPart(error, changed)),
    );
  }
}

function inPart(error: CtqError, changed: readonly string[]): CtqError {
  const { asData: details } = error;
  return new CtqError({
    ...details,
    message: `${details.message}; ${changed.join(', ')} had been changed before that`,
  });
}

function flowIn(message: Uint8Array): Flow {
  const view = new MessageView();
  view.set(message, 0);
  return decodeFlow(view);
}
