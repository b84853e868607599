import { MessageView } from '../../../engine/ctnetlink/view/view.js';
import type { Header, Sink } from '../../../engine/formats/sink.js';

/** Keeps the first few entries that come. */
export class Sample implements Sink {
  header: Header | undefined;
  readonly messages: Uint8Array[] = [];

  constructor(readonly most = 5) {}

  begin(header: Header): void {
    this.header = header;
  }

  entry(view: MessageView): void {
    if (this.messages.length < this.most) this.messages.push(view.copy());
  }

  row(): void {}

  end(): void {}

  /** Hands them on. */
  replay(sink: Sink, now: number | bigint): void {
    if (this.header === undefined) return;
    const view = new MessageView();
    view.now = now;
    sink.begin(this.header);
    for (const message of this.messages) {
      view.set(message, 0);
      sink.entry(view);
    }
    sink.end();
  }
}
