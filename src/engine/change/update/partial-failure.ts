import type { Flow, FlowChange } from '../../ctnetlink/codec/flow.js';
import { CtqError } from '../../errors.js';
import type { Source } from '../../sources/source.js';
import type { ChangeRun } from '../change-run.js';
import { describeMessage } from '../describe.js';
import { readEach } from '../requests/batch.js';
import { flowIn, getEntryOf } from '../requests/entry-request.js';
import { differingFields } from './diff.js';

/** A change that the kernel refused, and the entry as it was before. */
export interface FailedChange {
  readonly row: Uint8Array;
  readonly change: FlowChange;
  readonly error: CtqError;
}

/**
 * Reports refused changes. The kernel applies the parts of a change one by one, stops at the first that it refuses, and does
 * not undo those before. So each entry is read again, and its error says which fields have been changed.
 */
export async function reportPartialFailures(
  source: Source,
  run: ChangeRun,
  failed: readonly FailedChange[],
): Promise<void> {
  if (failed.length === 0) return;
  const current = new Map<FailedChange, Flow>();
  const request = ({ row }: FailedChange): Uint8Array => getEntryOf(row);
  // Not ended by the signal: what has been done is reported after an interruption, too.
  await readEach(source, undefined, failed, request, (message, each) => current.set(each, flowIn(message)));
  for (const each of failed) {
    const { row, change, error } = each;
    const after = current.get(each);
    const unchanged = after && new Set(differingFields(change, after));
    const changed = unchanged ? differingFields(change, flowIn(row)).filter(name => !unchanged.has(name)) : [];
    if (changed.length > 0) run.counts.partial++;
    run.refuse(
      () => describeMessage(row),
      () => (changed.length === 0 ? error : partialError(error, changed)),
    );
  }
}

function partialError(error: CtqError, changed: readonly string[]): CtqError {
  const { asData: details } = error;
  return new CtqError({
    ...details,
    message: `${details.message}; ${changed.join(', ')} had been changed before that`,
  });
}
