import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { Header, Missing, Sink } from '../../../engine/formats/sink.js';
import type { Value } from '../../../lang/values/value.js';

/** Passes the first rows of a result on, and drops the others. */
export class FirstRows implements Sink {
  readonly #inner: Sink;
  #count = 0;

  constructor(
    inner: Sink,
    readonly limit: number,
  ) {
    this.#inner = inner;
  }

  /** Whether rows were dropped. */
  get isCut(): boolean {
    return this.#count > this.limit;
  }

  begin(header: Header): void {
    this.#count = 0;
    this.#inner.begin(header);
  }

  entry(view: MessageView): void {
    if (++this.#count <= this.limit) this.#inner.entry(view);
  }

  row(values: readonly Value[]): void {
    if (++this.#count <= this.limit) this.#inner.row(values);
  }

  missing(member: Missing): void {
    this.#inner.missing?.(member);
  }

  end(): void {
    this.#inner.end();
  }

  ready(): Promise<void> | undefined {
    return this.#inner.ready?.();
  }
}
