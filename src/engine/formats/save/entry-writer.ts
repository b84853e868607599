/**
 * The `save` format: command lines of conntrack(8) (`-o save`), which `conntrack -R FILE` reads back.
 *
 * conntrack(8) itself leaves out marks and labels, writes NAT so that its ports are not restored, and writes DCCP lines
 * and `-u EXPECTED` which its own `-R` refuses, with nothing restored at all. Here a translated flow is written as
 * the kernel expects it: the reply tuple before translation, and `-n ADDRESS:PORT` (source) or
 * `-g ADDRESS:PORT` (destination) besides.
 *
 * Fields without an option are at the end of the line as ` # {…}`, an object in the form of `jsonl`: conntrack(8)
 * takes it for operands and ignores it, ctq reads it: helper, labels
 * (`--label-add` makes `-R` of conntrack-tools 1.4.7 crash at the second line), secctx, secmark, id, use, counters, start, TCP flags and window scales, sequence adjustment, SYNPROXY, the master's tuple,
 * the state of an SCTP association that only sent HEARTBEAT (written as ESTABLISHED, since `-R` crashes at it), the whole status where it has bits that `-u` does not know or that a restore must not ask for (EXPECTED, OFFLOAD), and a
 * translated ICMP id. `-R` restores none of these; counters, ids and start times nothing can restore.
 *
 * Expectations become `-I expect …`, a command a line: `-R` refuses them, but `xargs -L1 conntrack <FILE` makes them, as
 * far as conntrack(8) can: it has no options for flags, class and NAT, and 1.4.7 sends a protocol number that it never set.
 */

