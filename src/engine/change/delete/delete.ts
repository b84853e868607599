import type { CheckedDelete } from '../../../lang/check/checked-ast.js';
import { FlowDeleter } from '../../ctnetlink/requests/copy-flow.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import type { Session } from '../../query/context.js';
import type { Source } from '../../sources/source.js';
import { AffectedRows } from '../affected-rows.js';
import { ChangeRun, executeChange } from '../change-run.js';
import { describeEntry, describeMessage } from '../describe.js';
import { eachMatch, readTarget } from '../matching.js';
import type { ChangeOptions } from '../options.js';
import { type Outcome, RequestBatch } from '../requests/batch.js';
import { BulkSender } from '../requests/bulk-sender.js';
import { deleteEntry, unsendable } from '../requests/entry-request.js';
import { retryInZones, type Unfound } from '../requests/expectation-zones.js';
import { ChangeCounts, type ChangeSummary } from '../summary.js';
import { deleteByFilter, filtersOf } from './filtered-delete.js';

/** Up to so many entries, which one send holds, are deleted by their ids, and counted, even where a filter would name them. */
export const FEW = 200;

/**
 * `delete from … where …`: finds the entries by a dump, checks each by the whole condition, and deletes it by tuple, zone and
 * id while the dump goes on, so that little time passes between the look and the delete. A condition that the kernel decides
 * alone, and was seen to decide rightly, becomes one request instead where it means many entries.
 */
export async function runDelete(
  statement: CheckedDelete,
  session: Session,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const running = new ChangeRun(new ChangeCounts(), session, options);
  return executeChange('delete', statement.table, running, () => new Deletion(statement, running).run());
}

class Deletion {
  readonly #source: Source;
  readonly #shown: AffectedRows;
  readonly #deleter = new FlowDeleter();
  readonly #block: RequestBatch<Uint8Array | undefined>;
  /** Deletes of flows that nobody wants to see. */
  readonly #mass: BulkSender;
  /** Expectations that were not found: those of masters in a zone are found by that only. */
  readonly #unfound: Unfound[] = [];

  constructor(
    readonly statement: CheckedDelete,
    readonly running: ChangeRun,
  ) {
    const { session, options, tally } = running;
    this.#source = session.kernel(statement.place ?? session.place);
    this.#shown = new AffectedRows(statement.table, options.sink, session.environment.now(), session.signal);
    this.#block = new RequestBatch(this.#source, session.signal, (row, { errno, error }, request) => {
      if (errno === 0) {
        tally.deleted++;
        if (row && options.sink) this.#shown.entry(row);
      } else if (errno === ERRNO.ENOENT && row && statement.table === 'expect') this.#unfound.push(row);
      else this.#failed({ errno, error }, request);
    });
    this.#mass = new BulkSender(this.#source, session.signal, this.#deleter, (outcome, request) =>
      this.#failed(outcome, request),
    );
  }

  #failed({ errno, error }: Outcome, request: Uint8Array): void {
    if (errno === ERRNO.ENOENT) this.running.tally.gone++;
    else if (error)
      this.running.refuse(
        () => describeMessage(request),
        () => error,
      );
  }

  async run(): Promise<void> {
    const { statement, running } = this;
    const { sink, dryRun } = running.options;
    const filters = sink || dryRun ? undefined : filtersOf(statement, running.session);
    this.#shown.begin();
    try {
      if (filters === undefined) await this.#deleteMatches();
      else await this.#deleteFiltered(filters);
      await this.#send();
      if (this.#unfound.length > 0) {
        const { found, gone } = await retryInZones(this.#source, this.#unfound, running.session.signal);
        for (const row of found) this.#shown.entry(row);
        running.tally.deleted += found.length;
        running.tally.gone += gone;
      }
    } finally {
      this.#shown.end();
    }
  }

  async #send(): Promise<void> {
    await this.#mass.send(count => {
      this.running.tally.deleted += count;
      this.running.checkStop();
      this.running.progress('deleting');
    });
    await this.#block.send();
    this.running.checkStop();
    this.running.progress('deleting');
    await this.#shown.ready();
  }

  #add(view: MessageView): void {
    if (this.running.options.dryRun) {
      this.#shown.entry(view.copy());
      return;
    }
    const keep = this.running.options.sink !== undefined || this.statement.table === 'expect';
    let request: Uint8Array;
    try {
      const isPlain = this.#deleter.remove(view);
      if (isPlain && !keep) {
        this.#mass.added();
        return;
      }
      request = isPlain ? this.#deleter.request : deleteEntry(view);
    } catch (error) {
      const told = unsendable(error, 'delete an entry');
      this.running.refuse(
        () => describeEntry(view),
        () => told,
      );
      return;
    }
    this.#block.add(request, keep ? view.copy() : undefined);
  }

  async #each(visit: (view: MessageView) => void, between: () => Promise<void> | undefined): Promise<void> {
    const { statement, running } = this;
    const reading = await readTarget(statement, running.session);
    await eachMatch(statement, running.session, reading, running.tally, visit, between);
  }

  #deleteMatches(): Promise<void> {
    return this.#each(
      view => this.#add(view),
      () => this.#between(),
    );
  }

  #between(): Promise<void> | undefined {
    if (this.#block.isDue || this.#mass.isDue) return this.#send();
    if (this.running.tally.matched === 0) this.running.progress('reading', this.running.tally.read);
    return undefined;
  }

  /** Nothing is deleted before it is known whether there are few. */
  async #deleteFiltered(filters: NonNullable<ReturnType<typeof filtersOf>>): Promise<void> {
    const { tally, session } = this.running;
    let count = 0;
    await this.#each(
      view => {
        if (++count <= FEW) this.#add(view);
      },
      () => {
        this.running.progress('counting', count);
        return undefined;
      },
    );
    if (count <= FEW) return;
    this.#block.clear();
    this.#mass.clear();
    // Entries that came though they do not meet the condition: the kernel does not honour the filter.
    const isHonoured = tally.read === tally.matched && (await deleteByFilter(this.#source, filters, session.signal));
    if (isHonoured) {
      tally.deleted = count;
      tally.countedBefore = true;
      return;
    }
    tally.read = 0;
    tally.matched = 0;
    await this.#deleteMatches();
  }
}
