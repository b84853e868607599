import { NFNL_SUBSYS_CTNETLINK_EXP } from '../../../ctnetlink/constants.js';
import { CtqError } from '../../../errors.js';
import { host32 } from '../../../netlink/framing.js';
import type { Chunk } from '../../../netlink/streams.js';
import type { Session } from '../../context.js';
import type { Plan } from '../../plan/plan.js';

const ONE = { conntrack: 'flow', expect: 'expectation' } as const;
const WORDS = { conntrack: 'flows', expect: 'expectations' } as const;

/**
 * The rows of a snapshot. A file does not say beforehand whose entries it holds, and a log may hold both: what a query reads the
 * fields of must be of its own table.
 * @throws CtqError where the file holds entries of the other table only
 */
export async function* fileMessages(plan: Plan, path: string, session: Session): AsyncGenerator<Chunk> {
  const rows = session.snapshot(path);
  if (takesBoth(plan)) {
    yield* rows;
    return;
  }
  const table = plan.table === 'expect' ? 'expect' : 'conntrack';
  let kept = 0;
  let others = 0;
  for await (const { bytes } of rows) {
    const own = partOf(bytes, table === 'expect');
    kept += own.length;
    others += bytes.length === own.length ? 0 : messagesIn(bytes) - messagesIn(own);
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

/** Whole entries of which nothing is asked can be of either table. */
const takesBoth = ({ select, where, fields }: Plan): boolean =>
  select.from.kind === 'file' &&
  fields === 'all' &&
  where === undefined &&
  select.orderBy.length === 0 &&
  select.joins.length === 0;

const isExpectation = (bytes: Uint8Array, at: number): boolean => bytes[at + 5] === NFNL_SUBSYS_CTNETLINK_EXP;

/** Where the next message begins. */
const next = (bytes: Uint8Array, at: number): number => at + ((host32(bytes, at) + 3) & ~3);

function messagesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at = next(bytes, at)) count++;
  return count;
}

/** The messages of one table; the same bytes where there are no others. */
function partOf(bytes: Uint8Array, expectations: boolean): Uint8Array {
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
