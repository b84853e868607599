import type { WatchEvent } from '../../lang/check/checked-ast.js';
import {
  CTA,
  CTA_EXPECT,
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_NEW,
  IPCTNL_MSG_EXP_DELETE,
  IPCTNL_MSG_EXP_NEW,
} from '../ctnetlink/constants.js';
import { MessageView } from '../ctnetlink/view/view.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js';
import { type FlowMemory, flowKey } from './flow-memory.js';

/** Whether two messages of a flow tell of something that the kernel would have told an event of. */
function differs(a: MessageView, b: MessageView): boolean {
  if (a.isExpectation) return false;
  return (
    a.status !== b.status ||
    a.tcpState !== b.tcpState ||
    a.sctpState !== b.sctpState ||
    // A message leaves out a mark of 0.
    Math.max(a.mark, 0) !== Math.max(b.mark, 0) ||
    a.labels !== b.labels ||
    a.helper !== b.helper
  );
}

/** The message of an entry as the kernel would tell of it in an event. */
export function asEvent(message: Uint8Array, event: WatchEvent): Uint8Array {
  const bytes = message.slice();
  const view = new MessageView();
  view.set(bytes, 0);
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const [made, gone] = view.isExpectation
    ? [IPCTNL_MSG_EXP_NEW, IPCTNL_MSG_EXP_DELETE]
    : [IPCTNL_MSG_CT_NEW, IPCTNL_MSG_CT_DELETE];
  header.setUint16(4, event === 'destroy' ? gone : made, true);
  header.setUint16(6, event === 'new' ? NLM_F_CREATE | NLM_F_EXCL : 0, true);
  header.setUint32(8, 0, true);
  header.setUint32(12, 0, true);
  if (event === 'destroy') {
    // What is gone has no time left; number 0 is no attribute.
    const at = view.at(view.isExpectation ? CTA_EXPECT.TIMEOUT : CTA.TIMEOUT);
    if (at >= 4) header.setUint16(at - 2, 0, true);
  }
  return bytes;
}

interface Difference {
  readonly event: WatchEvent;
  /** Undefined of what is gone: the memory has it. */
  readonly message?: Uint8Array;
}

/**
 * What a new look at the table shows that the events did not. Events that were queued while the table was read explain some
 * of the differences: they are waited for, and an entry that they tell of is no difference any more.
 */
export class Resync {
  readonly #memory: FlowMemory;
  readonly #differences = new Map<number, Difference>();
  readonly #seen = new Set<number>();
  readonly #old = new MessageView();

  constructor(memory: FlowMemory) {
    this.#memory = memory;
  }

  /** An entry of the table. */
  see(view: MessageView): void {
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

  /** The table was read to its end. */
  seenAll(): void {
    for (const key of this.#memory.keys()) if (!this.#seen.has(key)) this.#differences.set(key, { event: 'destroy' });
    this.#seen.clear();
  }

  /** An event tells of the entry. */
  told(key: number): void {
    this.#differences.delete(key);
  }

  /** All events that were queued meanwhile have come: what is left is told, and remembered. */
  *settle(): Generator<Uint8Array> {
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
