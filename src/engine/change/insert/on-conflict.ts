import type { CheckedInsert } from '../../../lang/checked/statements.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Flow, FlowChange } from '../../ctnetlink/codec/flow.js';
import { updateFlow } from '../../ctnetlink/requests/changes.js';
import { ERRNO } from '../../errno.js';
import { CtqError, kernelError } from '../../errors.js';
import type { Source } from '../../sources/source.js';
import type { ChangeRun } from '../change-run.js';
import { describeMessage } from '../describe.js';
import { RequestBatch, readEach } from '../requests/batch.js';
import { flowIn, getEntryOf } from '../requests/entry-request.js';
import { type FailedChange, reportPartialFailures } from '../update/partial-failure.js';

interface Conflict {
  readonly request: Uint8Array;
  /** The existing entry. */
  current?: Uint8Array;
}

/** `on conflict ignore` and `on conflict update` of flows: handles inserts that the kernel refused with EEXIST. */
export class ConflictResolver {
  constructor(
    readonly source: Source,
    readonly run: ChangeRun,
    readonly onConflict: CheckedInsert['onConflict'],
    /** Do not change a fixed timeout, since the kernel would refuse the whole update for it. */
    readonly keepsFixedTimeout: boolean,
  ) {}

  /** @param requests that were refused with EEXIST */
  async resolve(requests: readonly Uint8Array[]): Promise<void> {
    if (requests.length === 0) return;
    const { session, counts } = this.run;
    const conflicts = requests.map((request): Conflict => ({ request }));
    const request = (conflict: Conflict): Uint8Array => getEntryOf(conflict.request);
    await readEach(this.source, session.signal, conflicts, request, (message, conflict) => {
      conflict.current = message.slice();
    });
    const failed: FailedChange[] = [];
    const updates = new RequestBatch<Conflict & { change: FlowChange }>(
      this.source,
      session.signal,
      ({ current, change }, { errno, error }) => {
        if (errno === 0) counts.updated++;
        else if (errno === ERRNO.ENOENT) counts.gone++;
        else if (error) failed.push({ row: current as Uint8Array, change, error });
      },
    );
    for (const conflict of conflicts) {
      const wanted = flowIn(conflict.request);
      const current = conflict.current && flowIn(conflict.current);
      const reason = otherFlow(wanted, current);
      if (reason !== undefined) refuseConflict(this.run, conflict.request, reason);
      else if (this.onConflict === 'ignore') counts.ignored++;
      else {
        const change = changeByConflict(wanted, current as Flow, this.keepsFixedTimeout);
        updates.add(updateFlow(wanted.orig, change, { zone: wanted.zone, ack: false }), { ...conflict, change });
      }
      if (updates.isDue) await updates.send();
    }
    await updates.send();
    await reportPartialFailures(this.source, this.run, failed);
    this.run.checkStop();
  }
}

/** What `on conflict update` changes of an existing flow. */
export function changeByConflict(wanted: Flow, current: Flow, keepsFixedTimeout: boolean): FlowChange {
  const { status = 0, timeout, protoinfo, mark, labels, origSeqadj, replySeqadj, synproxy } = wanted;
  // The kernel may refuse a helper for an existing entry: it is sent only if it differs.
  const helper = wanted.helper?.name === current.helper?.name ? undefined : wanted.helper;
  const isFixed = ((current.status ?? 0) & STATUS_FLAGS.FIXED_TIMEOUT) !== 0;
  return {
    helper,
    timeout: isFixed && keepsFixedTimeout ? undefined : timeout,
    ...{ protoinfo, mark, labels, origSeqadj, replySeqadj, synproxy },
    status: (status | (current.status ?? 0)) >>> 0,
  };
}

/**
 * Why what exists is not the flow that is to be inserted; undefined if it is.
 * @param current what its original tuple finds
 */
export function otherFlow(wanted: Flow, current: Flow | undefined): string | undefined {
  if (current === undefined) return 'its reply tuple, or its translation, is that of another flow';
  return isSameTuple(wanted, current) ? undefined : 'the same flow exists in the other direction';
}

/** The kernel's refusal of a flow that exists, where no `on conflict` says what to do. */
export const existsError = (error = kernelError(ERRNO.EEXIST, 'create a conntrack entry')): CtqError =>
  new CtqError({
    ...error.asData,
    hint: 'on conflict ignore leaves it unchanged; on conflict update changes it',
  });

/** Refuses a flow for what `otherFlow` says. */
export function refuseConflict(run: ChangeRun, request: Uint8Array, reason: string): void {
  run.refuse(
    () => describeMessage(request),
    () =>
      new CtqError({
        ...kernelError(ERRNO.EEXIST, 'create a conntrack entry').asData,
        message: `cannot create a conntrack entry: ${reason} (EEXIST)`,
        hint: undefined,
      }),
  );
}

const KEYS = ['src', 'dst', 'proto', 'sport', 'dport', 'icmpId', 'icmpType', 'icmpCode'] as const;

/** A kernel without a tracker for the protocol (DCCP since 6.17) stores no ports. */
const isSameTuple = ({ orig: a }: Flow, { orig: b }: Flow): boolean =>
  KEYS.every(key => a[key] === b[key] || ((key === 'sport' || key === 'dport') && b[key] === undefined));
