/**
 * `save`: command lines of conntrack(8), as `-o save` and ctq write them. What the syntax has no option for, ctq writes
 * behind them as ` # {…}`, in the form of `jsonl`.
 */
import { DCCP_ROLES, DCCP_STATES, SCTP_STATES, STATUS_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import { AF_INET, AF_INET6, IPPROTO } from '../../ctnetlink/constants.js';
import { invertTuple, type Tuple } from '../../ctnetlink/tuple.js';
import { applyExpectation, applyFlow, parseObject } from '../json/entry-reader.js';
import type { Entries } from '../reading/entries.js';
import {
  completeStatus,
  type EventName,
  ExpectationDraft,
  FlowDraft,
  type ProtoDraft,
  protoinfoOf,
  TupleDraft,
} from '../reading/flow-draft.js';
import { Unreadable } from '../reading/parse-error.js';
import { address, anyBase, indexOf, protocol, UINT8, UINT16, UINT32, uint } from '../reading/scan.js';
import { type OptionName, optionsOf } from './save-options.js';

const HEARTBEAT_SENT = SCTP_STATES.indexOf('HEARTBEAT_SENT');

const COMMANDS: Readonly<Record<string, EventName | undefined>> = {
  A: undefined,
  I: undefined,
  U: 'update',
  D: 'destroy',
};

/** @throws Unreadable */
export function readSave(line: string, entries: Entries): void {
  const rest = line.indexOf(' # {');
  const { command, table, options } = optionsOf(rest < 0 ? line : line.slice(0, rest));
  const object = rest < 0 ? undefined : parseObject(line.slice(rest + 3));
  const event = COMMANDS[command];
  if (table === 'expect') readExpectation(options, event, object, entries);
  else readFlow(options, event, object, entries);
}

type Options = ReadonlyMap<OptionName, string>;
type JsonObject = Readonly<Record<string, unknown>>;

/** Calls `use` with an option's text, if it is there. */
function given(options: Options, name: OptionName, use: (text: string) => void): void {
  const text = options.get(name);
  if (text !== undefined) use(text);
}

function protocolOf(options: Options): number {
  const text = options.get('protonum');
  if (text === undefined) throw new Unreadable('its protocol (-p) is not there');
  return protocol(text.toLowerCase());
}

function familyOf(options: Options): number {
  const text = options.get('family');
  if (text === undefined) return 0;
  if (text !== 'ipv4' && text !== 'ipv6') throw new Unreadable(`there is no family '${text}'`);
  return text === 'ipv4' ? AF_INET : AF_INET6;
}

/** Of a mark, `0x1/0xff` too. */
const markOf = (text: string): number => anyBase(text.split('/')[0], UINT32);

function readFlow(
  options: Options,
  event: EventName | undefined,
  object: JsonObject | undefined,
  entries: Entries,
): void {
  const draft = new FlowDraft();
  const { orig } = draft;
  const proto = protocolOf(options);
  draft.event = event;
  draft.family = familyOf(options);
  orig.proto = proto;
  given(options, 'orig-src', text => {
    orig.src = address(text);
  });
  given(options, 'orig-dst', text => {
    orig.dst = address(text);
  });
  readKeys(options, orig, '');
  if (orig.src === undefined || orig.dst === undefined) throw new Unreadable('its addresses (-s, -d) are not there');
  readReply(options, draft);
  given(options, 'timeout', text => {
    draft.timeout = uint(text, UINT32);
  });
  given(options, 'mark', text => {
    draft.mark = markOf(text);
  });
  given(options, 'secmark', text => {
    draft.secmark = anyBase(text, UINT32);
  });
  given(options, 'zone', text => {
    draft.zone = uint(text, UINT16);
  });
  given(options, 'orig-zone', text => {
    orig.zone = uint(text, UINT16);
  });
  given(options, 'reply-zone', text => {
    draft.reply.zone = uint(text, UINT16);
  });
  given(options, 'id', text => {
    draft.id = anyBase(text, UINT32);
  });
  const labels = [options.get('label'), options.get('label-add')].filter(text => text !== undefined);
  if (labels.length > 0) draft.labels = entries.labels(labels.flatMap(text => text.split(',')));
  const parts = readProtocol(options, proto);
  let shown = 0;
  given(options, 'status', text => {
    shown = statusOf(text);
  });
  if (object === undefined) draft.protoinfo = protoinfoOf(proto, parts);
  else applyFlow(draft, object, entries, parts);
  // A status in the object is the whole one.
  if (object?.status === undefined) completeStatus(draft, shown | translatedOf(options));
  entries.flow(draft);
}

const SAID = ['reply-src', 'reply-dst', 'reply-port-src', 'reply-port-dst'] as const satisfies readonly OptionName[];

/** Of a reply what is not said is the inverse of the original; a translation is as the kernel shows it, inside. */
function readReply(options: Options, { orig, reply }: FlowDraft): void {
  reply.proto = orig.proto;
  if (!SAID.every(name => options.has(name))) Object.assign(reply, invertTuple(orig as Tuple));
  given(options, 'reply-src', text => {
    reply.src = address(text);
  });
  given(options, 'reply-dst', text => {
    reply.dst = address(text);
  });
  given(options, 'reply-port-src', text => {
    reply.sport = anyBase(text, UINT16);
  });
  given(options, 'reply-port-dst', text => {
    reply.dport = anyBase(text, UINT16);
  });
  given(options, 'src-nat', text => {
    const { at, port } = translation(text);
    if (at !== undefined) reply.dst = at;
    if (port !== undefined) reply.dport = port;
  });
  given(options, 'dst-nat', text => {
    const { at, port } = translation(text);
    if (at !== undefined) reply.src = at;
    if (port !== undefined) reply.sport = port;
  });
}

/** `ADDRESS`, `ADDRESS:PORT`, `[ADDRESS]:PORT`, `:PORT`. */
function translation(text: string): { at?: ReturnType<typeof address>; port?: number } {
  const match = /^\[(.*)\](?::(\d+))?$/.exec(text) ?? /^([0-9.]*)(?::(\d+))$/.exec(text) ?? [text, text, undefined];
  const [, at, port] = match;
  return {
    ...(at === '' ? {} : { at: address(at) }),
    ...(port === undefined ? {} : { port: uint(port, UINT16) }),
  };
}

/** What is translated to itself is translated, too. */
function translatedOf(options: Options): number {
  const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE } = STATUS_FLAGS;
  const done = SRC_NAT_DONE | DST_NAT_DONE;
  return (options.has('src-nat') ? SRC_NAT | done : 0) | (options.has('dst-nat') ? DST_NAT | done : 0);
}

