import type { ChangeSummary } from '../../../engine/change/summary.js';
import type { Run } from '../../session/session.js';
import { counted, foundNothing, summaryLine } from './words.js';

/**
 * Tells what a change did, and what was refused with the first few entries. A refusal, an interruption, and with
 * `--fail-empty` finding nothing, are failures.
 * @param line instead of the summary's own
 */
export function tell(summary: ChangeSummary, { shell, session, place }: Run, line = summaryLine(summary)): void {
  const { refusals, refused, statement, table, stopped } = summary;
  for (const { entry, error } of refusals) {
    shell.tell('error', `${place ? `${place}: ` : ''}${entry}: ${error.message}`, error.hint);
  }
  if (refused > refusals.length) shell.note(`… and ${counted(refused - refusals.length, table)} more were refused`);
  // A single entry's refusal has said it all.
  if (!(statement === 'insert' && refused === 1 && summary.matched === 1)) shell.note(line);
  if (stopped === 'signal') session.signal?.throwIfAborted();
  if (refused > 0) shell.failed = true;
  if (foundNothing(summary) && statement !== 'zero' && shell.options.failEmpty) shell.failed = true;
}
