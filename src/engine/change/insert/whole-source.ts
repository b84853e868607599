/**
 * What a file must have so that its entries are inserted. A select goes on where a part of a file cannot be read; the copies would be those of
 * a part of a table, or have lost a part of themselves.
 */

import type { CheckedInsert } from '../../../lang/checked/statements.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { CtqError } from '../../errors.js';
import type { WholeFile } from '../../formats/reading/report/parse-report.js';
import { invalidChange } from '../errors.js';

const UNREAD = 'insert-unread';

/** What can be read of a file can be inserted once it has been looked at. */
const hintFor = (path: string): string =>
  `correct the file, or write what can be read of it to another, look at that, and insert from it: select from '${path}' output save to 'readable.save'`;

/** The error of a file whose entries are not inserted to its end. */
export const sourceError = (message: string, hint: string): CtqError =>
  new CtqError({ code: UNREAD, kind: 'input', message, hint });

export const wholeSource = (): WholeFile => ({
  hasStates: false,
  refuse(path, message, hint) {
    const given = hint?.replace('FILE', () => `'${path.replaceAll("'", "'\\''")}'`);
    throw sourceError(message, given ?? hintFor(path.replaceAll("'", "''")));
  },
});

/** The error of a file that cannot be read to its end, with what was done until then. */
export function withCount(error: unknown, created: number): unknown {
  if (!(error instanceof CtqError) || error.code !== UNREAD) return error;
  const entries = created === 1 ? '1 entry was' : `${created} entries were`;
  const done = created === 0 ? 'nothing was inserted' : `${entries} inserted before`;
  return new CtqError({ ...error.asData, message: `${error.message}; ${done}`, cause: error });
}

const stateOf = readerOf('conntrack', 'state');

const WITH_STATE: ReadonlySet<number> = new Set([IPPROTO.TCP, IPPROTO.SCTP, IPPROTO.DCCP]);

/** @throws CtqError for a flow without a state in a format that always has one: a part of it was lost */
export function checkState(row: MessageView, { set }: CheckedInsert, { hasStates }: WholeFile): void {
  if (!hasStates || row.isExpectation || stateOf(row) !== null || !WITH_STATE.has(row.orig.proto)) return;
  // A flow that the kernel has handed over to a flow table is shown without it.
  const isOffloaded = row.status >= 0 && (row.status & STATUS_FLAGS.OFFLOAD) !== 0;
  if (isOffloaded || set.some(({ field }) => field === 'state')) return;
  throw invalidChange(
    'it has no state: the file may have lost a part of it',
    'where state is not null leaves such entries out; insert into conntrack set state = ESTABLISHED from … gives them one',
  );
}
