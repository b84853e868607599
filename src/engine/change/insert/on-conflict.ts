import type { CheckedInsert } from '../../../lang/check/checked-ast.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { decodeFlow, type Flow, type FlowChange } from '../../ctnetlink/flow.js';
import { updateFlow } from '../../ctnetlink/requests/changes.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import { CtqError, kernelError } from '../../errors.js';
import type { Source } from '../../sources/source.js';
import type { AffectedRows } from '../affected-rows.js';
import type { ChangeRun } from '../change-run.js';
import { describeMessage } from '../describe.js';
import { RequestBatch } from '../requests/batch.js';
import { getEntry } from '../requests/entry-request.js';
import { type Failed, reportPartialFailure } from '../update/partial-failure.js';

interface Conflict {
  readonly request: Uint8Array;
  /** What stands in the way. */
  current?: Uint8Array;
}

/** What is done about flows that are there already. */
export class Conflicts {
  constructor(
    readonly source: Source,
    readonly running: ChangeRun,
    readonly onConflict: CheckedInsert['onConflict'],
    readonly shown: AffectedRows,
    /** Timeouts are those of copies: one that is fixed stays as it is, and is no reason to refuse the rest. */
    readonly sparesFixed: boolean,
  ) {}

  /** @param requests that were refused with EEXIST */
  async resolve(requests: readonly Uint8Array[]): Promise<void> {
    if (requests.length === 0) return;
    const conflicts = await this.#look(requests);
    const updates = new RequestBatch<Conflict & { change: FlowChange }>(
      this.source,
      this.running.session.signal,
      (conflict, { errno, error }) => {
        if (errno === 0) {
          this.running.tally.updated++;
          return;
        }
        if (errno === ERRNO.ENOENT) this.running.tally.gone++;
        else if (error) failed.push({ row: conflict.current as Uint8Array, change: conflict.change, error });
      },
    );
    const failed: Failed[] = [];
    for (const conflict of conflicts) {
      const wanted = flowIn(conflict.request);
      const current = conflict.current && flowIn(conflict.current);
      if (current === undefined) this.#refuse(conflict, 'its reply tuple, or its translation, is that of another flow');
      else if (!sameTuple(wanted, current)) this.#refuse(conflict, 'the same flow is there in the other direction');
      else if (this.onConflict === 'ignore') this.running.tally.ignored++;
      else this.#update(updates, conflict, wanted, current);
      if (updates.isDue) await updates.send();
    }
    await updates.send();
    await reportPartialFailure(this.source, this.running, failed);
    this.running.checkStop();
  }

  async #look(requests: readonly Uint8Array[]): Promise<Conflict[]> {
    const conflicts = requests.map((request): Conflict => ({ request }));
    const looks = new RequestBatch<Conflict>(
      this.source,
      this.running.session.signal,
      () => {},
      (message, conflict) => {
        conflict.current = message.slice();
      },
    );
    const view = new MessageView();
    for (const conflict of conflicts) {
      view.set(conflict.request, 0);
      looks.add(getEntry(view), conflict);
    }
    await looks.send();
    return conflicts;
  }

  #update(
    updates: RequestBatch<Conflict & { change: FlowChange }>,
    conflict: Conflict,
    wanted: Flow,
    current: Flow,
  ): void {
    const { status = 0, timeout, protoinfo, mark, labels, origSeqadj, replySeqadj, synproxy } = wanted;
    // The kernel refuses a helper that is the same neither, where the entry has none.
    const helper = wanted.helper && wanted.helper.name !== current.helper?.name ? { helper: wanted.helper } : {};
    const isFixed = ((current.status ?? 0) & STATUS_FLAGS.FIXED_TIMEOUT) !== 0;
    const change: FlowChange = {
      ...helper,
      ...(isFixed && this.sparesFixed ? {} : { timeout }),
      ...{ protoinfo, mark, labels, origSeqadj, replySeqadj, synproxy },
      status: (status | (current.status ?? 0)) >>> 0,
    };
    const request = updateFlow(wanted.orig, change, { zone: wanted.zone, ack: false });
    updates.add(request, { ...conflict, change });
  }

  #refuse({ request }: Conflict, message: string): void {
    const error = kernelError(ERRNO.EEXIST, 'create a conntrack entry');
    this.running.refuse(
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

function flowIn(message: Uint8Array): Flow {
  const view = new MessageView();
  view.set(message, 0);
  return decodeFlow(view);
}

const KEYS = ['src', 'dst', 'proto', 'sport', 'dport', 'icmpId', 'icmpType', 'icmpCode'] as const;

/** DCCP of a kernel that has no tracker for it has no ports. */
const sameTuple = ({ orig: a }: Flow, { orig: b }: Flow): boolean =>
  KEYS.every(key => a[key] === b[key] || ((key === 'sport' || key === 'dport') && b[key] === undefined));
