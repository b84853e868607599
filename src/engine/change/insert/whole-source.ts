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
const tagOf = readerOf('conntrack', 'orig.vtag');

/** What a flow may have lost in a file, and the kernel requires. */
interface Part {
  isLost(row: MessageView, whole: WholeFile): boolean;
  /** The fields of `set` that give it. */
  readonly fields: RegExp;
  readonly message: string;
  readonly hint: string;
}

const OTHER_FORMATS = 'they are in jsonl, save and extended: write the file again in one of these';

const STATE: Part = {
  // A flow that the kernel has handed over to a flow table is shown without it.
  isLost: (row, { hasStates }) => hasStates && stateOf(row) === null && !isOffloaded(row),
  fields: /^state$/,
  message: 'it has no state: the file may have lost a part of it',
  hint: 'where state is not null leaves such entries out; insert into conntrack set state = ESTABLISHED from … gives them one',
};

const TAGS: Part = {
  isLost: row => stateOf(row) !== null && tagOf(row) === null,
  fields: /vtag$/,
  message: 'it has no verification tags, which the kernel requires beside a state of SCTP',
  hint: 'save and jsonl hold them, other formats do not; insert into conntrack set orig.vtag = 0, reply.vtag = 0 from … inserts it without them',
};

const QUERY_IDS: Part = {
  isLost: ({ orig, reply }) => [orig.icmpType, orig.icmpId, reply.icmpType, reply.icmpId].some(part => part < 0),
  fields: /icmp_/,
  message: 'it has no ICMP type, code and id, which XML, CSV and TSV do not hold',
  hint: OTHER_FORMATS,
};

const GRE_KEYS: Part = {
  isLost: ({ orig, reply }) => orig.sport < 0 || reply.sport < 0,
  fields: /key$/,
  message: 'it has no keys of GRE, which CSV and TSV do not hold',
  hint: OTHER_FORMATS,
};

const PARTS: ReadonlyMap<number, readonly Part[]> = new Map([
  [IPPROTO.TCP, [STATE]],
  [IPPROTO.DCCP, [STATE]],
  [IPPROTO.SCTP, [STATE, TAGS]],
  [IPPROTO.ICMP, [QUERY_IDS]],
  [IPPROTO.ICMPV6, [QUERY_IDS]],
  [IPPROTO.GRE, [GRE_KEYS]],
]);

const isOffloaded = ({ status }: MessageView): boolean => status >= 0 && (status & STATUS_FLAGS.OFFLOAD) !== 0;

/** @throws CtqError for a flow that has lost a part */
export function checkParts(row: MessageView, { set }: CheckedInsert, whole: WholeFile): void {
  const parts = row.isExpectation ? undefined : PARTS.get(row.orig.proto);
  const lost = parts?.find(({ isLost, fields }) => isLost(row, whole) && !set.some(({ field }) => fields.test(field)));
  if (lost !== undefined) throw invalidChange(lost.message, lost.hint);
}
