import { DCCP_ROLES, DCCP_STATES, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { MessageView, TupleView } from '../../ctnetlink/view/view.js';
import { writeAddress } from '../lines/line-writer.js';
import { printedKeysOf, protoWord, stateWord } from '../words.js';
import type { FlowEvent } from '../writing/event.js';
import type { Text } from '../writing/text.js';
import { swapped } from './words.js';

const COMMANDS = { new: '-A', update: '-U', destroy: '-D' } as const satisfies Record<FlowEvent, string>;

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

  /** `-A`, `-U` or `-D`: the command that makes what the event did. */
  command(event: FlowEvent): void {
    this.#text.ascii(COMMANDS[event]);
  }

  /** `-u`. @param status negative: absent, nothing is written @param names the bits that may be written, in their order */
  status(status: number, names: readonly (keyof typeof STATUS_FLAGS)[]): void {
    if (status < 0) return;
    const set = names.filter(name => (status & STATUS_FLAGS[name]) !== 0);
    this.#text.ascii(` -u ${set.length === 0 ? 'UNSET' : set.join(',')}`);
  }

  /** The states of TCP and SCTP, with the verification tags of SCTP. @param sctpState in place of the flow's own */
  state(view: MessageView, sctpState = view.sctpState): void {
    if (view.tcpState >= 0) this.#text.ascii(` --state ${stateWord(TCP_STATES, view.tcpState)}`);
    if (view.sctpState < 0) return;
    this.#text.ascii(` --state ${stateWord(SCTP_STATES, sctpState)}`);
    this.#verificationTags(view);
  }

  /** The state of DCCP, and the role of its original side. */
  dccp(state: number, role: number): void {
    this.#text.ascii(` --state ${stateWord(DCCP_STATES, state)}`);
    if (role >= 0) this.#text.ascii(` --role ${DCCP_ROLES[role === 1 ? 1 : 0]}`);
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

  #verificationTags({ sctpOrigVtag, sctpReplyVtag }: MessageView): void {
    if (sctpOrigVtag >= 0) this.number(' --orig-vtag ', swapped(sctpOrigVtag));
    if (sctpReplyVtag >= 0) this.number(' --reply-vtag ', swapped(sctpReplyVtag));
  }
}
