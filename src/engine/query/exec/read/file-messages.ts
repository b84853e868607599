import { NFNL_SUBSYS_CTNETLINK_EXP } from '../../../ctnetlink/constants.js';
import { CtqError } from '../../../errors.js';
import { host32 } from '../../../netlink/messages/framing.js';
import type { Chunk } from '../../../netlink/messages/streams.js';
import type { QueryContext } from '../../context.js';
import type { Plan } from '../../plan/plan.js';

const ONE = { conntrack: 'flow', expect: 'expectation' } as const;
const WORDS = { conntrack: 'flows', expect: 'expectations' } as const;

/**
 * The messages of a snapshot file. A file may hold flows, expectations or both; a query that reads fields gets only the entries of its
 * own table, and a warning about the others.
 * @throws CtqError if the file holds only entries of the other table
 */
export async function* fileMessages(plan: Plan, path: string, session: QueryContext): AsyncGenerator<Chunk> {
  // Rows of a repeated query are recognised from run to run by their tuples and ids.
  const rows = session.snapshot(path, plan.select.every === undefined ? plan.fields : 'all');
  if (takesBoth(plan)) {
    yield* rows;
    return;
  }
  const table = plan.table === 'expect' ? 'expect' : 'conntrack';
  let kept = 0;
  let others = 0;
  for await (const { bytes } of rows) {
    const own = messagesOfTable(bytes, table === 'expect');
    kept += own.length;
    others += bytes.length === own.length ? 0 : countMessages(bytes) - countMessages(own);
    if (own.length > 0) yield { bytes: own };
  }
  if (others === 0) return;
  const other = table === 'expect' ? 'conntrack' : 'expect';
  const hint = other === 'expect' ? `select from expect in file '${path}'` : `select from '${path}'`;
  if (kept > 0) {
    session.warn(
      `${others} ${others === 1 ? `${ONE[other]} in '${path}' is` : `${WORDS[other]} in '${path}' are`} left out`,
      hint,
    );
    return;
  }
  throw new CtqError({
    code: 'snapshot-other-table',
    kind: 'input',
    message: `'${path}' holds ${WORDS[other]}, not ${WORDS[table]}`,
    hint,
  });
}

/** Without columns and conditions, entries of both tables are shown. */
const takesBoth = ({ select, where, fields }: Plan): boolean =>
  select.from.kind === 'file' &&
  fields === 'all' &&
  where === undefined &&
  select.orderBy.length === 0 &&
  select.joins.length === 0;

const isExpectation = (bytes: Uint8Array, at: number): boolean => bytes[at + 5] === NFNL_SUBSYS_CTNETLINK_EXP;

/** Offset of the next message. */
const next = (bytes: Uint8Array, at: number): number => at + ((host32(bytes, at) + 3) & ~3);

function countMessages(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at = next(bytes, at)) count++;
  return count;
}

/** The messages of one table; the same array if there are no others. */
function messagesOfTable(bytes: Uint8Array, expectations: boolean): Uint8Array {
  let isPure = true;
  for (let at = 0; at < bytes.length && isPure; at = next(bytes, at))
    isPure = isExpectation(bytes, at) === expectations;
  if (isPure) return bytes;
  const part = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = next(bytes, at);
    if (isExpectation(bytes, at) === expectations) {
      part.set(bytes.subarray(at, end), length);
      length += end - at;
    }
    at = end;
  }
  return part.subarray(0, length);
}
