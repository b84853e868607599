import { EncodeError } from '../../ctnetlink/encode-error.js';
import { deleteExpectation, deleteFlow } from '../../ctnetlink/requests/deletes.js';
import { getFlow } from '../../ctnetlink/requests/requests.js';
import { decodeTuple, type Tuple } from '../../ctnetlink/tuple.js';
import type { TupleView } from '../../ctnetlink/view/tuple-view.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { WireError } from '../../ctnetlink/wire-error.js';
import { CtqError } from '../../errors.js';

/** Requests for the one entry that a view stands on, by tuple and zone; none asks for an ack. */

const zoneOf = (view: MessageView): number => Math.max(view.zone, 0);

function whole(tuple: TupleView, what: string): Tuple {
  const decoded = decodeTuple(tuple, what);
  if (decoded === undefined) throw new EncodeError(`an entry without its ${what} tuple`);
  return decoded;
}

/**
 * The tuple and zone by which the kernel finds a flow again. One that has a zone in the reply direction only is found by its
 * original tuple without a zone.
 */
export function flowKeyOf(view: MessageView): { tuple: Tuple; zone: number } {
  return { tuple: whole(view.orig, 'original'), zone: zoneOf(view) };
}

/**
 * Deletes this entry and no other: its id must be the same still.
 * @param zone of an expectation: the zone of its master, which the kernel does not tell
 */
export function deleteEntry(view: MessageView, zone?: number): Uint8Array {
  const id = view.id < 0 ? {} : { id: view.id };
  if (view.isExpectation) {
    return deleteExpectation(whole(view.tuple, 'expected'), { ...id, zone: zone ?? zoneOf(view), ack: false });
  }
  const { tuple, zone: both } = flowKeyOf(view);
  return deleteFlow(tuple, { zone: both, ...id, ack: false });
}

/** Reads the entry, and with `zero` sets its counters to zero in the same step. */
export function getEntry(view: MessageView, zero = false): Uint8Array {
  const { tuple, zone } = flowKeyOf(view);
  return getFlow(tuple, { zone, zero, ack: false });
}

/** What cannot be put into a request, as an error of an entry; anything else is thrown on. */
export function unsendable(error: unknown, operation: string): CtqError {
  if (error instanceof CtqError) return error;
  if (!(error instanceof EncodeError) && !(error instanceof WireError)) throw error;
  return new CtqError({
    code: 'unsendable',
    kind: 'statement',
    message: `cannot ${operation}: ${error.message}`,
    operation,
    cause: error,
  });
}
