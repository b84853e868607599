/** A sink in front of another one that holds rows back until the names of their addresses are known. */
import { readerOf } from '../../engine/ctnetlink/fields/accessors.js';
import type { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Header, Loss, Sink } from '../../engine/formats/sink.js';
import { tableOfEntry } from '../../engine/formats/writing/columns.js';
import type { Address, Value } from '../../lang/values/value.js';
import type { ReverseNames } from './resolver.js';

/** Rows to a batch. */
const BATCH = 1_000;

type Held =
  | { readonly kind: 'begin'; readonly header: Header }
  | { readonly kind: 'entry'; readonly row: MessageView }
  | { readonly kind: 'row'; readonly values: readonly Value[] }
  | { readonly kind: 'lost'; readonly loss: Loss }
  | { readonly kind: 'end' };

const FLOW_ADDRESSES = ['orig.src', 'orig.dst', 'reply.src', 'reply.dst'];
const EXPECT_ADDRESSES = ['src', 'dst', 'master.src', 'master.dst'];

const isAddress = (value: Value): value is Address => typeof value === 'number' || typeof value === 'string';

export class ResolvingSink implements Sink {
  readonly #inner: Sink;
  readonly #names: ReverseNames;
  #held: Held[] = [];
  #wanted: Address[] = [];
  #header: Header = { table: 'conntrack' };
  #working: Promise<void> | undefined;
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
      if (isAddress(value)) this.#wanted.push(value);
    }
    this.#held.push({ kind: 'entry', row: view.keep() });
    if (this.#held.length >= BATCH) this.#work();
  }

  row(values: readonly Value[]): void {
    this.#header.columns?.forEach(({ type }, i) => {
      const value = values[i];
      if (type.name === 'address' && isAddress(value)) this.#wanted.push(value);
    });
    this.#held.push({ kind: 'row', values: [...values] });
    if (this.#held.length >= BATCH) this.#work();
  }

  lost(loss: Loss): void {
    this.#held.push({ kind: 'lost', loss });
  }

  end(): void {
    this.#held.push({ kind: 'end' });
    this.#work();
  }

  ready(): Promise<void> | undefined {
    if (this.#held.length > 0) this.#work();
    return this.#working;
  }

  /** Batches are worked off one after the other, so that rows keep their order. */
  #work(): void {
    const held = this.#held;
    const wanted = this.#wanted;
    this.#held = [];
    this.#wanted = [];
    const before = this.#working;
    const work = (async () => {
      await before;
      await this.#names.learn(wanted);
      for (const item of held) this.#pass(item);
    })().finally(() => {
      if (this.#working === work) this.#working = undefined;
    });
    this.#working = work;
    // Whoever waits on `ready` sees what went wrong.
    work.catch(() => {});
  }

  #pass(item: Held): void {
    switch (item.kind) {
      case 'begin':
        this.#inner.begin(item.header);
        break;
      case 'entry':
        this.#inner.entry(item.row);
        break;
      case 'row':
        this.#inner.row(item.values);
        break;
      case 'lost':
        this.#inner.lost?.(item.loss);
        break;
      case 'end':
        this.#inner.end();
        break;
    }
  }
}
