import type { CheckedInsert } from '../../../lang/checked/statements.js';
import type { Expectation } from '../../ctnetlink/codec/expectation.js';
import { createExpectation, updateExpectation } from '../../ctnetlink/requests/changes.js';
import { getExpectation } from '../../ctnetlink/requests/requests.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import { CtqError, kernelError } from '../../errors.js';
import type { Source } from '../../sources/source.js';
import { AffectedRows } from '../affected-rows.js';
import { ChangeRun } from '../change-run.js';
import { describeTuple } from '../describe.js';
import { type Outcome, RequestBatch, readEach } from '../requests/batch.js';
import { masterKey, readMasterZones } from '../requests/expectation-zones.js';
import type { SetValues } from '../values/set-values.js';
import { buildExpectation, cloneExpectation } from './build-expectation.js';
import { Evictions } from './evictions.js';

/** Creates expectations. The kernel ignores the timeout of a new one: a second request sets it. */
export class ExpectationInserter {
  readonly #creates: RequestBatch<Expectation>;
  readonly #updates: RequestBatch<{ expectation: Expectation; isNew: boolean }>;
  readonly #affected: AffectedRows;
  /** Expectations whose master was not found in zone 0. */
  readonly #orphans: Expectation[] = [];
  #created: Expectation[] = [];
  readonly #allCreated: Expectation[] = [];
  readonly #evictions: Evictions;
  /** Those that a dry run has still to look at, or that wait for an answer. */
  readonly #held: Expectation[] = [];
  #isHeld: boolean;
  /** The tuples of those that a dry run would create. */
  readonly #expected = new Set<string>();

