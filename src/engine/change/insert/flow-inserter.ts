import type { CheckedInsert } from '../../../lang/checked/statements.js';
import type { Flow } from '../../ctnetlink/codec/flow.js';
import { CTA, IPPROTO } from '../../ctnetlink/constants.js';
import { createFlow } from '../../ctnetlink/requests/changes.js';
import { type CopyOverrides, FlowCopier } from '../../ctnetlink/requests/copy-flow.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import { CtqError } from '../../errors.js';
import type { Source } from '../../sources/source.js';
import { AffectedRows } from '../affected-rows.js';
import { ChangeRun } from '../change-run.js';
import { describeMessage, describeTuple } from '../describe.js';
import { readGlobalStats } from '../finding/table-size.js';
import { type Outcome, RequestBatch, readEach } from '../requests/batch.js';
import { BulkSender } from '../requests/bulk-sender.js';
import { flowIn, getEntryOf } from '../requests/entry-request.js';
import { differingFields } from '../update/diff.js';
import type { SetValues } from '../values/set-values.js';
import { buildFlow, cloneFlow } from './build-flow.js';
import { ExpectedFlows } from './expected-flows.js';
import { ConflictResolver, existsError } from './on-conflict.js';

/** Creates flows in the conntrack table. */
export class FlowInserter {
  readonly #batch: RequestBatch<undefined>;
  readonly #affected: AffectedRows;
  /** Requests that were refused with EEXIST. */
  readonly #existing: Uint8Array[] = [];
  /** Copies that have a master, which must exist before them. */
  #related: Uint8Array[] = [];
  /** Requests with an empty NAT binding that a kernel without NAT has refused. */
  readonly #withBinding: Uint8Array[] = [];
  /** Requests for flows that have been created and are still to be shown. */
  #created: Uint8Array[] = [];
  readonly #copier = new FlowCopier();
  /** Creates copies that are only counted. */
  readonly #bulk: BulkSender;
  /** In a dry run: what would become of the requests. */
  readonly #expected: ExpectedFlows | undefined;
  /** Copies do not change a fixed timeout, since the kernel would refuse the whole update for it. */
  readonly #keepsFixedTimeout: boolean;
  /** Requests that a dry run has still to look at, or that wait for an answer. */
  #held: Uint8Array[] = [];
  #isHeld: boolean;
  /** The first request that sets labels. */
  #labelled: Uint8Array | undefined;
  /** The first request of a protocol that some kernels have no tracker for. */
  #untracked: Uint8Array | undefined;
  #isTableFull = false;

