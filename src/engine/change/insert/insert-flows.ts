import type { CheckedInsert } from '../../../lang/check/checked-ast.js';
import { CTA } from '../../ctnetlink/constants.js';
import { decodeFlow, type Flow } from '../../ctnetlink/flow.js';
import { createFlow } from '../../ctnetlink/requests/changes.js';
import { type CopyOverrides, FlowCopier } from '../../ctnetlink/requests/copy-flow.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { ERRNO } from '../../errno.js';
import { CtqError } from '../../errors.js';
import type { Source } from '../../sources/source.js';
import { AffectedRows } from '../affected-rows.js';
import type { ChangeRun } from '../change-run.js';
import { fillLevel } from '../count.js';
import { describeMessage, describeTuple } from '../describe.js';
import { type Outcome, RequestBatch } from '../requests/batch.js';
import { BulkSender } from '../requests/bulk-sender.js';
import { getEntry } from '../requests/entry-request.js';
import { changedAttributes } from '../update/diff.js';
import type { SetValues } from '../values/set-values.js';
import { cloneOf, flowOf } from './flow-of.js';
import type { Insertion } from './insertion.js';
import { Conflicts } from './on-conflict.js';

/** Puts flows into the conntrack table. */
export class FlowInsertion implements Insertion {
  readonly #block: RequestBatch<undefined>;
  readonly #shown: AffectedRows;
  /** Requests for flows that are there already. */
  readonly #existing: Uint8Array[] = [];
  /** Copies that have a master: it must be there before them. */
  #related: Uint8Array[] = [];
  /** Bindings without a translation, for a kernel that has no NAT. */
  readonly #unbound: Uint8Array[] = [];
  /** Just created, and still to be shown. */
  #created: Uint8Array[] = [];
  readonly #copier = new FlowCopier();
  /** Copies that nobody wants to see. */
  readonly #mass: BulkSender;
  #labelled: Uint8Array | undefined;
  #isFull = false;

