import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../../engine/formats/sink.js';

/** Keeps the first few entries that come. */
export class Sample implements Sink {
  header: Header | undefined;
  readonly rows: MessageView[] = [];

  constructor(readonly most = 5) {}

  begin(header: Header): void {
    this.header = header;
  }

  entry(view: MessageView): void {
    if (this.rows.length < this.most) this.rows.push(view.keep());
  }

  row(): void {}

  end(): void {}

  /** Hands them on. */
  replay(sink: Sink): void {
    if (this.header === undefined) return;
    sink.begin(this.header);
    for (const row of this.rows) sink.entry(row);
    sink.end();
  }
}
