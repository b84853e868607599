/** The first entries of an update, with what it would change: `mark 0 → 5`. */
import type { FieldChange, Previewed } from '../../../engine/change/update/field-change.js';
import { readerOf } from '../../../engine/ctnetlink/fields/accessors.js';
import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../../engine/formats/sink.js';
import { humanText } from '../../../engine/formats/writing/format-value.js';
import type { Environment } from '../../../lang/schema/environment.js';
import { protocolName } from '../../../lang/schema/flags.js';
import { TEXT } from '../../../lang/schema/type.js';
import { formatAddress } from '../../../lang/values/address.js';
import type { Value } from '../../../lang/values/value.js';

export class UpdatePreview {
  readonly #environment: Environment;
  readonly #arrow: string;
  #head: readonly string[] = [];
  /** The fields that change, of all entries: not each changes all of them. */
  readonly #fields = new Set<string>();
  readonly #rows: {
    readonly head: readonly string[];
    readonly zone: string;
    readonly changes: ReadonlyMap<string, string>;
  }[] = [];

  constructor(environment: Environment, unicode: boolean) {
    this.#environment = environment;
    this.#arrow = unicode ? '→' : '->';
  }

  get size(): number {
    return this.#rows.length;
  }

  add(entry: Previewed): void {
    const isFlow = entry.kind === 'flow';
    this.#head = isFlow ? ['proto', 'source', 'destination'] : ['name'];
    const head = isFlow ? this.#flow(entry.view) : [entry.name];
    for (const { field } of entry.changes) this.#fields.add(field);
    const zone = isFlow ? zoneOf(entry.view) : '';
    this.#rows.push({
      head,
      zone,
      changes: new Map(entry.changes.map(change => [change.field, this.#change(change)])),
    });
  }

  /** Writes them, at most so many, to another sink, as rows of text. */
  replay(sink: Sink, most = this.size): void {
    const fields = [...this.#fields];
    // Without room for all, the protocol is left out; a change that is cut off would say nothing.
    // Entries may differ by their zone only.
    const zones = this.#rows.some(({ zone }) => zone !== '') ? ['zone'] : [];
    const columns = [...this.#head, ...zones, ...fields].map(name => ({
      name,
      type: TEXT,
      ...(name === 'proto' ? { spare: 0 } : {}),
    }));
    const header: Header = { table: 'conntrack', columns };
    sink.begin(header);
    for (const { head, zone, changes } of this.#rows.slice(0, most))
      sink.row([...head, ...zones.map(() => zone), ...fields.map(field => changes.get(field) ?? '')]);
    sink.end();
  }

  #flow(view: MessageView): string[] {
    const proto = readerOf('conntrack', 'proto')(view);
    return [
      typeof proto === 'number' ? (protocolName(proto) ?? String(proto)) : '',
      endpoint(view, 'orig.src', 'orig.sport'),
      endpoint(view, 'orig.dst', 'orig.dport'),
    ];
  }

  #change({ type, before, op, value }: FieldChange): string {
    const text = (each: Value): string => (each === null ? 'null' : humanText(each, type, this.#environment));
    const old = before === null || text(before) === '' ? 'none' : text(before);
    if (op === '=') return `${old} ${this.#arrow} ${text(value)}`;
    return `${old} ${op === '+=' ? '+' : '-'} ${text(value)}`;
  }
}

/** Empty for the default zone. */
function zoneOf(view: MessageView): string {
  const zones = new Set([view.zone, view.orig.zone, view.reply.zone].filter(zone => zone > 0));
  return [...zones].join(', ');
}

function endpoint(view: MessageView, address: string, port: string): string {
  const host = readerOf('conntrack', address)(view);
  if (typeof host !== 'number' && typeof host !== 'string') return '';
  const number = readerOf('conntrack', port)(view);
  if (typeof number !== 'number') return formatAddress(host);
  return typeof host === 'string' ? `[${formatAddress(host)}]:${number}` : `${formatAddress(host)}:${number}`;
}
