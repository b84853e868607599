import { AGGREGATE_FUNCTIONS } from '../../../../lang/functions/registry.js';
import type { FileTable } from '../../../../lang/schema/places.js';
import { CtqError } from '../../../errors.js';
import type { Chunk } from '../../../netlink/messages/streams.js';
import { selectMessages, tableAt } from '../../../sources/snapshot/table-messages.js';
import type { QueryContext } from '../../context.js';
import type { Plan } from '../../plan/plan.js';

/** What a table holds: one, and several. */
const WORDS = {
  conntrack: ['flow', 'flows'],
  expect: ['expectation', 'expectations'],
  stats: ['CPU with statistics', 'statistics of connection tracking'],
  expect_stats: ['CPU with statistics', 'statistics of expectations'],
} as const satisfies Record<FileTable, readonly [string, string]>;

/** Files have these together, and a query reads one of them. */
const STATISTICS: ReadonlySet<FileTable> = new Set(['stats', 'expect_stats']);

/**
 * The messages of a snapshot file. A file may hold flows, expectations or both; a query that reads fields gets only the entries of its
 * own table, and a warning about the others.
 * @throws CtqError if the file holds only entries of another table
 */
export async function* fileMessages(plan: Plan, path: string, session: QueryContext): AsyncGenerator<Chunk> {
  const table = plan.table as FileTable;
  const both = takesBoth(plan);
  let kept = 0;
  const others = new Map<FileTable, number>();
  const count = (bytes: Uint8Array, at: number): void => {
    const other = tableAt(bytes, at);
    others.set(other, (others.get(other) ?? 0) + 1);
  };
  const isOwn = (bytes: Uint8Array, at: number): boolean => tableAt(bytes, at) === table;
  const rows = session.snapshot(path, isIdentified(plan) ? 'all' : plan.fields, session.wholeFile);
  for await (const chunk of rows) {
    // Statistics are in files of their own.
    const isWhole = chunk.table === table || (both && !STATISTICS.has(tableAt(chunk.bytes, 0)));
    const own = isWhole ? chunk.bytes : selectMessages(chunk.bytes, isOwn, count);
    kept += own.length;
    if (own.length > 0) yield { bytes: own, taken: chunk.taken, file: chunk.file ?? path };
  }
  if (rows.unread !== undefined && session.wholeFile === undefined) session.unread?.(rows.unread);
  for (const [other, n] of others) {
    if (STATISTICS.has(other) && STATISTICS.has(table)) continue;
    report(table, other, n, kept > 0, path, session);
  }
}

/** @throws CtqError if nothing of the query's own table was found */
function report(
  table: FileTable,
  other: FileTable,
  count: number,
  hasOwn: boolean,
  path: string,
  session: QueryContext,
): void {
  const [one, several] = WORDS[other];
  const hint = other === 'conntrack' ? `select from '${path}'` : `select from ${other} in file '${path}'`;
  if (!hasOwn) {
    throw new CtqError({
      code: 'snapshot-other-table',
      kind: 'input',
      message: `'${path}' holds ${several}, not ${WORDS[table][1]}`,
      hint,
    });
  }
  const words = count === 1 ? `${one} in '${path}' is` : `${several} in '${path}' are`;
  session.warn(`${count} ${words} left out`, hint);
}

/**
 * Whether a query recognises rows by fields that it does not name: from run to run of a repeated query by tuple and id; for a join
 * without `on` by the master.
 */
const isIdentified = ({ select: { every, joins, grouping } }: Plan): boolean =>
  every !== undefined ||
  joins.some(({ on }) => on === undefined) ||
  grouping?.aggregates.some(({ name }) => AGGREGATE_FUNCTIONS[name].isOverTime) === true;

/** Without columns and conditions, entries of both tables are shown. */
const takesBoth = ({ select, where, fields }: Plan): boolean =>
  select.from.kind === 'file' &&
  fields === 'all' &&
  where === undefined &&
  select.orderBy.length === 0 &&
  select.joins.length === 0;