import { DCCP_STATES, SCTP_STATES, STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { isoTime } from '../../../lang/values/iso-time.js';
import type { MessageView, TupleView } from '../../ctnetlink/view/view.js';
import { UNKNOWN_PORT } from '../../netlink/constants.js';
import { type Member, nest } from '../json/nest.js';
import { jsonMembers } from '../json/value-writer.js';
import { writeAddress } from '../lines/line-writer.js';
import { printedKeysOf } from '../words.js';
import { allColumns, type EntryColumn, entryColumn } from '../writing/columns.js';
import type { FlowEvent } from '../writing/event.js';
import type { FormatContext } from '../writing/format.js';
import type { Text } from '../writing/text.js';
import { SAID_FIELDS, writtenOptions } from './option-table.js';
import { OptionWriter } from './option-writer.js';

const LINE_FEED = 0x0a;
/** Seconds for an entry that the kernel sends without a timeout: an offloaded flow, whose own is a day. */
const NO_TIMEOUT = 86_400;

/** Bits that conntrack(8) writes, and that a new entry may have. */
const RESTORABLE = ['SEEN_REPLY', 'ASSURED', 'FIXED_TIMEOUT'] as const;

/** Bits that follow from the rest of a line: from the options of NAT, or set on every entry. */
const IMPLIED =
  RESTORABLE.reduce((bits, name) => bits | STATUS_FLAGS[name], 0) |
  STATUS_FLAGS.CONFIRMED |
  STATUS_FLAGS.SRC_NAT |
  STATUS_FLAGS.DST_NAT |
  STATUS_FLAGS.SRC_NAT_DONE |
  STATUS_FLAGS.DST_NAT_DONE;

/** Fields that have an option, besides `SAID_FIELDS`. */
const WITH_OPTION =
  /^(family|proto|(orig|reply)\.(src|dst|sport|dport|icmp_type|icmp_code|icmp_id|srckey|dstkey|vtag)|state|status|timeout|age|packets|bytes|nat|snat|dnat|(tcp|sctp|dccp)\.state|dccp\.role|event|event_time|portid)$/;

/** SHUTDOWN_ACK_SENT: `-R` of conntrack-tools 1.4.7 crashes at the states after it. */
const LAST_SCTP = 7;

const NUMBERS = writtenOptions('ctq');

/** Snapshots in XML have no ICMP type. `conntrack -R` refuses a whole file for one such command. */
const lacksIcmp = ({ proto, icmpType, icmpCode, icmpId }: TupleView): boolean =>
  printedKeysOf(proto) === 'icmp' && (icmpType < 0 || icmpCode < 0 || icmpId < 0);

interface Rest {
  readonly columns: readonly EntryColumn[];
  readonly members: readonly Member[];
}

const restOf = (columns: readonly EntryColumn[]): Rest => ({ columns, members: nest(columns.map(({ name }) => name)) });

/** The options of DCCP that a flow has only because `-R` insists on them, as members without a value. */
function notKnown({ orig, dccpState, dccpRole }: MessageView): string {
  if (orig.proto !== DCCP) return '';
  return joined(
    orig.sport < 0 ? '"sport":null' : '',
    dccpState < 0 ? '"state":null' : '',
    dccpRole < 0 ? '"role":null' : '',
  );
}

/** What no command says of an event: `-A` is that of an entry as well. */
function aboutEvent({ happened, portid }: MessageView, event: FlowEvent | undefined): string {
  if (event === undefined) return '';
  const members: string[] = [];
  if (event === 'new') members.push('"event":"new"');
  if (happened >= 0) members.push(`"event_time":"${isoTime(happened)}"`);
  if (portid !== 0 && portid !== UNKNOWN_PORT) members.push(`"portid":${portid}`);
  return members.join(',');
}

const joined = (...members: readonly string[]): string => members.filter(each => each !== '').join(',');

/** Writes entries as command lines, their ends included. */
export class SaveWriter {
  readonly #context: FormatContext;
  readonly #text: Text;
  readonly #options: OptionWriter;
  readonly #rest: Rest;
  readonly #status: number;
  readonly #state: number;
  readonly #replyId: number;
  readonly #expectRest: Rest;

  /** Flows written as comments, since no command can restore them. */
  incomplete = 0;

  constructor(context: FormatContext) {
    this.#context = context;
    this.#text = context.text;
    this.#options = new OptionWriter(context.text);
    const columns = allColumns('conntrack', false).filter(
      ({ name }) => !WITH_OPTION.test(name) && !SAID_FIELDS.has(name),
    );
    // They have options; here only where the options cannot express them.
    this.#status = columns.push(entryColumn('conntrack', 'status')) - 1;
    this.#state = columns.push(entryColumn('conntrack', 'state')) - 1;
    this.#replyId = columns.push(entryColumn('conntrack', 'reply.icmp_id')) - 1;
    this.#rest = restOf(columns);
    this.#expectRest = restOf(
      ['id', 'class', 'helper', 'fn', 'flags', 'zone', 'nat.dir', 'nat.src', 'nat.sport'].map(name =>
        entryColumn('expect', name),
      ),
    );
  }

  flow(view: MessageView, event: FlowEvent | undefined): void {
    const text = this.#text;
    const { orig, reply, status } = view;
    text.line();
    if (event !== 'destroy' && lacksIcmp(orig)) {
      this.incomplete++;
      text.ascii('# no ICMP type, code and id: ');
    }
    this.#options.command(event ?? 'new');
    if (view.timeout >= 0 || (event ?? 'new') === 'new') {
      text.ascii(' -t ');
      text.integer(view.timeout < 0 ? NO_TIMEOUT : view.timeout);
    }
    this.#options.status(status, RESTORABLE);
    for (const { word, written } of NUMBERS) this.#options.number(word, written(view));
    const snat = status > 0 && (status & STATUS_FLAGS.SRC_NAT) !== 0;
    const dnat = status > 0 && (status & STATUS_FLAGS.DST_NAT) !== 0;
    this.#options.address(' -s ', view, orig.src);
    this.#options.address(' -d ', view, orig.dst);
    this.#options.address(' -r ', view, dnat ? orig.dst : reply.src);
    this.#options.address(' -q ', view, snat ? orig.src : reply.dst);
    this.#protocol(view, snat, dnat);
    if (snat) this.#translation(' -n ', view, reply.dst, reply.dport);
    if (dnat) this.#translation(' -g ', view, reply.src, reply.sport);
    this.#writeRest(view, status, event);
    text.byte(LINE_FEED);
  }

  #protocol(view: MessageView, snat: boolean, dnat: boolean): void {
    const { orig, reply } = view;
    this.#options.protocol(orig.proto);
    this.#options.ports(orig, reply, dnat ? orig.dport : reply.sport, snat ? orig.sport : reply.dport);
    this.#options.state(view, view.sctpState > LAST_SCTP ? SCTP_STATES.indexOf('ESTABLISHED') : view.sctpState);
    if (orig.proto === DCCP) this.#dccp(view);
  }

  /** Linux 6.17 forgot DCCP: its flows have neither ports nor state, but `-R` insists on them. Zeros and any state do; `notKnown` says that they are not the flow's. */
  #dccp(view: MessageView): void {
    if (view.orig.sport < 0) this.#text.ascii(' --sport 0 --dport 0 --reply-port-src 0 --reply-port-dst 0');
    this.#options.dccp(view.dccpState < 0 ? DCCP_STATES.indexOf('OPEN') : view.dccpState, Math.max(view.dccpRole, 0));
  }

  #translation(name: string, view: MessageView, at: number, port: number): void {
    const text = this.#text;
    const withPort = port >= 0 && printedKeysOf(view.orig.proto) === 'ports';
    const brackets = withPort && view.family === AF_INET6;
    text.ascii(brackets ? `${name}[` : name);
    writeAddress(text, view, at);
    if (withPort) this.#options.number(brackets ? ']:' : ':', port);
  }

  #writeRest(view: MessageView, status: number, event: FlowEvent | undefined): void {
    const { columns, members } = this.#rest;
    const values = columns.map(column => column.read(view));
    if (status < 0 || (status & ~IMPLIED) === 0) values[this.#status] = null;
    if (view.sctpState <= LAST_SCTP) values[this.#state] = null;
    if (view.reply.icmpId === view.orig.icmpId) values[this.#replyId] = null;
    const rest = jsonMembers(members, values, columns, this.#context, true);
    this.#writeObject(joined(aboutEvent(view, event), notKnown(view), rest));
  }

  /** Quotes inside quotes are written as \u escapes: conntrack(8) takes lines apart at quotes and spaces. */
  #writeObject(body: string): void {
    if (body !== '') this.#text.utf8(` # {${body.replace(/\\["\\]/g, c => (c[1] === '"' ? '\\u0022' : '\\u005c'))}}`);
  }

  expectation(view: MessageView, event: FlowEvent | undefined): void {
    const text = this.#text;
    const { tuple, mask, master } = view;
    text.line();
    text.ascii(event === 'destroy' ? '-D expect' : '-I expect');
    this.#options.number(' -t ', view.timeout);
    if (event === 'destroy') {
      this.#tuple(view, tuple, ' -s ', ' -d ', '');
    } else {
      this.#tuple(view, master, ' -s ', ' -d ', '');
      this.#tuple(view, tuple, ' --tuple-src ', ' --tuple-dst ', 'tuple');
      this.#tuple(view, mask, ' --mask-src ', ' --mask-dst ', 'mask');
    }
    const { columns, members } = this.#expectRest;
    const values = columns.map(column => column.read(view));
    // The expected protocol: conntrack(8) has one option for both, and takes the master's.
    const proto = tuple.proto !== master.proto ? `"proto":${Math.max(tuple.proto, 0)}` : '';
    const rest = jsonMembers(members, values, columns, this.#context, true);
    this.#writeObject(joined(aboutEvent(view, event), proto, rest));
    text.byte(LINE_FEED);
  }

  #tuple(view: MessageView, tuple: TupleView, src: string, dst: string, part: '' | 'tuple' | 'mask'): void {
    this.#options.address(src, view, tuple.src);
    this.#options.address(dst, view, tuple.dst);
    if (part === '') this.#options.protocol(tuple.proto);
    const prefix = part === '' ? ' --orig' : ` --${part}`;
    const keys = printedKeysOf(tuple.proto);
    if (keys !== 'ports' && keys !== 'keys') return;
    // Options are those of the protocol after -p: of the master, if there is one.
    const named = part === '' ? tuple.proto : view.master.proto;
    const kind = printedKeysOf(named) === 'keys' ? 'key' : 'port';
    this.#options.number(`${prefix}-${kind}-src `, tuple.sport);
    this.#options.number(`${prefix}-${kind}-dst `, tuple.dport);
  }
}

const AF_INET6 = 10;
const DCCP = 33;