  constructor(
    readonly statement: CheckedInsert,
    readonly assign: (row: MessageView) => SetValues,
    readonly source: Source,
    readonly running: ChangeRun,
  ) {
    this.#shown = new AffectedRows(
      'conntrack',
      running.options.sink,
      running.session.environment.now(),
      running.session.signal,
    );
    const { session } = running;
    this.#block = this.#blockOf((outcome, request) => this.#settle(outcome, request));
    this.#mass = new BulkSender(source, session.signal, this.#copier, (outcome, request) =>
      this.#settle(outcome, request),
    );
  }

  #blockOf(settle: (outcome: Outcome, request: Uint8Array) => void): RequestBatch<undefined> {
    return new RequestBatch(this.source, this.running.session.signal, (_about, outcome, request) =>
      settle(outcome, request),
    );
  }

  get isDue(): boolean {
    return this.#block.isDue || this.#mass.isDue;
  }

  add(row: MessageView | undefined): void {
    const assigned = this.assign(row as MessageView);
    if (row && row.timeout === 0 && !assigned.has('timeout')) {
      // It ends in this second.
      this.running.tally.gone++;
      return;
    }
    if (row && isSimple(assigned) && this.#copier.copy(row, overridesOf(assigned))) this.#addCopy(row);
    else this.#addFlow(row, flowOf(assigned, row && cloneOf(row)));
  }

  #addCopy(row: MessageView): void {
    const { dryRun, sink } = this.running.options;
    if (this.#labelled === undefined && row.at(CTA.LABELS) >= 0 && row.labels !== null)
      this.#labelled = this.#copier.request.slice();
    if (dryRun || sink) this.#take(this.#copier.request);
    else this.#mass.added();
  }

  #addFlow(row: MessageView | undefined, flow: Flow): void {
    const request = createFlow(flow, { ack: false });
    if (this.#labelled === undefined && /[^\0]/.test(flow.labels ?? '')) this.#labelled = request;
    if (row && flow.master && !this.running.options.dryRun) this.#related.push(request);
    else this.#take(request);
  }

  #take(request: Uint8Array): void {
    if (this.running.options.dryRun) this.#shown.entry(request);
    else this.#block.add(request, undefined);
  }

  async send(): Promise<void> {
    // Where the first refusal is to end it, nothing may be under way any more.
    if (this.running.options.stopOnError) await this.#mass.send(this.#inserted);
    else await this.#mass.sendInBackground(this.#inserted);
    await this.#block.send();
    await this.#show();
    this.running.checkStop();
    this.running.progress('inserting');
  }

  readonly #inserted = (count: number): void => {
    this.running.tally.created += count;
    this.running.checkStop();
    this.running.progress('inserting');
  };

  drain(): Promise<void> {
    return this.#mass.drain();
  }

  #settle({ errno, error }: Outcome, request: Uint8Array): void {
    if (errno === 0) this.#done(request);
    else if (errno === ERRNO.EEXIST && this.statement.onConflict !== 'error') this.#existing.push(request);
    else if (errno === ERRNO.EOPNOTSUPP && withoutBinding(request) !== undefined) this.#unbound.push(request);
    else if (error) this.#refuse(request, this.#explained(errno, error, request));
  }

  #done(request: Uint8Array): void {
    this.running.tally.created++;
    if (this.running.options.sink || this.statement.from === undefined) this.#created.push(request);
  }

  #refuse(request: Uint8Array, error: CtqError): void {
    this.running.refuse(
      () => describeMessage(request),
      () => error,
    );
  }

  /** The kernel's answer, where the request itself says more of it. */
  #explained(errno: number, error: CtqError, request: Uint8Array): CtqError {
    if (errno === ERRNO.ENOMEM) this.#isFull = true;
    const flow = flowIn(request);
    const because = (message: string, hint?: string): CtqError =>
      new CtqError({
        ...error.asData,
        message: `cannot create a conntrack entry: ${message} (${error.errno?.name})`,
        hint,
      });
    if (errno === ERRNO.EEXIST)
      return new CtqError({
        ...error.asData,
        hint: 'on conflict ignore leaves it as it is; on conflict update changes it',
      });
    if (errno === ERRNO.ENOENT && flow.master)
      return because(`its master, ${describeTuple(flow.master, flow.master.src, flow.master.dst)}, is not there`);
    if (errno === ERRNO.EOPNOTSUPP && flow.helper)
      return because(
        `there is no helper '${flow.helper.name}' for this protocol`,
        'load its module: modprobe nf_conntrack_…',
      );
    return error;
  }

  async finish(): Promise<void> {
    await this.#mass.send(this.#inserted);
    await this.send();
    await this.#insertUnbound();
    await this.#insertRelated();
    await this.#show();
    const { onConflict, from, set } = this.statement;
    const sparesFixed = from !== undefined && !set.some(({ field }) => field === 'timeout');
    const conflicts = new Conflicts(this.source, this.running, onConflict, this.#shown, sparesFixed);
    await conflicts.resolve(this.#existing);
    await this.#checkLabels();
    if (this.#isFull) await this.#tellFullTable();
  }

  async #insertUnbound(): Promise<void> {
    for (const request of this.#unbound) this.#block.add(withoutBinding(request) ?? request, undefined);
    if (this.#unbound.length > 0) await this.send();
  }

  /** In rounds, as a master may have one itself. A copy whose master is not there at all is made without one. */
  async #insertRelated(): Promise<void> {
    for (let waiting = this.#related, before = -1; waiting.length > 0 && waiting.length !== before; ) {
      const orphans: Uint8Array[] = [];
      const block = this.#blockOf((outcome, request) => {
        if (outcome.errno === ERRNO.ENOENT) orphans.push(request);
        else this.#settle(outcome, request);
      });
      for (const request of waiting) block.add(request, undefined);
      await block.send();
      this.running.checkStop();
      before = waiting.length;
      waiting = orphans;
      this.#related = orphans;
    }
    const { length } = this.#related;
    if (length === 0) return;
    for (const request of this.#related) {
      this.#block.add(createFlow({ ...flowIn(request), master: undefined }, { ack: false }), undefined);
    }
    await this.send();
    this.running.session.warn(
      `${length} ${length === 1 ? 'flow was' : 'flows were'} inserted without a master: it is not there any more`,
    );
  }

  /** Shows what was created as the kernel has it; of a single entry what the kernel left out is told. */
  async #show(): Promise<void> {
    const created = this.#created;
    this.#created = [];
    if (created.length === 0) return;
    const view = new MessageView();
    const block = new RequestBatch<Uint8Array>(
      this.source,
      this.running.session.signal,
      () => {},
      (message, request) => {
        this.#shown.entry(message);
        if (this.statement.from === undefined) this.#tellLeftOut(flowIn(request), flowIn(message));
      },
    );
    for (const request of created) {
      view.set(request, 0);
      block.add(getEntry(view), request);
    }
    await block.send();
    await this.#shown.ready();
  }

  #tellLeftOut(wanted: Flow, is: Flow): void {
    const left = changedAttributes(wanted, is);
    if (wanted.orig.sport !== undefined && is.orig.sport === undefined) left.unshift('sport', 'dport');
    if (left.length === 0) return;
    this.running.tally.partial++;
    this.running.session.warn(`the kernel made the entry without ${left.join(', ')}`, hintFor(left));
  }

  /** The kernel drops labels without a word where the entries have no room for them. */
  async #checkLabels(): Promise<void> {
    if (this.#labelled === undefined || this.statement.from === undefined) return;
    const wanted = flowIn(this.#labelled);
    const view = new MessageView();
    view.set(this.#labelled, 0);
    const block = new RequestBatch<undefined>(
      this.source,
      this.running.session.signal,
      () => {},
      message => {
        const left = changedAttributes({ labels: wanted.labels }, flowIn(message));
        if (left.length > 0)
          this.running.session.warn('the kernel made the entries without their labels', hintFor(left));
      },
    );
    block.add(getEntry(view), undefined);
    await block.send();
  }

  async #tellFullTable(): Promise<void> {
    const { ENTRIES = 0, MAX_ENTRIES } = await fillLevel(this.source);
    const of = MAX_ENTRIES === undefined ? '' : ` of ${MAX_ENTRIES}`;
    this.running.session.warn(
      `the conntrack table is full: ${ENTRIES}${of} entries`,
      'net.netfilter.nf_conntrack_max is how many there may be: sysctl -w net.netfilter.nf_conntrack_max=N',
    );
  }
}

