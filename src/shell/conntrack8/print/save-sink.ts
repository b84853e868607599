import { AF_INET6 } from '../../../engine/ctnetlink/constants.js';
import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import { writtenOptions } from '../../../engine/formats/save/option-table.js';
import { OptionWriter } from '../../../engine/formats/save/option-writer.js';
import type { Header, Sink } from '../../../engine/formats/sink.js';
import { writeCause } from '../../../engine/formats/writing/cause.js';
import type { FlowEvent } from '../../../engine/formats/writing/event.js';
import type { Text } from '../../../engine/formats/writing/text.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';

const LINE_FEED = 0x0a;

const NUMBERS = writtenOptions('conntrack');

/** In the order in which conntrack(8) writes them. */
const STATUS = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'FIXED_TIMEOUT'] as const;

/**
 * conntrack(8)'s own `-o save`, which has neither marks nor labels, and of NAT the address in place of the reply's. `output save` of
 * the language keeps all of an entry.
 */
export class SaveLines implements Sink {
  readonly #text: Text;
  readonly #options: OptionWriter;
  readonly #what: FlowEvent;
  #events = false;

  /** @param what the command of the lines, where they are not events */
  constructor(text: Text, what: FlowEvent) {
    this.#text = text;
    this.#options = new OptionWriter(text);
    this.#what = what;
  }

  begin({ events }: Header): void {
    this.#events = events === true;
  }

  entry(view: MessageView): void {
    const text = this.#text;
    text.line();
    this.#options.command(this.#events ? view.event : this.#what);
    this.#options.number(' -t ', view.timeout);
    this.#options.status(view.status, STATUS);
    for (const { word, written } of NUMBERS) this.#options.number(word, written(view));
    this.#addresses(view);
    this.#protocol(view);
    if (this.#events) writeCause(text, view, printable);
    text.byte(LINE_FEED);
  }

  row(): void {}

  end(): void {
    this.#text.flush();
  }

  #addresses(view: MessageView): void {
    const { orig, reply, status } = view;
    const isTranslated = (done: number, before: number, after: number): boolean =>
      (status < 0 || (status & done) !== 0) && !sameAddress(view, before, after);
    this.#options.address(' -s ', view, orig.src);
    this.#options.address(' -d ', view, orig.dst);
    this.#options.address(
      isTranslated(STATUS_FLAGS.DST_NAT_DONE, orig.dst, reply.src) ? ' -g ' : ' -r ',
      view,
      reply.src,
    );
    this.#options.address(
      isTranslated(STATUS_FLAGS.SRC_NAT_DONE, orig.src, reply.dst) ? ' -n ' : ' -q ',
      view,
      reply.dst,
    );
  }

  #protocol(view: MessageView): void {
    this.#options.protocol(view.orig.proto);
    this.#options.ports(view.orig, view.reply);
    this.#options.state(view);
    if (view.dccpState >= 0) this.#options.dccp(view.dccpState, view.dccpRole);
  }
}

function sameAddress({ bytes, family }: MessageView, a: number, b: number): boolean {
  if (a < 0 || b < 0) return a === b;
  const length = family === AF_INET6 ? 16 : 4;
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}
