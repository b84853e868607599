import type { MessageView, TupleView } from '../../ctnetlink/view/view.js';
import { writeAddress } from '../lines/line-writer.js';
import { printedKeysOf, protoWord } from '../words.js';
import type { Text } from '../writing/text.js';
import { swapped } from './words.js';

/** Writes options of conntrack(8) with their values: what `output save` and conntrack(8)'s own `-o save` have in common. */
export class OptionWriter {
  readonly #text: Text;

  constructor(text: Text) {
    this.#text = text;
  }

  /** @param name the option, with a space on both sides. @param n its value; negative: absent, nothing is written */
  number(name: string, n: number | bigint): void {
    if (n < 0) return;
    this.#text.ascii(name);
    this.#text.integer(n);
  }

  /** @param at the offset of the address in the message; negative: absent, nothing is written */
  address(name: string, view: MessageView, at: number): void {
    if (at < 0) return;
    this.#text.ascii(name);
    writeAddress(this.#text, view, at);
  }

  /** `-p`. */
  protocol(proto: number): void {
    const word = protoWord(proto);
    this.#text.ascii(` -p ${word === 'unknown' ? Math.max(proto, 0) : word}`);
  }

  /** The ports of both directions, or what the protocol has in place of ports. */
  ports(orig: TupleView, reply: TupleView, replySport = reply.sport, replyDport = reply.dport): void {
    switch (printedKeysOf(orig.proto)) {
      case 'ports':
        this.number(' --sport ', orig.sport);
        this.number(' --dport ', orig.dport);
        this.number(' --reply-port-src ', replySport);
        this.number(' --reply-port-dst ', replyDport);
        break;
      case 'keys':
        this.number(' --srckey ', orig.sport);
        this.number(' --dstkey ', orig.dport);
        this.number(' --reply-key-src ', reply.sport);
        this.number(' --reply-key-dst ', reply.dport);
        break;
      case 'icmp': {
        const word = protoWord(orig.proto);
        this.number(` --${word}-type `, orig.icmpType);
        this.number(` --${word}-code `, orig.icmpCode);
        this.number(` --${word}-id `, orig.icmpId);
        break;
      }
      case 'none':
        break;
    }
  }

  /** The verification tags of SCTP. */
  verificationTags({ sctpOrigVtag, sctpReplyVtag }: MessageView): void {
    if (sctpOrigVtag >= 0) this.number(' --orig-vtag ', swapped(sctpOrigVtag));
    if (sctpReplyVtag >= 0) this.number(' --reply-vtag ', swapped(sctpReplyVtag));
  }
}