  constructor(
    readonly statement: CheckedInsert,
    readonly assign: (row: MessageView) => SetValues,
    readonly source: Source,
    readonly run: ChangeRun,
  ) {
    const { session, options } = run;
    const { from, set } = statement;
    this.#keepsFixedTimeout = from !== undefined && !set.some(({ field }) => field === 'timeout');
    this.#isHeld = options.dryRun === true || options.confirm !== undefined;
    this.#expected = options.dryRun ? this.#expectedIn(run) : undefined;
    this.#affected = new AffectedRows('conntrack', options.sink, session.environment.now(), session.signal);
    this.#batch = this.#newBatch((outcome, request) => this.#onOutcome(outcome, request));
    this.#bulk = new BulkSender(source, session.signal, this.#copier, (outcome, request) =>
      this.#onOutcome(outcome, request),
    );
  }

  #newBatch(onOutcome: (outcome: Outcome, request: Uint8Array) => void): RequestBatch<undefined> {
    return new RequestBatch(this.source, this.run.session.signal, (_tag, outcome, request) =>
      onOutcome(outcome, request),
    );
  }

  #expectedIn(run: ChangeRun): ExpectedFlows {
    return new ExpectedFlows(this.source, run, this.statement.onConflict, this.#keepsFixedTimeout);
  }

  get isDue(): boolean {
    if (this.#isHeld) return this.#expected !== undefined && this.#held.length >= MAX_HELD;
    return this.#batch.isDue || this.#bulk.isDue;
  }

  add(row: MessageView | undefined): void {
    const assigned = this.assign(row as MessageView);
    if (row && row.timeout === 0 && !assigned.has('timeout')) {
      // It expires within this second.
      this.run.counts.gone++;
      return;
    }
    if (row && isPlainCopy(assigned) && this.#copier.copy(row, overridesOf(assigned))) this.#addCopy(row);
    else this.#addFlow(buildFlow(assigned, row && cloneFlow(row)));
  }

  #addCopy(row: MessageView): void {
    const { sink } = this.run.options;
    if (this.#labelled === undefined && row.at(CTA.LABELS) >= 0 && row.labels !== null)
      this.#labelled = this.#copier.request.slice();
    if (row.orig.proto === IPPROTO.DCCP) this.#untracked ??= this.#copier.request.slice();
    if (this.#isHeld) this.#held.push(this.#copier.request.slice());
    else if (sink) this.#addRequest(this.#copier.request);
    else this.#bulk.added();
  }

  #addFlow(flow: Flow): void {
    const request = createFlow(flow, { ack: false });
    if (this.#labelled === undefined && /[^\0]/.test(flow.labels ?? '')) this.#labelled = request;
    if (flow.orig.proto === IPPROTO.DCCP) this.#untracked ??= request;
    if (this.#isHeld) this.#held.push(request);
    else this.#addNew(request, flow);
  }

  #addNew(request: Uint8Array, { master }: Flow): void {
    if (this.statement.from && master) this.#related.push(request);
    else this.#addRequest(request);
  }

  #addRequest(request: Uint8Array): void {
    this.#batch.add(request, undefined);
  }

  async send(): Promise<void> {
    if (this.#expected !== undefined) {
      await this.#expected.look(this.#held.splice(0), request => this.#affected.entry(request));
      await this.#affected.ready();
      return;
    }
    // If the first refusal is to end the statement, no later requests may be in progress.
    if (this.run.options.stopOnError) await this.#bulk.send(this.#onCreated);
    else await this.#bulk.sendInBackground(this.#onCreated);
    await this.#batch.send();
    await this.#show();
    this.run.checkStop();
    this.run.progress('inserting');
  }

  readonly #onCreated = (count: number): void => {
    this.run.counts.created += count;
    this.run.checkStop();
    this.run.progress('inserting');
  };

  drain(): Promise<void> {
    return this.#bulk.drain();
  }

  #onOutcome({ errno, error }: Outcome, request: Uint8Array): void {
    if (errno === 0) {
      this.run.counts.created++;
      if (this.run.options.sink || this.statement.from === undefined) this.#created.push(request);
    } else if (errno === ERRNO.EEXIST && this.statement.onConflict !== 'error') this.#existing.push(request);
    else if (errno === ERRNO.EOPNOTSUPP && withoutBinding(request) !== undefined) this.#withBinding.push(request);
    else if (error) this.run.refuse(() => describeMessage(request), this.#explainError(errno, error, request));
  }

  /** Adds to the kernel's error what follows from the request. */
  #explainError(errno: number, error: CtqError, request: Uint8Array): CtqError {
    if (errno === ERRNO.ENOMEM) this.#isTableFull = true;
    const flow = flowIn(request);
    const because = (message: string, hint?: string): CtqError =>
      new CtqError({
        ...error.asData,
        message: `cannot create a conntrack entry: ${message} (${error.errno?.name})`,
        hint,
      });
    if (errno === ERRNO.EEXIST) return existsError(error);
    if (errno === ERRNO.ENOENT && flow.master)
      return because(`its master, ${describeTuple(flow.master, flow.master.src, flow.master.dst)}, does not exist`);
    if (errno === ERRNO.EOPNOTSUPP && flow.helper)
      return because(
        `no helper '${flow.helper.name}' for this protocol`,
        'load its kernel module: modprobe nf_conntrack_…',
      );
    return error;
  }

  async finish(): Promise<void> {
    if (this.#expected !== undefined) return this.send();
    if (this.#isHeld) await this.#confirm();
    await this.#bulk.send(this.#onCreated);
    await this.send();
    await this.#insertWithoutBinding();
    await this.#insertRelated();
    await this.#show();
    const { onConflict } = this.statement;
    const conflicts = new ConflictResolver(this.source, this.run, onConflict, this.#keepsFixedTimeout);
    await conflicts.resolve(this.#existing);
    await this.#checkLabels();
    await this.#checkPorts();
    if (this.#isTableFull) await this.#warnOfFullTable();
  }

  /** Reads which flows exist, before anything is sent. @throws what `confirm` throws */
  async #confirm(): Promise<void> {
    const { session, options } = this.run;
    const trial = new ChangeRun(session, options);
    await this.#expectedIn(trial).look(this.#held);
    await options.confirm?.(trial.counts.summary('insert', 'conntrack'));
    this.#isHeld = false;
    for (const request of this.#held.splice(0)) this.#addNew(request, flowIn(request));
  }

  async #insertWithoutBinding(): Promise<void> {
    for (const request of this.#withBinding) this.#batch.add(withoutBinding(request) ?? request, undefined);
    if (this.#withBinding.length > 0) await this.send();
  }

  /** Inserts in several passes, as a master may itself have one. A copy whose master does not exist is created without it. */
  async #insertRelated(): Promise<void> {
    for (let waiting = this.#related, before = -1; waiting.length > 0 && waiting.length !== before; ) {
      const orphans: Uint8Array[] = [];
      const batch = this.#newBatch((outcome, request) => {
        if (outcome.errno === ERRNO.ENOENT) orphans.push(request);
        else this.#onOutcome(outcome, request);
      });
      for (const request of waiting) batch.add(request, undefined);
      await batch.send();
      this.run.checkStop();
      before = waiting.length;
      waiting = orphans;
      this.#related = orphans;
    }
    const { length } = this.#related;
    if (length === 0) return;
    for (const request of this.#related) {
      this.#batch.add(createFlow({ ...flowIn(request), master: undefined }, { ack: false }), undefined);
    }
    await this.send();
    this.run.session.warn(
      `${length} ${length === 1 ? 'flow was' : 'flows were'} inserted without a master, which no longer exists`,
    );
  }

  /** Shows the created flows as the kernel has them. For a single entry, warns of what the kernel left out. */
  async #show(): Promise<void> {
    const created = this.#created;
    this.#created = [];
    if (created.length === 0) return;
    await readEach(this.source, this.run.session.signal, created, getEntryOf, (message, request) => {
      this.#affected.entry(message);
      if (this.statement.from === undefined) this.#warnOfMissingParts(flowIn(request), flowIn(message));
    });
    await this.#affected.ready();
  }

  #warnOfMissingParts(wanted: Flow, actual: Flow): void {
    const missing = differingFields(wanted, actual);
    if (wanted.orig.sport !== undefined && actual.orig.sport === undefined) missing.unshift('sport', 'dport');
    if (missing.length === 0) return;
    this.run.counts.partial++;
    this.run.session.warn(`the kernel created the entry without ${missing.join(', ')}`, hintFor(missing));
  }

  /** The kernel silently drops labels if its entries have no room for them: checks one of the copies. */
  async #checkLabels(): Promise<void> {
    if (this.#labelled === undefined || this.statement.from === undefined) return;
    const { labels } = flowIn(this.#labelled);
    await readEach(this.source, this.run.session.signal, [this.#labelled], getEntryOf, message => {
      const missing = differingFields({ labels }, flowIn(message));
      if (missing.length > 0)
        this.run.session.warn('the kernel created the entries without their labels', hintFor(missing));
    });
  }

  /** A kernel without a tracker for a protocol stores no ports and no state: checks one of the copies. */
  async #checkPorts(): Promise<void> {
    if (this.#untracked === undefined || this.statement.from === undefined) return;
    await readEach(this.source, this.run.session.signal, [this.#untracked], getEntryOf, (message, request) => {
      if (flowIn(request).orig.sport === undefined || flowIn(message).orig.sport !== undefined) return;
      this.run.session.warn('the kernel created the flows of dccp without sport, dport and state', hintFor(['sport']));
    });
  }

  async #warnOfFullTable(): Promise<void> {
    const { ENTRIES = 0, MAX_ENTRIES } = await readGlobalStats(this.source);
    const of = MAX_ENTRIES === undefined ? '' : ` of ${MAX_ENTRIES}`;
    this.run.session.warn(
      `the conntrack table is full: ${ENTRIES}${of} entries`,
      'net.netfilter.nf_conntrack_max is the limit: sysctl -w net.netfilter.nf_conntrack_max=N',
    );
  }
}

