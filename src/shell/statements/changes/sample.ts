import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../../engine/formats/sink.js';

/** Keeps the first few entries of a result. */
export class Sample implements Sink {
  header: Header | undefined;
  readonly rows: MessageView[] = [];

  constructor(readonly limit = 5) {}

  begin(header: Header): void {
    this.header = header;
  }

  entry(view: MessageView): void {
    if (this.rows.length < this.limit) this.rows.push(view.keep());
  }

  row(): void {}

  end(): void {}

  get size(): number {
    return this.rows.length;
  }

  /** Writes them, at most so many, to another sink. */
  replay(sink: Sink, most = this.limit): void {
    if (this.header === undefined) return;
    sink.begin(this.header);
    for (const row of this.rows.slice(0, most)) sink.entry(row);
    sink.end();
  }
}
