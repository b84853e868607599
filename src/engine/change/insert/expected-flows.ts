import type { CheckedInsert } from '../../../lang/checked/statements.js';
import { fieldOf, TABLES } from '../../../lang/schema/catalogue.js';
import { typeOfField } from '../../../lang/schema/type.js';
import type { Flow, FlowChange } from '../../ctnetlink/codec/flow.js';
import type { NatRange } from '../../ctnetlink/codec/nat-range.js';
import type { Tuple } from '../../ctnetlink/codec/tuple.js';
import { keysOf } from '../../ctnetlink/constants.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import { getFlow } from '../../ctnetlink/requests/requests.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import type { Source } from '../../sources/source.js';
import type { ChangeRun } from '../change-run.js';
import { describeMessage, describeTuple } from '../describe.js';
import { readEach } from '../requests/batch.js';
import { flowIn, getEntryOf } from '../requests/entry-request.js';
import { differingFields } from '../update/diff.js';
import type { FieldChange } from '../update/field-change.js';
import { changeByConflict, existsError, otherFlow, refuseConflict } from './on-conflict.js';

/** What would become of flows that are to be inserted: for dry runs, and for the question of `on conflict update`. */
export class ExpectedFlows {
  /** Requests that would create a flow, by its tuples: a later one with such a tuple would find it. */
  readonly #created = new Map<string, Uint8Array>();
  readonly #before = new MessageView();
  readonly #after = new MessageView();

  constructor(
    readonly source: Source,
    /** Its counts are those of the insert, as they would be. */
    readonly run: ChangeRun,
    readonly onConflict: CheckedInsert['onConflict'],
    readonly keepsFixedTimeout: boolean,
  ) {}

  /**
   * Reads which of them exist, and counts them.
   * @param shown receives those that would be created or changed
   */
  async look(requests: readonly Uint8Array[], shown: (request: Uint8Array) => void = () => {}): Promise<void> {
    const { counts, session } = this.run;
    const found = new Map<Uint8Array, Uint8Array>();
    await readEach(this.source, session.signal, requests, getEntryOf, (message, request) =>
      found.set(request, message.slice()),
    );
    const others = await this.#withReplyOfAnother(requests.filter(request => !found.has(request)));
    for (const request of requests) {
      const wanted = flowIn(request);
      const [orig, reply] = [wanted.orig, certainReply(wanted)].map(tuple => tuple && keyOf(tuple, wanted.zone));
      const current = found.get(request) ?? this.#created.get(orig as string);
      if (current === undefined && !others.has(request) && (reply === undefined || !this.#created.has(reply))) {
        counts.created++;
        for (const key of [orig, reply]) if (key !== undefined) this.#created.set(key, request);
        shown(request);
        continue;
      }
      const reason = otherFlow(wanted, current && flowIn(current));
      if (this.onConflict === 'error') this.run.refuse(() => describeMessage(request), existsError);
      else if (reason !== undefined) refuseConflict(this.run, request, reason);
      else if (this.onConflict === 'ignore') counts.ignored++;
      else {
        counts.updated++;
        shown(request);
        this.#preview(request, current as Uint8Array);
      }
    }
    this.run.progress('reading');
  }

  /** Those whose reply tuple is that of another flow. */
  async #withReplyOfAnother(requests: readonly Uint8Array[]): Promise<Set<Uint8Array>> {
    const found = new Set<Uint8Array>();
    const wanted = requests.flatMap(request => {
      const flow = flowIn(request);
      const reply = certainReply(flow);
      return reply === undefined ? [] : [{ request, reply, zone: flow.zone }];
    });
    const byReply = ({ reply, zone }: (typeof wanted)[number]): Uint8Array => getFlow(reply, { zone, ack: false });
    await readEach(this.source, this.run.session.signal, wanted, byReply, (_message, { request }) =>
      found.add(request),
    );
    return found;
  }

  #preview(request: Uint8Array, current: Uint8Array): void {
    const actual = flowIn(current);
    const change = changeByConflict(flowIn(request), actual, this.keepsFixedTimeout);
    const fields = differingFields(change, actual);
    if (fields.length === 0) return;
    this.#before.set(current, 0);
    this.#after.set(request, 0);
    this.run.preview(() => ({ kind: 'flow', view: this.#before, changes: this.#changes(fields, change) }));
  }

  #changes(fields: readonly string[], { status }: FlowChange): FieldChange[] {
    return fields.flatMap(name => {
      const field = name.endsWith('.state') ? 'state' : name;
      const known = fieldOf(TABLES.conntrack, field);
      if (known === undefined) return [];
      const read = readerOf('conntrack', field);
      const value = field === 'status' ? (status ?? null) : read(this.#after);
      return [{ field, type: typeOfField(known.field), before: read(this.#before), op: '=' as const, value }];
    });
  }
}

/** The reply tuple after translation; undefined if the kernel may choose another where that is taken. */
function certainReply({ reply, snat, dnat }: Flow): Tuple | undefined {
  const isExact = ({ minAddress, maxAddress, minPort, maxPort }: NatRange): boolean =>
    minAddress !== undefined &&
    minPort !== undefined &&
    (maxAddress === undefined || maxAddress === minAddress) &&
    (maxPort === undefined || maxPort === minPort);
  if ((snat && !isExact(snat)) || (dnat && !isExact(dnat)) || keysOf(reply.proto) !== 'ports')
    return snat || dnat ? undefined : reply;
  return {
    ...reply,
    ...(snat?.minAddress === undefined ? {} : { dst: snat.minAddress, dport: snat.minPort }),
    ...(dnat?.minAddress === undefined ? {} : { src: dnat.minAddress, sport: dnat.minPort }),
  };
}

const keyOf = (tuple: Tuple, zone: number | undefined): string => describeTuple(tuple, tuple.src, tuple.dst, zone);