/** Requests that a dry run looks at together. */
const MAX_HELD = 2000;

/** Fields that `FlowCopier` can override: numbers that do not depend on the rest of the flow. */
const COPY_FIELDS: ReadonlySet<string> = new Set(['zone', 'mark', 'timeout']);
const isPlainCopy = (assigned: SetValues): boolean =>
  assigned.isEmpty || assigned.names().every(name => COPY_FIELDS.has(name));

function overridesOf(assigned: SetValues): CopyOverrides {
  if (assigned.isEmpty) return NO_OVERRIDES;
  return { zone: assigned.number('zone'), mark: assigned.number('mark'), timeout: assigned.seconds('timeout') };
}

const NO_OVERRIDES: CopyOverrides = {};

/** The request without its NAT bindings, which translate nothing; undefined if it has none, or others. */
function withoutBinding(request: Uint8Array): Uint8Array | undefined {
  const { snat, dnat, ...flow } = flowIn(request);
  const isEmpty = (translation: Flow['snat']): boolean =>
    translation === undefined || Object.keys(translation).length === 0;
  if ((snat === undefined && dnat === undefined) || !isEmpty(snat) || !isEmpty(dnat)) return undefined;
  return createFlow(flow, { ack: false });
}

function hintFor(missing: readonly string[]): string | undefined {
  if (missing.includes('labels'))
    return 'entries have room for labels only in a namespace with a rule that uses them (ct label)';
  if (missing.includes('sport')) return 'this kernel has no tracker for the protocol, and stores no ports';
  return undefined;
}
