import { AF_INET6 } from '../../../engine/ctnetlink/constants.js';
import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import { writeAddress } from '../../../engine/formats/lines/line-writer.js';
import { writtenOptions } from '../../../engine/formats/save/option-table.js';
import { swapped } from '../../../engine/formats/save/words.js';
import type { Header, Sink } from '../../../engine/formats/sink.js';
import { printedKeysOf, protoWord, stateWord } from '../../../engine/formats/words.js';
import { writeCause } from '../../../engine/formats/writing/cause.js';
import type { Text } from '../../../engine/formats/writing/text.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { DCCP_STATES, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';

const LINE_FEED = 0x0a;

const NUMBERS = writtenOptions('conntrack');

const SAVE_COMMANDS = { new: '-A', update: '-U', destroy: '-D' } as const;

/** In the order in which conntrack(8) writes them. */
const STATUS = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'FIXED_TIMEOUT'] as const;

/**
 * conntrack(8)'s own `-o save`, which has neither marks nor labels, and of NAT the address in place of the reply's. `output save` of
 * the language keeps all of an entry.
 */
export class SaveLines implements Sink {
  readonly #text: Text;
  readonly #what: keyof typeof SAVE_COMMANDS;
  #events = false;

  /** @param what the command of the lines, where they are not events */
  constructor(text: Text, what: keyof typeof SAVE_COMMANDS) {
    this.#text = text;
    this.#what = what;
  }

  begin({ events }: Header): void {
    this.#events = events === true;
  }

  entry(view: MessageView): void {
    const text = this.#text;
    text.line();
    text.ascii(SAVE_COMMANDS[this.#events ? view.event : this.#what]);
    this.#option(' -t ', view.timeout);
    this.#status(view.status);
    for (const { word, written } of NUMBERS) this.#option(word, written(view));
    this.#addresses(view);
    this.#protocol(view);
    if (this.#events) writeCause(text, view, printable);
    text.byte(LINE_FEED);
  }

  row(): void {}

  end(): void {
    this.#text.flush();
  }

  #option(name: string, n: number | bigint): void {
    if (n < 0) return;
    this.#text.ascii(name);
    this.#text.integer(n);
  }

  #status(status: number): void {
    if (status < 0) return;
    const names = STATUS.filter(name => (status & STATUS_FLAGS[name]) !== 0);
    this.#text.ascii(` -u ${names.length === 0 ? 'UNSET' : names.join(',')}`);
  }

  #addresses(view: MessageView): void {
    const { orig, reply, status } = view;
    const isTranslated = (done: number, before: number, after: number): boolean =>
      (status < 0 || (status & done) !== 0) && !sameAddress(view, before, after);
    this.#address(' -s ', view, orig.src);
    this.#address(' -d ', view, orig.dst);
    this.#address(isTranslated(STATUS_FLAGS.DST_NAT_DONE, orig.dst, reply.src) ? ' -g ' : ' -r ', view, reply.src);
    this.#address(isTranslated(STATUS_FLAGS.SRC_NAT_DONE, orig.src, reply.dst) ? ' -n ' : ' -q ', view, reply.dst);
  }

  #address(name: string, view: MessageView, at: number): void {
    if (at < 0) return;
    this.#text.ascii(name);
    writeAddress(this.#text, view, at);
  }

  #protocol(view: MessageView): void {
    const text = this.#text;
    const { orig, reply } = view;
    const word = protoWord(orig.proto);
    text.ascii(` -p ${word === 'unknown' ? Math.max(orig.proto, 0) : word}`);
    switch (printedKeysOf(orig.proto)) {
      case 'ports':
        this.#option(' --sport ', orig.sport);
        this.#option(' --dport ', orig.dport);
        this.#option(' --reply-port-src ', reply.sport);
        this.#option(' --reply-port-dst ', reply.dport);
        break;
      case 'keys':
        this.#option(' --srckey ', orig.sport);
        this.#option(' --dstkey ', orig.dport);
        this.#option(' --reply-key-src ', reply.sport);
        this.#option(' --reply-key-dst ', reply.dport);
        break;
      case 'icmp':
        this.#option(` --${word}-type `, orig.icmpType);
        this.#option(` --${word}-code `, orig.icmpCode);
        this.#option(` --${word}-id `, orig.icmpId);
        break;
      case 'none':
        break;
    }
    if (view.tcpState >= 0) text.ascii(` --state ${stateWord(TCP_STATES, view.tcpState)}`);
    if (view.sctpState >= 0) {
      text.ascii(` --state ${stateWord(SCTP_STATES, view.sctpState)}`);
      this.#option(' --orig-vtag ', tag(view.sctpOrigVtag));
      this.#option(' --reply-vtag ', tag(view.sctpReplyVtag));
    }
    if (view.dccpState >= 0) {
      text.ascii(` --state ${stateWord(DCCP_STATES, view.dccpState)}`);
      if (view.dccpRole >= 0) text.ascii(` --role ${view.dccpRole === 1 ? 'server' : 'client'}`);
    }
  }
}

const tag = (n: number): number => (n < 0 ? n : swapped(n));

function sameAddress({ bytes, family }: MessageView, a: number, b: number): boolean {
  if (a < 0 || b < 0) return a === b;
  const length = family === AF_INET6 ? 16 : 4;
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}