  constructor(
    readonly statement: CheckedInsert,
    readonly assign: (row: MessageView) => SetValues,
    readonly source: Source,
    readonly run: ChangeRun,
  ) {
    const { counts, session, options } = run;
    this.#evictions = new Evictions(source, run);
    this.#isHeld = options.dryRun === true || options.confirm !== undefined;
    this.#affected = new AffectedRows('expect', options.sink, session.environment.now(), session.signal);
    this.#creates = new RequestBatch(source, session.signal, (expectation, outcome) =>
      this.#onOutcome(expectation, outcome),
    );
    this.#updates = new RequestBatch(source, session.signal, ({ expectation, isNew }, { errno, error }) => {
      // A new expectation may have been fulfilled, or have expired, by now.
      if (errno === ERRNO.ENOENT) counts.gone += isNew ? 0 : 1;
      else if (error && isNew) {
        counts.partial++;
        session.warn('the kernel created an expectation without its timeout', error.message);
      } else if (error) this.#refuse(expectation, error);
      else if (!isNew) counts.updated++;
    });
  }

  get isDue(): boolean {
    return this.#isHeld ? this.run.options.dryRun === true && this.#held.length >= MAX_HELD : this.#creates.isDue;
  }

  add(row: MessageView | undefined): void {
    const expectation = buildExpectation(this.assign(row as MessageView), row && cloneExpectation(row));
    const request = createExpectation(expectation, { ack: false });
    if (this.#isHeld) this.#held.push(expectation);
    else this.#creates.add(request, expectation);
  }

  /** Counts what would become of those that are held. @param shown receives those that would be created or changed */
  async #look({ counts, session }: ChangeRun, shown: (expectation: Expectation) => void): Promise<void> {
    const found = new Set<Expectation>();
    const request = ({ tuple, zone }: Expectation): Uint8Array => getExpectation(tuple, { zone, ack: false });
    await readEach(this.source, session.signal, this.#held, request, (_message, each) => found.add(each));
    const { onConflict } = this.statement;
    for (const expectation of this.#held) {
      const { tuple, zone } = expectation;
      const key = describeTuple(tuple, tuple.src, tuple.dst, zone);
      const exists = found.has(expectation) || this.#expected.has(key);
      this.#expected.add(key);
      if (!exists) counts.created++;
      else if (onConflict === 'error') counts.refuse(() => key, kernelError(ERRNO.EEXIST, 'create an expectation'));
      else if (onConflict === 'ignore' || expectation.timeout === undefined) counts.ignored++;
      else counts.updated++;
      if (!exists || (onConflict === 'update' && expectation.timeout !== undefined)) shown(expectation);
    }
  }

  async drain(): Promise<void> {}

  async send(): Promise<void> {
    if (this.run.options.dryRun) {
      await this.#look(this.run, each => this.#affected.entry(createExpectation(each, { ack: false })));
      this.#held.length = 0;
      return;
    }
    await this.#evictions.begin();
    await this.#creates.send();
    await this.#updates.send();
    await this.#show();
    this.run.checkStop();
    this.run.progress('inserting');
  }

  #onOutcome(expectation: Expectation, { errno, error }: Outcome): void {
    const { counts } = this.run;
    const { onConflict } = this.statement;
    if (errno === 0) {
      counts.created++;
      this.#created.push(expectation);
      this.#allCreated.push(expectation);
      this.#setTimeout(expectation, true);
    } else if (errno === ERRNO.EEXIST && onConflict === 'ignore') counts.ignored++;
    else if (errno === ERRNO.EEXIST && onConflict === 'update') {
      if (expectation.timeout === undefined) counts.ignored++;
      else this.#setTimeout(expectation, false);
    } else if (errno === ERRNO.ENOENT && expectation.zone === undefined) this.#orphans.push(expectation);
    else if (error) this.#refuse(expectation, errno === ERRNO.ENOENT ? missingMaster(error, expectation) : error);
  }

  #setTimeout(expectation: Expectation, isNew: boolean): void {
    if (expectation.timeout === undefined) return;
    this.#updates.add(updateExpectation(expectation, { ack: false }), { expectation, isNew });
  }

  #refuse({ tuple, zone }: Expectation, error: CtqError): void {
    this.run.refuse(() => describeTuple(tuple, tuple.src, tuple.dst, zone), error);
  }

  async finish(): Promise<void> {
    if (this.#isHeld && !this.run.options.dryRun) await this.#confirm();
    await this.send();
    if (this.run.options.dryRun) return;
    await this.#insertOrphans();
    await this.#evictions.report(this.#allCreated);
  }

  async #insertOrphans(): Promise<void> {
    if (this.#orphans.length === 0) return;
    const zones = await readMasterZones(this.source, this.run.session.signal);
    for (const orphan of this.#orphans.splice(0)) {
      const zone = orphan.master && zones.get(masterKey(orphan.family, orphan.master))?.[0];
      const expectation = { ...orphan, zone: zone ?? 0 };
      this.#creates.add(createExpectation(expectation, { ack: false }), expectation);
    }
    await this.send();
  }

  /** Reads which exist, before anything is sent. @throws what `confirm` throws */
  async #confirm(): Promise<void> {
    const { session, options } = this.run;
    const trial = new ChangeRun(session, options);
    await this.#look(trial, () => {});
    this.#expected.clear();
    await options.confirm?.(trial.counts.summary('insert', 'expect'));
    this.#isHeld = false;
    for (const each of this.#held.splice(0)) this.#creates.add(createExpectation(each, { ack: false }), each);
  }

  /** Shows the created expectations as the kernel has them. */
  async #show(): Promise<void> {
    const created = this.#created;
    this.#created = [];
    if (this.run.options.sink === undefined) return;
    const request = ({ tuple, zone }: Expectation): Uint8Array => getExpectation(tuple, { zone, ack: false });
    await readEach(this.source, this.run.session.signal, created, request, message => this.#affected.entry(message));
    await this.#affected.ready();
  }
}

/** Those that a dry run looks at together. */
const MAX_HELD = 2000;

function missingMaster(error: CtqError, { master }: Expectation): CtqError {
  const which = master === undefined ? 'its master' : `its master, ${describeTuple(master, master.src, master.dst)},`;
  return new CtqError({
    ...error.asData,
    message: `cannot create an expectation: ${which} does not exist (ENOENT)`,
    hint: 'the master must be a flow with a helper, in the same zone',
  });
}
