import type { CheckedUpdate } from '../../../lang/checked/statements.js';
import { decodeFlow, type FlowChange } from '../../ctnetlink/codec/flow.js';
import { updateFlow } from '../../ctnetlink/requests/changes.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import type { QueryContext } from '../../query/context.js';
import type { Source } from '../../sources/source.js';
import { AffectedRows } from '../affected-rows.js';
import { type ChangeOptions, ChangeRun, executeChange } from '../change-run.js';
import { describeEntry } from '../describe.js';
import { invalidChange, toEntryError } from '../errors.js';
import { eachMatch, readingOfTarget, type Target } from '../finding/matching.js';
import { RequestBatch, readEach } from '../requests/batch.js';
import { flowKeyOf, getEntry, getEntryOf } from '../requests/entry-request.js';
import type { ChangeSummary } from '../summary.js';
import { compileAssignments } from '../values/set-values.js';
import { buildFlowChange, requestStatus } from './build-change.js';
import { changesOf } from './field-change.js';
import { type FailedChange, reportPartialFailures } from './partial-failure.js';
import { updateSettings } from './update-settings.js';

interface Pending {
  readonly row: Uint8Array;
  readonly change: FlowChange;
  /** The second attempt, after the status had changed since the dump. */
  readonly isRetry: boolean;
}

/**
 * `update … set … where …`: finds the entries by a dump, computes the change of each, and sends it. The kernel accepts no id
 * with an update: a flow that was created again with the same tuple since the dump is changed instead.
 */
export async function runUpdate(
  statement: CheckedUpdate,
  session: QueryContext,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const { table, set, where, place, limit } = statement;
  const run = new ChangeRun(session, options);
  if (table === 'sysctl') return executeChange('update', table, run, () => updateSettings(statement, run));
  if (table === 'expect')
    throw invalidChange(
      'expectations cannot be updated',
      'insert into expect … on conflict update sets the timeout of one',
    );
  const target: Target = { table, where, place, limit };
  return executeChange('update', table, run, async () => {
    const update = new Update(session.source(place ?? session.place), run);
    const reading = await readingOfTarget(
      target,
      session,
      set.map(each => each.value),
    );
    const assign = compileAssignments(table, set, reading);
    await update.execute(visit =>
      eachMatch(
        target,
        run,
        reading,
        row =>
          visit(row, () => {
            const values = assign(row);
            const change = buildFlowChange(values, decodeFlow(row));
            run.preview(() => ({ kind: 'flow', view: row, changes: changesOf(row, set, values) }));
            return change;
          }),
        () => update.between(),
      ),
    );
  });
}

class Update {
  readonly #batch: RequestBatch<Pending>;
  readonly #affected: AffectedRows;
  #failed: FailedChange[] = [];
  #updated: Uint8Array[] = [];
  #retries: Pending[] = [];

  constructor(
    readonly source: Source,
    readonly run: ChangeRun,
  ) {
    const { counts, options, session } = run;
    this.#affected = new AffectedRows('conntrack', options.sink, session.environment.now(), session.signal);
    this.#batch = new RequestBatch(source, session.signal, (pending, { errno, error }) => {
      const { row, change, isRetry } = pending;
      if (errno === 0) {
        counts.updated++;
        if (options.sink) this.#updated.push(row);
      } else if (errno === ERRNO.ENOENT) counts.gone++;
      else if (errno === ERRNO.EBUSY && change.status !== undefined && !isRetry) this.#retries.push(pending);
      else if (error) this.#failed.push({ row, change, error });
    });
  }

  async execute(each: (visit: (row: MessageView, change: () => FlowChange) => void) => Promise<void>): Promise<void> {
    this.#affected.begin();
    try {
      await each((row, change) => this.#add(row, change));
      await this.#send();
    } finally {
      this.#affected.end();
    }
  }

  between(): Promise<void> | undefined {
    return this.#batch.isDue ? this.#send() : undefined;
  }

  #add(row: MessageView, build: () => FlowChange): void {
    let change: FlowChange;
    try {
      change = build();
    } catch (error) {
      this.run.refuse(() => describeEntry(row), toEntryError(error, 'update a conntrack entry'));
      return;
    }
    if (this.run.options.dryRun) this.#affected.entry(row.copy());
    else this.#addRequest(row, change, false);
  }

  #addRequest(row: MessageView, change: FlowChange, isRetry: boolean): void {
    const { tuple, zone } = flowKeyOf(row);
    this.#batch.add(updateFlow(tuple, change, { zone, ack: false }), { row: row.copy(), change, isRetry });
  }

  async #send(): Promise<void> {
    await this.#batch.send();
    await this.#retry();
    await reportPartialFailures(this.source, this.run, this.#failed.splice(0));
    await this.#show();
    this.run.checkStop();
    this.run.progress('updating');
  }

  /** A packet may have set a status bit (SEEN_REPLY, ASSURED) since the dump: sends the change again with the current status. */
  async #retry(): Promise<void> {
    const retries = this.#retries.splice(0);
    if (retries.length === 0) return;
    const view = new MessageView();
    const reads = new RequestBatch<Pending>(
      this.source,
      this.run.session.signal,
      (_pending, { errno }) => {
        if (errno === ERRNO.ENOENT) this.run.counts.gone++;
      },
      (message, { row, change }) => {
        view.set(message, 0);
        const status = requestStatus(change.status ?? 0, view.status);
        view.set(row, 0);
        this.#addRequest(view, { ...change, status }, true);
      },
    );
    for (const pending of retries) {
      view.set(pending.row, 0);
      reads.add(getEntry(view), pending);
    }
    await reads.send();
    await this.#batch.send();
  }

  /** Shows the updated entries as the kernel has them now. */
  async #show(): Promise<void> {
    const rows = this.#updated.splice(0);
    if (rows.length === 0) return;
    await readEach(this.source, this.run.session.signal, rows, getEntryOf, message => this.#affected.entry(message));
    await this.#affected.ready();
  }
}
