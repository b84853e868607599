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
      if (current === undefined) this.#refuse(conflict, 'its reply tuple, or its translation, is that of another flow');
      else if (!isSameTuple(wanted, current)) this.#refuse(conflict, 'the same flow exists in the other direction');
      else if (this.onConflict === 'ignore') counts.ignored++;
      else {
        const change = this.#changeOf(wanted, current);
        updates.add(updateFlow(wanted.orig, change, { zone: wanted.zone, ack: false }), { ...conflict, change });
      }
      if (updates.isDue) await updates.send();
    }
    await updates.send();
    await reportPartialFailures(this.source, this.run, failed);
    this.run.checkStop();
  }

  #changeOf(wanted: Flow, current: Flow): FlowChange {
    const { status = 0, timeout, protoinfo, mark, labels, origSeqadj, replySeqadj, synproxy } = wanted;
    // The kernel may refuse a helper for an existing entry: it is sent only if it differs.
    const helper = wanted.helper?.name === current.helper?.name ? undefined : wanted.helper;
    const isFixed = ((current.status ?? 0) & STATUS_FLAGS.FIXED_TIMEOUT) !== 0;
    return {
      helper,
      timeout: isFixed && this.keepsFixedTimeout ? undefined : timeout,
      ...{ protoinfo, mark, labels, origSeqadj, replySeqadj, synproxy },
      status: (status | (current.status ?? 0)) >>> 0,
    };
  }

  #refuse({ request }: Conflict, message: string): void {
    const error = kernelError(ERRNO.EEXIST, 'create a conntrack entry');
    this.run.refuse(
      () => describeMessage(request),
      () =>
        new CtqError({
          ...error.asData,
          message: `cannot create a conntrack entry: ${message} (EEXIST)`,
          hint: undefined,
        }),
    );
  }
}

const KEYS = ['src', 'dst', 'proto', 'sport', 'dport', 'icmpId', 'icmpType', 'icmpCode'] as const;

/** A kernel without a tracker for the protocol (DCCP since 6.17) stores no ports. */
const isSameTuple = ({ orig: a }: Flow, { orig: b }: Flow): boolean =>
  KEYS.every(key => a[key] === b[key] || ((key === 'sport' || key === 'dport') && b[key] === undefined));
