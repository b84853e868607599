import type { CheckedInsert } from '../../../lang/check/checked-ast.js';
import type { Expectation } from '../../ctnetlink/expectation.js';
import { createExpectation, updateExpectation } from '../../ctnetlink/requests/changes.js';
import { getExpectation } from '../../ctnetlink/requests/requests.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import { CtqError } from '../../errors.js';
import type { Source } from '../../sources/source.js';
import { AffectedRows } from '../affected-rows.js';
import type { ChangeRun } from '../change-run.js';
import { describeTuple } from '../describe.js';
import { type Outcome, RequestBatch } from '../requests/batch.js';
import { masterName, zonesOfMasters } from '../requests/expectation-zones.js';
import type { SetValues } from '../values/set-values.js';
import { cloneExpectation, expectationOf } from './expectation-of.js';
import type { Insertion } from './insertion.js';

/** Puts expectations into the expectation table. The kernel takes no timeout for a new one: it is set by a second request. */
export class ExpectationInsertion implements Insertion {
  readonly #creates: RequestBatch<Expectation>;
  readonly #updates: RequestBatch<{ expectation: Expectation; isNew: boolean }>;
  readonly #shown: AffectedRows;
  readonly #orphans: Expectation[] = [];
  #done: Expectation[] = [];

  constructor(
    readonly statement: CheckedInsert,
    readonly assign: (row: MessageView) => SetValues,
    readonly source: Source,
    readonly running: ChangeRun,
  ) {
    const { signal } = running.session;
    this.#shown = new AffectedRows('expect', running.options.sink, running.session.environment.now(), signal);
    this.#creates = new RequestBatch(source, signal, (expectation, outcome) => this.#settle(expectation, outcome));
    this.#updates = new RequestBatch(source, signal, ({ expectation, isNew }, { errno, error }) => {
      const { tally } = running;
      // A new one may have come true, or run out, meanwhile.
      if (errno === ERRNO.ENOENT) tally.gone += isNew ? 0 : 1;
      else if (error && isNew) {
        tally.partial++;
        running.session.warn('the kernel made an expectation without its timeout', error.message);
      } else if (error) this.#refuse(expectation, error);
      else if (!isNew) tally.updated++;
    });
  }

  get isDue(): boolean {
    return this.#creates.isDue;
  }

  add(row: MessageView | undefined): void {
    const expectation = expectationOf(this.assign(row as MessageView), row && cloneExpectation(row));
    const request = createExpectation(expectation, { ack: false });
    if (this.running.options.dryRun) this.#shown.entry(request);
    else this.#creates.add(request, expectation);
  }

  async drain(): Promise<void> {}

  async send(): Promise<void> {
    await this.#creates.send();
    await this.#updates.send();
    await this.#show();
    this.running.checkStop();
    this.running.progress('inserting');
  }

  #settle(expectation: Expectation, { errno, error }: Outcome): void {
    const { tally } = this.running;
    const { onConflict } = this.statement;
    if (errno === 0) {
      tally.created++;
      this.#done.push(expectation);
      this.#setTimeout(expectation, true);
    } else if (errno === ERRNO.EEXIST && onConflict === 'ignore') tally.ignored++;
    else if (errno === ERRNO.EEXIST && onConflict === 'update') {
      if (expectation.timeout === undefined) tally.ignored++;
      else this.#setTimeout(expectation, false);
    } else if (errno === ERRNO.ENOENT && expectation.zone === undefined) this.#orphans.push(expectation);
    else if (error) this.#refuse(expectation, errno === ERRNO.ENOENT ? noMaster(error, expectation) : error);
  }

  #setTimeout(expectation: Expectation, isNew: boolean): void {
    if (expectation.timeout === undefined) return;
    this.#updates.add(updateExpectation(expectation, { ack: false }), { expectation, isNew });
  }

  #refuse({ tuple, zone }: Expectation, error: CtqError): void {
    this.running.refuse(
      () => describeTuple(tuple, tuple.src, tuple.dst, zone),
      () => error,
    );
  }

  async finish(): Promise<void> {
    await this.send();
    if (this.#orphans.length === 0) return;
    // The kernel tells an expectation without its zone, which is its master's: masters in zones are looked for.
    const zones = await zonesOfMasters(this.source, this.running.session.signal);
    for (const orphan of this.#orphans.splice(0)) {
      const zone = orphan.master && zones.get(masterName(orphan.family, orphan.master))?.[0];
      const expectation = { ...orphan, zone: zone ?? 0 };
      this.#creates.add(createExpectation(expectation, { ack: false }), expectation);
    }
    await this.send();
  }

  async #show(): Promise<void> {
    const done = this.#done;
    this.#done = [];
    if (this.running.options.sink === undefined) return;
    const block = new RequestBatch<undefined>(
      this.source,
      this.running.session.signal,
      () => {},
      message => this.#shown.entry(message),
    );
    for (const { tuple, zone } of done) block.add(getExpectation(tuple, { zone, ack: false }), undefined);
    await block.send();
    await this.#shown.ready();
  }
}

function noMaster(error: CtqError, { master }: Expectation): CtqError {
  const who = master === undefined ? 'its master' : `its master, ${describeTuple(master, master.src, master.dst)},`;
  return new CtqError({
    ...error.asData,
    message: `cannot create an expectation: ${who} is not there (ENOENT)`,
    hint: 'the master is a flow with a helper, in the same zone',
  });
}