/** What is set by a number that stands for itself, whatever else the flow has. */
const SIMPLE: ReadonlySet<string> = new Set(['zone', 'mark', 'timeout']);
const isSimple = (assigned: SetValues): boolean => assigned.isEmpty || assigned.names().every(name => SIMPLE.has(name));

function overridesOf(assigned: SetValues): CopyOverrides {
  if (assigned.isEmpty) return NO_OVERRIDES;
  return { zone: assigned.number('zone'), mark: assigned.number('mark'), timeout: assigned.seconds('timeout') };
}

const NO_OVERRIDES: CopyOverrides = {};

function flowIn(message: Uint8Array): Flow {
  const view = new MessageView();
  view.set(message, 0);
  return decodeFlow(view);
}

/** The request without bindings that translate nothing; undefined where it has none of these alone. */
function withoutBinding(request: Uint8Array): Uint8Array | undefined {
  const { snat, dnat, ...flow } = flowIn(request);
  const isEmpty = (translation: Flow['snat']): boolean =>
    translation === undefined || Object.keys(translation).length === 0;
  if ((snat === undefined && dnat === undefined) || !isEmpty(snat) || !isEmpty(dnat)) return undefined;
  return createFlow(flow, { ack: false });
}

function hintFor(left: readonly string[]): string | undefined {
  if (left.includes('labels'))
    return 'entries have room for labels only where a rule of the namespace uses them (ct label)';
  if (left.includes('sport')) return 'this kernel has no tracker for the protocol, and keeps no ports of it';
  return undefined;
}
