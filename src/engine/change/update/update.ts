import type { CheckedUpdate } from '../../../lang/check/checked-ast.js';
import { decodeFlow, type FlowChange } from '../../ctnetlink/flow.js';
import { updateFlow } from '../../ctnetlink/requests/changes.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import type { Session } from '../../query/context.js';
import type { Source } from '../../sources/source.js';
import { AffectedRows } from '../affected-rows.js';
import { ChangeRun, executeChange } from '../change-run.js';
import { describeEntry } from '../describe.js';
import { eachMatch, readTarget, type Target } from '../matching.js';
import type { ChangeOptions } from '../options.js';
import { RequestBatch } from '../requests/batch.js';
import { flowKeyOf, getEntry, unsendable } from '../requests/entry-request.js';
import { ChangeCounts, type ChangeSummary } from '../summary.js';
import { invalidChange } from '../values/invalid-change.js';
import { compileAssignments } from '../values/set-values.js';
import { changeOf, wholeStatus } from './change-of.js';
import { type Failed, reportPartialFailure } from './partial-failure.js';
import { updateSettings } from './update-settings.js';

interface Pending {
  readonly row: Uint8Array;
  readonly change: FlowChange;
  /** A second attempt: the status had changed since the look. */
  readonly again: boolean;
}

/**
 * `update … set … where …`: finds the entries by a dump, computes of each what it becomes, and changes it. The kernel knows
 * no guard for that: a flow that was made anew with the same tuple since the look is changed instead.
 */
export async function runUpdate(
  statement: CheckedUpdate,
  session: Session,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const { table, set, where, place, limit } = statement;
  const running = new ChangeRun(new ChangeCounts(), session, options);
  if (table === 'sysctl') return executeChange('update', table, running, () => updateSettings(statement, running));
  if (table === 'expect')
    throw invalidChange(
      'expectations cannot be updated',
      'insert into expect … on conflict update sets the timeout of one',
    );
  const target: Target = { table, where, ...(place ? { place } : {}), ...(limit === undefined ? {} : { limit }) };
  return executeChange('update', table, running, async () => {
    const update = new Update(session.kernel(place ?? session.place), running);
    const reading = await readTarget(
      target,
      session,
      set.map(each => each.value),
    );
    const assign = compileAssignments(table, set, reading);
    await update.run(visit =>
      eachMatch(
        target,
        session,
        reading,
        running.tally,
        row => visit(row, () => changeOf(assign(row), decodeFlow(row))),
        () => update.between(),
      ),
    );
  });
}

class Update {
  readonly #block: RequestBatch<Pending>;
  readonly #shown: AffectedRows;
  #failed: Failed[] = [];
  #updated: Uint8Array[] = [];
  #retries: Pending[] = [];

  constructor(
    readonly source: Source,
    readonly running: ChangeRun,
  ) {
    const { tally, options, session } = running;
    this.#shown = new AffectedRows('conntrack', options.sink, session.environment.now(), session.signal);
    this.#block = new RequestBatch(source, session.signal, (pending, { errno, error }) => {
      const { row, change, again } = pending;
      if (errno === 0) {
        tally.updated++;
        if (options.sink) this.#updated.push(row);
      } else if (errno === ERRNO.ENOENT) tally.gone++;
      else if (errno === ERRNO.EBUSY && change.status !== undefined && !again) this.#retries.push(pending);
      else if (error) this.#failed.push({ row, change, error });
    });
  }

  async run(each: (visit: (row: MessageView, change: () => FlowChange) => void) => Promise<void>): Promise<void> {
    this.#shown.begin();
    try {
      await each((row, change) => this.#add(row, change));
      await this.#send();
    } finally {
      this.#shown.end();
    }
  }

  between(): Promise<void> | undefined {
    return this.#block.isDue ? this.#send() : undefined;
  }

  #add(row: MessageView, change: () => FlowChange): void {
    let made: FlowChange;
    try {
      made = change();
    } catch (error) {
      const told = unsendable(error, 'update a conntrack entry');
      this.running.refuse(
        () => describeEntry(row),
        () => told,
      );
      return;
    }
    if (this.running.options.dryRun) this.#shown.entry(row.copy());
    else this.#enter(row, made, false);
  }

  #enter(row: MessageView, change: FlowChange, again: boolean): void {
    const { tuple, zone } = flowKeyOf(row);
    this.#block.add(updateFlow(tuple, change, { zone, ack: false }), { row: row.copy(), change, again });
  }

  async #send(): Promise<void> {
    await this.#block.send();
    await this.#retry();
    await reportPartialFailure(this.source, this.running, this.#failed.splice(0));
    await this.#show();
    this.running.checkStop();
    this.running.progress('updating');
  }

  /** A packet may have set a bit since the look (SEEN_REPLY, ASSURED): once more, with the status that is now. */
  async #retry(): Promise<void> {
    const retries = this.#retries.splice(0);
    if (retries.length === 0) return;
    const view = new MessageView();
    const looks = new RequestBatch<Pending>(
      this.source,
      this.running.session.signal,
      (_pending, { errno }) => {
        if (errno === ERRNO.ENOENT) this.running.tally.gone++;
      },
      (message, { row, change }) => {
        view.set(message, 0);
        const status = wholeStatus(change.status ?? 0, view.status);
        view.set(row, 0);
        this.#enter(view, { ...change, status }, true);
      },
    );
    for (const pending of retries) {
      view.set(pending.row, 0);
      looks.add(getEntry(view), pending);
    }
    await looks.send();
    await this.#block.send();
  }

  /** The entries as they are now. */
  async #show(): Promise<void> {
    const rows = this.#updated.splice(0);
    if (rows.length === 0) return;
    const view = new MessageView();
    const block = new RequestBatch<undefined>(
      this.source,
      this.running.session.signal,
      () => {},
      message => this.#shown.entry(message),
    );
    for (const row of rows) {
      view.set(row, 0);
      block.add(getEntry(view), undefined);
    }
    await block.send();
    await this.#shown.ready();
  }
}
