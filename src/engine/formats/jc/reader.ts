/** The objects that `jc --conntrack` makes of the lines of `conntrack -L` and `conntrack -E`. */
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import { UNKNOWN_PORT } from '../../netlink/constants.js';
import { STATUS_WORDS, UNREPLIED, USERSPACE } from '../lines/words.js';
import { FlowDraft, type ProtoDraft, protoinfoOf, setStatus, type TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { isOfJc } from '../reading/marks.js';
import type { ObjectFormat } from '../reading/reader.js';
import { EVENTS } from '../reading/text/event.js';
import { type JsonObject, list, members, number, number64, text } from '../reading/text/json-value.js';
import { address, anyBase, familyOf, indexOf, UINT8, UINT16, UINT32 } from '../reading/text/text-values.js';
import { parseEpoch } from '../reading/text/time.js';
import { STATES_OF } from '../words.js';

/** jc takes the brackets away. */
const bare = (word: string): string => word.slice(1, -1);

const FLAGS: ReadonlyMap<string, number> = new Map(STATUS_WORDS.map(([word, , bits]) => [bare(word), bits]));

/** A number, or a text of one: jc leaves keys that begin with `0x` as they are. */
const key = (value: unknown, what: string): number =>
  typeof value === 'string' ? anyBase(value, UINT16) : number(value, UINT16, what);

const TUPLE: Readonly<Record<string, (tuple: TupleDraft, value: unknown, what: string) => void>> = {
  src: (tuple, value, what) => {
    tuple.src = address(text(value, what));
  },
  dst: (tuple, value, what) => {
    tuple.dst = address(text(value, what));
  },
  sport: (tuple, value, what) => {
    tuple.sport = number(value, UINT16, what);
  },
  dport: (tuple, value, what) => {
    tuple.dport = number(value, UINT16, what);
  },
  srckey: (tuple, value, what) => {
    tuple.sport = key(value, what);
  },
  dstkey: (tuple, value, what) => {
    tuple.dport = key(value, what);
  },
  type: (tuple, value, what) => {
    tuple.icmpType = number(value, UINT8, what);
  },
  code: (tuple, value, what) => {
    tuple.icmpCode = number(value, UINT8, what);
  },
  id: (tuple, value, what) => {
    tuple.icmpId = number(value, UINT16, what);
  },
  'zone-orig': (tuple, value, what) => {
    tuple.zone = number(value, UINT16, what);
  },
  'zone-reply': (tuple, value, what) => {
    tuple.zone = number(value, UINT16, what);
  },
};

/** Said by others. */
const IGNORED: ReadonlySet<string> = new Set(['protocol', 'family_number', 'progname']);

interface Counts {
  packets?: Integer;
  bytes?: Integer;
}

function read(object: JsonObject, entries: Entries): void {
  const draft = new FlowDraft();
  const counts: Record<'orig' | 'reply', Counts> = { orig: {}, reply: {} };
  for (const [name, value] of members(object)) {
    const direction = /^(orig|reply)_(.+)$/.exec(name);
    if (direction === null) {
      if (!addMember(draft, name, value, entries) && !IGNORED.has(name)) unknown(name, entries);
      continue;
    }
    const side = direction[1] as 'orig' | 'reply';
    const what = direction[2];
    if (what === 'packets' || what === 'bytes') counts[side][what] = number64(value, name);
    else if (Object.hasOwn(TUPLE, what)) TUPLE[what](draft[side], value, name);
    else unknown(name, entries);
  }
  draft.origCounters = countersOf(counts.orig);
  draft.replyCounters = countersOf(counts.reply);
  draft.protoinfo = stateOf(draft, object.state);
  const words = object.status === undefined ? [] : list(object.status, 'status').map(String);
  let status = words.includes(bare(UNREPLIED)) ? 0 : STATUS_FLAGS.SEEN_REPLY;
  for (const word of words) {
    const bits = FLAGS.get(word);
    if (bits !== undefined) status |= bits;
    else if (word === bare(USERSPACE)) draft.portid = draft.portid === 0 ? UNKNOWN_PORT : draft.portid;
    else if (word !== bare(UNREPLIED)) entries.report.unknown(`[${word}]`);
  }
  setStatus(draft, status);
  entries.flow(draft);
}

const countersOf = ({ packets, bytes }: Counts): { packets: Integer; bytes: Integer } | undefined =>
  packets === undefined && bytes === undefined ? undefined : { packets: packets ?? 0, bytes: bytes ?? 0 };

/** @returns false for a member that is not one of jc's */
function addMember(draft: FlowDraft, name: string, value: unknown, entries: Entries): boolean {
  switch (name) {
    case 'event':
      draft.event = EVENTS[indexOf(EVENTS, text(value, name).toLowerCase(), 'event')];
      return true;
    case 'event_timestamp': {
      // A double holds microseconds until 2255.
      const microseconds = Math.round(Number(value) * 1e6);
      const fraction = String(microseconds % 1e6).padStart(6, '0');
      draft.eventTime = parseEpoch(
        String(number(Math.floor(microseconds / 1e6), Number.MAX_SAFE_INTEGER, name)),
        fraction,
      );
      return true;
    }
    case 'family':
      draft.family = familyOf(text(value, name));
      return true;
    case 'protocol_number':
      draft.orig.proto = number(value, UINT8, name);
      draft.reply.proto = draft.orig.proto;
      return true;
    case 'timeout':
    case 'mark':
    case 'secmark':
    case 'use':
    case 'id':
    case 'portid':
      draft[name] = number(value, UINT32, name);
      return true;
    case 'zone':
      draft.zone = number(value, UINT16, name);
      return true;
    case 'secctx':
      draft.secctx = text(value, name);
      return true;
    case 'helper':
      draft.helper = { name: text(value, name) };
      return true;
    case 'labels':
      draft.labels = entries.labels(text(value, name).split(','));
      return true;
    default:
      return name === 'state' || name === 'status';
  }
}

function stateOf(draft: FlowDraft, state: unknown): ReturnType<typeof protoinfoOf> {
  const { proto } = draft.orig;
  const states = STATES_OF.get(proto ?? 0);
  if (typeof state !== 'string' || states === undefined) return undefined;
  const found = { state: indexOf(states, state, 'state') };
  const parts: ProtoDraft = { tcp: found, sctp: found, dccp: found };
  return protoinfoOf(proto, parts);
}

const unknown = (name: string, entries: Entries): void =>
  entries.report.note(`unknown member '${name.slice(0, 40)}', ignored`);

export const JC_OBJECTS: ObjectFormat = {
  called: 'an object of jc --conntrack',
  matches: isOfJc,
  make: entries => ({ read: object => read(object, entries) }),
};
