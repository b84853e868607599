/** A sink that delays rows until the names of their addresses are known, and passes them to another one. */
import { readerOf } from '../../engine/ctnetlink/fields/accessors.js';
import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, Loss, Missing, Sink } from '../../engine/formats/sink.js';
import { tableOfEntry } from '../../engine/formats/writing/columns.js';
import type { Address, Value } from '../../lang/values/value.js';
import type { ReverseNames } from './resolver.js';

/** Rows per batch. */
const BATCH = 1_000;

type Held =
  | { readonly kind: 'begin'; readonly header: Header }
  | { readonly kind: 'entry'; readonly view: MessageView }
  | { readonly kind: 'row'; readonly values: readonly Value[] }
  | { readonly kind: 'lost'; readonly loss: Loss }
  | { readonly kind: 'missing'; readonly member: Missing }
  | { readonly kind: 'end' };

const FLOW_ADDRESSES = ['orig.src', 'orig.dst', 'reply.src', 'reply.dst'];
const EXPECT_ADDRESSES = ['src', 'dst', 'master.src', 'master.dst'];

const isAddress = (value: Value): value is Address => typeof value === 'number' || typeof value === 'string';

export class ResolvingSink implements Sink {
  readonly #inner: Sink;
  readonly #names: ReverseNames;
  #held: Held[] = [];
  #addresses: Address[] = [];
  #header: Header = { table: 'conntrack' };
  #pending: Promise<void> | undefined;
  readonly #flow = FLOW_ADDRESSES.map(name => readerOf('conntrack', name));
  readonly #expectation = EXPECT_ADDRESSES.map(name => readerOf('expect', name));

  constructor(inner: Sink, names: ReverseNames) {
    this.#inner = inner;
    this.#names = names;
  }

  begin(header: Header): void {
    this.#header = header;
    this.#held.push({ kind: 'begin', header });
  }

  entry(view: MessageView): void {
    const readers = tableOfEntry(view, this.#header.table) === 'expect' ? this.#expectation : this.#flow;
    for (const read of readers) {
      const value = read(view);
      if (isAddress(value)) this.#addresses.push(value);
    }
    this.#held.push({ kind: 'entry', view: view.keep() });
    if (this.#held.length >= BATCH) this.#resolveBatch();
  }

  row(values: readonly Value[]): void {
    this.#header.columns?.forEach(({ type }, i) => {
      const value = values[i];
      if (type.name === 'address' && isAddress(value)) this.#addresses.push(value);
    });
    this.#held.push({ kind: 'row', values: [...values] });
    if (this.#held.length >= BATCH) this.#resolveBatch();
  }

  lost(loss: Loss): void {
    this.#held.push({ kind: 'lost', loss });
  }

  missing(member: Missing): void {
    this.#held.push({ kind: 'missing', member });
  }

  end(): void {
    this.#held.push({ kind: 'end' });
    this.#resolveBatch();
  }

  ready(): Promise<void> | undefined {
    if (this.#held.length > 0) this.#resolveBatch();
    return this.#pending;
  }

  /** Batches are resolved one after another, so that rows keep their order. */
  #resolveBatch(): void {
    const held = this.#held;
    const addresses = this.#addresses;
    this.#held = [];
    this.#addresses = [];
    const before = this.#pending;
    const work = (async () => {
      await before;
      await this.#names.learn(addresses);
      for (const item of held) this.#pass(item);
    })().finally(() => {
      if (this.#pending === work) this.#pending = undefined;
    });
    this.#pending = work;
    // A failure is reported by `ready`.
    work.catch(() => {});
  }

  #pass(item: Held): void {
    switch (item.kind) {
      case 'begin':
        this.#inner.begin(item.header);
        break;
      case 'entry':
        this.#inner.entry(item.view);
        break;
      case 'row':
        this.#inner.row(item.values);
        break;
      case 'lost':
        this.#inner.lost?.(item.loss);
        break;
      case 'missing':
        this.#inner.missing?.(item.member);
        break;
      case 'end':
        this.#inner.end();
        break;
    }
  }
}
