import type { CheckedDelete } from '../../../lang/checked/statements.js';
import { FlowDeleter } from '../../ctnetlink/requests/copy-flow.js';
import type { KernelFilter } from '../../ctnetlink/requests/kernel-filter.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import type { QueryContext } from '../../query/context.js';
import type { Source } from '../../sources/source.js';
import { AffectedRows } from '../affected-rows.js';
import { type ChangeOptions, ChangeRun, executeChange } from '../change-run.js';
import { describeEntry, describeMessage } from '../describe.js';
import { toEntryError } from '../errors.js';
import { eachMatch, readingOfTarget } from '../finding/matching.js';
import { type Outcome, RequestBatch } from '../requests/batch.js';
import { BulkSender } from '../requests/bulk-sender.js';
import { deleteEntry } from '../requests/entry-request.js';
import { deleteInMasterZones } from '../requests/expectation-zones.js';
import type { ChangeSummary } from '../summary.js';
import { deleteByFilter, deleteFilters } from './filtered-delete.js';

/** Up to this many entries, which one send holds, are deleted and counted one by one even if a filter could delete them. */
export const MAX_SINGLE_DELETES = 200;

/**
 * `delete from … where …`: finds the entries by a dump, checks each by the whole condition, and deletes it by tuple, zone and
 * id while the dump continues, so that little time passes between the check and the delete. If the kernel can evaluate the
 * whole condition, which is tested first, and many entries match, one request deletes them all instead.
 *
 * A delete without `where` is refused by the checker (src/lang/check/mutations.ts).
 */
export async function runDelete(
  statement: CheckedDelete,
  session: QueryContext,
  options: ChangeOptions = {},
): Promise<ChangeSummary> {
  const run = new ChangeRun(session, options);
  return executeChange('delete', statement.table, run, () => new Deletion(statement, run).execute());
}

class Deletion {
  readonly #source: Source;
  readonly #affected: AffectedRows;
  readonly #deleter = new FlowDeleter();
  /** Deletes of expectations, and of flows that are shown, with a copy of the entry. */
  readonly #batch: RequestBatch<Uint8Array | undefined>;
  /** Deletes of flows that are only counted. */
  readonly #bulk: BulkSender;
  /** Expectations that were not found: their masters may be in a zone. */
  readonly #unfound: Uint8Array[] = [];

  constructor(
    readonly statement: CheckedDelete,
    readonly run: ChangeRun,
  ) {
    const { session, options, counts } = run;
    this.#source = session.source(statement.place ?? session.place);
    this.#affected = new AffectedRows(statement.table, options.sink, session.environment.now(), session.signal);
    this.#batch = new RequestBatch(this.#source, session.signal, (row, { errno, error }, request) => {
      if (errno === 0) {
        counts.deleted++;
        if (row && options.sink) this.#affected.entry(row);
      } else if (errno === ERRNO.ENOENT && row && statement.table === 'expect') this.#unfound.push(row);
      else this.#onFailure({ errno, error }, request);
    });
    this.#bulk = new BulkSender(this.#source, session.signal, this.#deleter, (outcome, request) =>
      this.#onFailure(outcome, request),
    );
  }

  #onFailure({ errno, error }: Outcome, request: Uint8Array): void {
    if (errno === ERRNO.ENOENT) this.run.counts.gone++;
    else if (error) this.run.refuse(() => describeMessage(request), error);
  }

  async execute(): Promise<void> {
    const { statement, run } = this;
    const { sink, dryRun, only } = run.options;
    const filters = sink || dryRun || only ? undefined : deleteFilters(statement, run.session);
    this.#affected.begin();
    try {
      if (filters === undefined) await this.#deleteMatches();
      else await this.#deleteFiltered(filters);
      await this.#send();
      if (this.#unfound.length > 0) {
        const { deleted, gone } = await deleteInMasterZones(this.#source, this.#unfound, run.session.signal);
        for (const row of deleted) this.#affected.entry(row);
        run.counts.deleted += deleted.length;
        run.counts.gone += gone;
      }
    } finally {
      this.#affected.end();
    }
  }

  async #send(): Promise<void> {
    await this.#bulk.send(count => {
      this.run.counts.deleted += count;
      this.run.checkStop();
      this.run.progress('deleting');
    });
    await this.#batch.send();
    this.run.checkStop();
    this.run.progress('deleting');
    await this.#affected.ready();
  }

  #add(view: MessageView): void {
    if (this.run.options.dryRun) {
      this.#affected.entry(view.copy());
      return;
    }
    const isKept = this.run.options.sink !== undefined || this.statement.table === 'expect';
    let request: Uint8Array;
    try {
      const isPlain = this.#deleter.remove(view);
      if (isPlain && !isKept) {
        this.#bulk.added();
        return;
      }
      request = isPlain ? this.#deleter.request : deleteEntry(view);
    } catch (error) {
      this.run.refuse(() => describeEntry(view), toEntryError(error, 'delete an entry'));
      return;
    }
    this.#batch.add(request, isKept ? view.copy() : undefined);
  }

  async #eachMatch(visit: (view: MessageView) => void, between: () => Promise<void> | undefined): Promise<void> {
    const { statement, run } = this;
    const reading = await readingOfTarget(statement, run.session);
    await eachMatch(statement, run, reading, visit, between);
  }

  #deleteMatches(): Promise<void> {
    return this.#eachMatch(
      view => this.#add(view),
      () => this.#between(),
    );
  }

  #between(): Promise<void> | undefined {
    if (this.#batch.isDue || this.#bulk.isDue) return this.#send();
    if (this.run.counts.matched === 0) this.run.progress('reading', this.run.counts.read);
    return undefined;
  }

  /** Deletes nothing until the number of matching entries is known. */
  async #deleteFiltered(filters: readonly KernelFilter[]): Promise<void> {
    const { counts, session } = this.run;
    let count = 0;
    await this.#eachMatch(
      view => {
        if (++count <= MAX_SINGLE_DELETES) this.#add(view);
      },
      () => {
        this.run.progress('counting', count);
        return undefined;
      },
    );
    if (count <= MAX_SINGLE_DELETES) return;
    this.#batch.clear();
    this.#bulk.clear();
    // If the dump gave entries that do not meet the condition, the kernel does not honour the filter.
    const hasDeleted = counts.read === counts.matched && (await deleteByFilter(this.#source, filters, session.signal));
    if (hasDeleted) {
      counts.deleted = count;
      counts.countedBefore = true;
      return;
    }
    counts.read = 0;
    counts.matched = 0;
    await this.#deleteMatches();
  }
}
