import type { ChangeSummary } from '../../../engine/change/summary.js';

const NOUNS = {
  conntrack: ['flow', 'flows'],
  expect: ['expectation', 'expectations'],
  sysctl: ['setting', 'settings'],
} as const satisfies Record<ChangeSummary['table'], readonly [string, string]>;

/** `1 flow`, `0 flows`. */
export function counted(count: number, table: ChangeSummary['table']): string {
  return `${count} ${NOUNS[table][count === 1 ? 0 : 1]}`;
}

const DONE = {
  delete: ['deleted', summary => summary.deleted],
  flush: ['deleted', summary => summary.deleted],
  insert: ['inserted', summary => summary.created],
  update: ['updated', summary => summary.updated],
  zero: ['zeroed', summary => summary.zeroed],
} as const satisfies Record<ChangeSummary['statement'], readonly [string, (summary: ChangeSummary) => number]>;

/** What a change did, in one line: `3 flows deleted, 1 was gone already`. */
export function summaryLine(summary: ChangeSummary): string {
  const { statement, table, updated, ignored, gone, refused, partial, stopped, countedBefore, deleted } = summary;
  const [verb, count] = DONE[statement];
  const were = (n: number): string => (n === 1 ? 'was' : 'were');
  const parts = [`${counted(count(summary), table)} ${verb}`];
  if (statement === 'insert' && updated > 0) parts.push(`${updated} updated`);
  if (ignored > 0) parts.push(`${ignored} ignored as ${ignored === 1 ? 'it is' : 'they are'} there already`);
  if (gone > 0) parts.push(`${gone} ${were(gone)} gone already`);
  if (refused > 0) parts.push(`${refused} refused`);
  if (partial > 0) parts.push(`${partial} changed in part only`);
  const notes = [
    ...(countedBefore && deleted > 0 ? ['counted just before the kernel deleted them in one step'] : []),
    ...(stopped === 'signal' ? ['interrupted'] : stopped === 'error' ? ['stopped at the first refusal'] : []),
  ];
  return `${parts.join(', ')}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}

/** Whether there was nothing that the change could have been made to. */
export const foundNothing = ({ matched }: ChangeSummary): boolean => matched === 0;

const ASKED = {
  delete: 'delete',
  flush: 'delete',
  insert: 'insert',
  update: 'update',
  zero: 'zero',
} as const satisfies Record<ChangeSummary['statement'], string>;

/** `delete 3 flows`: what is asked, and what a dry run would do. */
export const askedFor = ({ statement, table, matched, refused }: ChangeSummary): string =>
  `${ASKED[statement]} ${counted(matched - refused, table)}`;
