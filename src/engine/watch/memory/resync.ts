import type { WatchEvent } from '../../../lang/checked/statements.js';
import {
  CTA,
  CTA_EXPECT,
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_NEW,
  IPCTNL_MSG_EXP_DELETE,
  IPCTNL_MSG_EXP_NEW,
} from '../../ctnetlink/constants.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../../netlink/constants.js';
import { type FlowMemory, flowKey } from './flow-memory.js';

/** Whether two messages of a flow differ in something for which the kernel sends an event. */
function differs(a: MessageView, b: MessageView): boolean {
  if (a.isExpectation) return false;
  return (
    a.status !== b.status ||
    a.tcpState !== b.tcpState ||
    a.sctpState !== b.sctpState ||
    // A mark of 0 is not part of the message.
    Math.max(a.mark, 0) !== Math.max(b.mark, 0) ||
    a.labels !== b.labels ||
    a.helper !== b.helper
  );
}

/** Turns a message of a dump into the event that the kernel would have sent. */
export function asEvent(message: Uint8Array, event: WatchEvent): Uint8Array {
  const bytes = message.slice();
  const view = new MessageView();
  view.set(bytes, 0);
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const [newType, deleteType] = view.isExpectation
    ? [IPCTNL_MSG_EXP_NEW, IPCTNL_MSG_EXP_DELETE]
    : [IPCTNL_MSG_CT_NEW, IPCTNL_MSG_CT_DELETE];
  header.setUint16(4, event === 'destroy' ? deleteType : newType, true);
  header.setUint16(6, event === 'new' ? NLM_F_CREATE | NLM_F_EXCL : 0, true);
  header.setUint32(8, 0, true);
  header.setUint32(12, 0, true);
  if (event === 'destroy') {
    // A destroy event has no timeout: attribute type 0 is ignored.
    const at = view.at(view.isExpectation ? CTA_EXPECT.TIMEOUT : CTA.TIMEOUT);
    if (at >= 4) header.setUint16(at - 2, 0, true);
  }
  return bytes;
}

interface Difference {
  readonly event: WatchEvent;
  /** Undefined for a destroyed entry, whose last message is in the memory. */
  readonly message?: Uint8Array;
}

/**
 * Compares the table, read again after a loss, with the remembered flows. Events that were queued during the read explain some
 * of the differences: an entry that such an event is about is removed from them.
 */
export class Resync {
  readonly #memory: FlowMemory;
  readonly #differences = new Map<number, Difference>();
  readonly #seen = new Set<number>();
  readonly #old = new MessageView();

  constructor(memory: FlowMemory) {
    this.#memory = memory;
  }

  /** Adds an entry of the table. */
  addEntry(view: MessageView): void {
    const key = flowKey(view);
    if (Number.isNaN(key)) return;
    this.#seen.add(key);
    const known = this.#memory.get(key);
    if (known === undefined) {
      this.#differences.set(key, { event: 'new', message: view.copy() });
      return;
    }
    this.#old.set(known, 0);
    if (differs(this.#old, view)) this.#differences.set(key, { event: 'update', message: view.copy() });
  }

  /** To be called when the whole table has been read. */
  tableRead(): void {
    for (const key of this.#memory.keys()) if (!this.#seen.has(key)) this.#differences.set(key, { event: 'destroy' });
    this.#seen.clear();
  }

  /** To be called for each event. */
  eventSeen(key: number): void {
    this.#differences.delete(key);
  }

  /** The remaining differences as events, to be called when the queued events have come. Updates the memory. */
  *changes(): Generator<Uint8Array> {
    for (const event of ['destroy', 'update', 'new'] as const) {
      for (const [key, difference] of this.#differences) {
        if (difference.event !== event) continue;
        const message = difference.message ?? this.#memory.get(key);
        if (message === undefined) continue;
        const bytes = asEvent(message, event);
        if (event === 'destroy') this.#memory.delete(key);
        else this.#memory.set(key, message);
        yield bytes;
      }
    }
    this.#differences.clear();
  }
}
