import { EncodeError } from '../../ctnetlink/codec/encode-error.js';
import { decodeFlow, type Flow } from '../../ctnetlink/codec/flow.js';
import { decodeTuple, type Tuple } from '../../ctnetlink/codec/tuple.js';
import { deleteExpectation, deleteFlow } from '../../ctnetlink/requests/deletes.js';
import { getFlow } from '../../ctnetlink/requests/requests.js';
import type { TupleView } from '../../ctnetlink/view/tuple-view.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import { CtqError } from '../../errors.js';

/** Requests for the one entry of a view, by tuple and zone, without an ack. */

const zoneOf = (view: MessageView): number => Math.max(view.zone, 0);

function decodeWhole(tuple: TupleView, what: string): Tuple {
  const decoded = decodeTuple(tuple, what);
  if (decoded === undefined) throw new EncodeError(`the entry has no ${what} tuple`);
  return decoded;
}

/**
 * The tuple and zone by which the kernel finds a flow. A flow that has a zone in the reply direction only is found by its
 * original tuple without a zone.
 */
export function flowKeyOf(view: MessageView): { tuple: Tuple; zone: number } {
  return { tuple: decodeWhole(view.orig, 'original'), zone: zoneOf(view) };
}

/**
 * Deletes the entry if it still has the same id.
 * @param masterZone of an expectation: the zone of its master, which the kernel does not report
 */
export function deleteEntry(view: MessageView, masterZone?: number): Uint8Array {
  const id = view.id < 0 ? undefined : view.id;
  if (view.isExpectation) {
    return deleteExpectation(decodeWhole(view.tuple, 'expected'), { id, zone: masterZone ?? zoneOf(view), ack: false });
  }
  const { tuple, zone } = flowKeyOf(view);
  return deleteFlow(tuple, { zone, id, ack: false });
}

/** Reads the flow; with `zero` the kernel zeroes its counters in the same step. */
export function getEntry(view: MessageView, zero = false): Uint8Array {
  const { tuple, zone } = flowKeyOf(view);
  return getFlow(tuple, { zone, zero, ack: false });
}

const scratch = new MessageView();

/** Reads the flow that a message, or a request, is about. */
export function getEntryOf(message: Uint8Array): Uint8Array {
  scratch.set(message, 0);
  return getEntry(scratch);
}

/** The flow of a message or a request. */
export function flowIn(message: Uint8Array): Flow {
  scratch.set(message, 0);
  return decodeFlow(scratch);
}

/** The answer to a single request; empty if the entry does not exist (ENOENT). */
export async function ifFound(exchange: () => Promise<readonly Uint8Array[]>): Promise<readonly Uint8Array[]> {
  try {
    return await exchange();
  } catch (error) {
    if (error instanceof CtqError && error.errno?.number === ERRNO.ENOENT) return [];
    throw error;
  }
}