/** Ports, call keys, or ICMP's numbers. @param part the options' prefix: '', `tuple-`, `mask-` */
function readKeys(options: Options, tuple: TupleDraft, part: '' | 'tuple-' | 'mask-'): void {
  given(options, `${part || 'orig-'}port-src`, text => {
    tuple.sport = anyBase(text, UINT16);
  });
  given(options, `${part || 'orig-'}port-dst`, text => {
    tuple.dport = anyBase(text, UINT16);
  });
  if (part !== '') return;
  given(options, 'icmp-type', text => {
    tuple.icmpType = uint(text, UINT8);
  });
  given(options, 'icmp-code', text => {
    tuple.icmpCode = uint(text, UINT8);
  });
  given(options, 'icmp-id', text => {
    tuple.icmpId = uint(text, UINT16);
  });
}

function readProtocol(options: Options, proto: number): ProtoDraft {
  const state = options.get('state');
  switch (proto) {
    case IPPROTO.TCP:
      return state === undefined ? {} : { tcp: { state: indexOf(TCP_STATES, state, 'state of TCP') } };
    case IPPROTO.SCTP: {
      const sctp: NonNullable<ProtoDraft['sctp']> = {};
      // conntrack(8) has no word for HEARTBEAT_SENT.
      if (state === '(null)') sctp.state = HEARTBEAT_SENT;
      else if (state !== undefined) sctp.state = indexOf(SCTP_STATES, state, 'state of SCTP');
      given(options, 'orig-vtag', text => {
        sctp.origVtag = swapped(uint(text, UINT32));
      });
      given(options, 'reply-vtag', text => {
        sctp.replyVtag = swapped(uint(text, UINT32));
      });
      return { sctp };
    }
    case IPPROTO.DCCP: {
      const dccp: NonNullable<ProtoDraft['dccp']> = {};
      if (state !== undefined) dccp.state = indexOf(DCCP_STATES, state, 'state of DCCP');
      given(options, 'role', text => {
        dccp.role = indexOf(DCCP_ROLES, text, 'role of DCCP');
      });
      return { dccp };
    }
    default:
      return {};
  }
}

/** conntrack(8) writes verification tags with their bytes in the order of the wire. */
const swapped = (tag: number): number =>
  (((tag & 0xff) << 24) | ((tag & 0xff00) << 8) | ((tag >>> 8) & 0xff00) | (tag >>> 24)) >>> 0;

function statusOf(text: string): number {
  let bits = 0;
  for (const word of text.split(',')) {
    if (word === 'UNSET') continue;
    if (!Object.hasOwn(STATUS_FLAGS, word)) throw new Unreadable(`there is no status '${word}'`);
    bits |= STATUS_FLAGS[word as keyof typeof STATUS_FLAGS];
  }
  return bits;
}

function readExpectation(
  options: Options,
  event: EventName | undefined,
  object: JsonObject | undefined,
  entries: Entries,
): void {
  const draft = new ExpectationDraft();
  const proto = protocolOf(options);
  draft.event = event;
  draft.family = familyOf(options);
  draft.tuple.proto = proto;
  const named = new TupleDraft();
  given(options, 'orig-src', text => {
    named.src = address(text);
  });
  given(options, 'orig-dst', text => {
    named.dst = address(text);
  });
  named.proto = proto;
  readKeys(options, named, '');
  if (options.has('tuple-src') || options.has('tuple-dst')) {
    draft.master = named;
    given(options, 'tuple-src', text => {
      draft.tuple.src = address(text);
    });
    given(options, 'tuple-dst', text => {
      draft.tuple.dst = address(text);
    });
    readKeys(options, draft.tuple, 'tuple-');
  } else {
    // A delete names what is expected itself.
    Object.assign(draft.tuple, named);
  }
  if (options.has('mask-src') || options.has('mask-dst')) {
    const mask = new TupleDraft();
    mask.proto = proto;
    given(options, 'mask-src', text => {
      mask.src = address(text);
    });
    given(options, 'mask-dst', text => {
      mask.dst = address(text);
    });
    readKeys(options, mask, 'mask-');
    draft.mask = mask;
  }
  given(options, 'timeout', text => {
    draft.timeout = uint(text, UINT32);
  });
  given(options, 'zone', text => {
    draft.zone = uint(text, UINT16);
  });
  if (object !== undefined) applyExpectation(draft, object, entries);
  if (draft.mask !== undefined) draft.mask.proto = draft.tuple.proto;
  draft.flags ??= 0;
  entries.expectation(draft);
}
