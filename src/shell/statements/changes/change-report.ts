import type { ChangeSummary } from '../../../engine/change/summary.js';
import type { StatementContext } from '../../session/session.js';

const NOUNS = {
  conntrack: ['flow', 'flows'],
  expect: ['expectation', 'expectations'],
  sysctl: ['setting', 'settings'],
} as const satisfies Record<ChangeSummary['table'], readonly [string, string]>;

/** `1 flow`, `0 flows`. */
export function counted(count: number, table: ChangeSummary['table']): string {
  return `${count} ${NOUNS[table][count === 1 ? 0 : 1]}`;
}

const PARTICIPLE = {
  delete: ['deleted', summary => summary.deleted],
  flush: ['deleted', summary => summary.deleted],
  insert: ['inserted', summary => summary.created],
  update: ['updated', summary => summary.updated],
  zero: ['zeroed', summary => summary.zeroed],
} as const satisfies Record<ChangeSummary['statement'], readonly [string, (summary: ChangeSummary) => number]>;

/**
 * What a change did, in one line: `3 flows deleted, 1 no longer existed`.
 * @param asked the updates that were counted for the question of an insert
 */
export function summaryLine(summary: ChangeSummary, asked?: number): string {
  const { statement, table, updated, ignored, gone, later, missed, refused, partial, stopped, countedBefore, deleted } =
    summary;
  const [verb, count] = PARTICIPLE[statement];
  const parts = [`${counted(count(summary), table)} ${verb}`];
  if (statement === 'insert' && updated > 0) parts.push(`${updated} updated${unasked(updated, asked)}`);
  if (ignored > 0) parts.push(`${ignored} already existed`);
  // An insert finds that entries of a file have expired, or that those in conflict have ended since.
  if (gone > 0) parts.push(`${gone} ${statement === 'insert' ? 'had ended' : 'no longer existed'}`);
  if (missed > 0) parts.push(`${missed} had ended or changed meanwhile`);
  if (later > 0) parts.push(`${later} that came later ${later === 1 ? 'was' : 'were'} left`);
  if (refused > 0) parts.push(`${refused} refused`);
  if (partial > 0) parts.push(`${partial} changed only in part`);
  const notes = [
    ...(countedBefore && deleted > 0 ? ['counted just before the kernel deleted them in one step'] : []),
    ...(stopped === 'signal' ? ['interrupted'] : stopped === 'error' ? ['stopped after a refusal'] : []),
  ];
  return `${parts.join(', ')}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}

/** Flows that came after the count for the question of an insert, and were updated as well. */
const unasked = (updated: number, asked = updated): string =>
  updated > asked ? ` (${updated - asked} more than were counted before)` : '';

/** Whether no entry matched. */
export const foundNothing = ({ matched }: ChangeSummary): boolean => matched === 0;

const INFINITIVE = {
  delete: 'delete',
  flush: 'delete',
  insert: 'insert',
  update: 'update',
  zero: 'zero',
} as const satisfies Record<ChangeSummary['statement'], string>;

/** Entries that are refused, after what is intended: ` (3 more are refused)`. */
export function othersRefused({ refused, matched }: ChangeSummary): string {
  if (refused === 0) return '';
  return ` (${refused}${matched > refused ? ' more' : ''} ${refused === 1 ? 'is' : 'are'} refused)`;
}

/** `delete 3 flows`: for the question, and for a dry run. @param isAll whether they are all entries of the table */
export function intention(summary: ChangeSummary, isAll = false): string {
  const { statement, table, matched, refused } = summary;
  if (statement === 'insert') return insertion(summary);
  const isWhole = isAll && refused === 0;
  return `${INFINITIVE[statement]} ${isWhole ? wholeTable(matched, table) : counted(matched - refused, table)}`;
}

/** `insert 2 flows, update 3 that exist, leave 1 that exists`. */
function insertion({ table, created, updated, ignored, gone }: ChangeSummary): string {
  const exist = (count: number): string => `${count} that ${count === 1 ? 'exists' : 'exist'}`;
  const parts = [`insert ${counted(created, table)}`];
  if (updated > 0) parts.push(`update ${exist(updated)}`);
  if (ignored > 0) parts.push(`leave ${exist(ignored)}`);
  if (gone > 0) parts.push(`leave out ${gone} that ${gone === 1 ? 'has' : 'have'} ended`);
  return parts.join(', ');
}

/** All entries of a table, in words. */
function wholeTable(count: number, table: ChangeSummary['table']): string {
  const [one, many] = NOUNS[table];
  if (count === 1) return `the only ${one} of the table`;
  return count === 2 ? `both ${many} of the table` : `all ${counted(count, table)} of the table`;
}

/**
 * Reports what a change did, and its first few refusals. A refusal, an interruption, and with `--fail-empty` an empty match,
 * make the statement fail.
 * @param line instead of the summary's own
 */
export function reportChange(
  summary: ChangeSummary,
  { shell, session, place }: StatementContext,
  line = summaryLine(summary),
): void {
  const { refusals, refused, statement, table, stopped } = summary;
  for (const { entry, error } of refusals) {
    shell.messages.print('error', `${place ? `${place}: ` : ''}${entry}: ${error.message}`, error.hint);
  }
  if (refused > refusals.length) shell.messages.note(`… and ${counted(refused - refusals.length, table)} more refused`);
  // For a single entry the error says it all.
  if (!(statement === 'insert' && refused === 1 && summary.matched === 1)) shell.messages.note(line);
  if (stopped === 'signal') session.signal?.throwIfAborted();
  if (refused > 0) shell.failed = true;
  if (foundNothing(summary) && statement !== 'zero' && shell.options.failEmpty) shell.failed = true;
}
