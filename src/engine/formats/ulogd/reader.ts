/** The objects that ulogd's JSON writes of flows (NFCT, IP2STR): keys with dots in one flat object. */
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import { FlowDraft, hasReply, setStatus, type TupleDraft } from '../reading/draft/flow-draft.js';
import type { Entries } from '../reading/entries.js';
import { isOfUlogd } from '../reading/marks.js';
import type { ObjectFormat } from '../reading/reader.js';
import { ParseError } from '../reading/report/parse-error.js';
import type { EventName } from '../reading/text/event.js';
import { type JsonObject, number, number64, text } from '../reading/text/json-value.js';
import { address, UINT8, UINT16, UINT32 } from '../reading/text/text-values.js';
import { isoNanoseconds, parseEpoch } from '../reading/text/time.js';

/** enum nf_conntrack_msg_type of libnetfilter_conntrack. */
const EVENTS: Readonly<Record<number, EventName>> = { 1: 'new', 2: 'update', 4: 'destroy' };

/** The members that an object of a flow may have, for messages about others. */
const KNOWN =
  /^(?:(?:orig|reply)\.(?:ip\.(?:[sd]addr(?:\.str)?|protocol)|l4\.[sd]port|raw\.(?:pktlen|pktcount)(?:\.delta)?)|src_ip|dest_ip|icmp\.(?:type|code)|ct(?:\.(?:mark|id|event))?|flow\.(?:start|end)\.u?sec|oob\.(?:family|protocol|time\.u?sec)|@?timestamp|@version|dvc)$/;

function read(object: JsonObject, entries: Entries): void {
  const draft = new FlowDraft();
  const proto = number(object['orig.ip.protocol'] ?? object['reply.ip.protocol'], UINT8, 'orig.ip.protocol');
  draft.orig.proto = proto;
  draft.reply.proto = proto;
  // Where a key has a name in Splunk's model, that is written.
  addTuple(draft.orig, object, 'orig', object.src_ip, object.dest_ip);
  addTuple(draft.reply, object, 'reply', undefined, undefined);
  draft.origCounters = countersOf(object, 'orig');
  draft.replyCounters = countersOf(object, 'reply');
  if (object['icmp.type'] !== undefined) draft.orig.icmpType = number(object['icmp.type'], UINT8, 'icmp.type');
  if (object['icmp.code'] !== undefined) draft.orig.icmpCode = number(object['icmp.code'], UINT8, 'icmp.code');
  if (object['ct.mark'] !== undefined) draft.mark = number(object['ct.mark'], UINT32, 'ct.mark');
  if (object['ct.id'] !== undefined) draft.id = number(object['ct.id'], UINT32, 'ct.id');
  if (object['ct.event'] !== undefined) draft.event = EVENTS[number(object['ct.event'], UINT32, 'ct.event')];
  const start = timeOf(object, 'flow.start');
  const stop = timeOf(object, 'flow.end');
  if (start !== undefined || stop !== undefined) draft.timestamps = { start, stop };
  if (draft.event !== undefined) {
    const own = draft.event === 'new' ? start : draft.event === 'destroy' ? stop : undefined;
    draft.eventTime = own ?? loggedAt(object);
  }
  const unknown = Object.keys(object).find(key => !KNOWN.test(key));
  if (unknown !== undefined) entries.report.note(`unknown member '${unknown.slice(0, 40)}', ignored`);
  const replied = hasReply(draft) || (draft.replyCounters === undefined && draft.event !== 'new');
  setStatus(draft, replied ? STATUS_FLAGS.SEEN_REPLY : 0);
  // It does not log the identifier of ICMP.
  entries.flow(draft, true);
}

function addTuple(tuple: TupleDraft, object: JsonObject, side: 'orig' | 'reply', src: unknown, dst: unknown): void {
  const source = object[`${side}.ip.saddr.str`] ?? src;
  const destination = object[`${side}.ip.daddr.str`] ?? dst;
  if (source === undefined || destination === undefined) {
    throw new ParseError(
      `the ${side === 'orig' ? 'original' : 'reply'} addresses are missing: ulogd writes them with IP2STR`,
    );
  }
  tuple.src = address(text(source, `${side}.ip.saddr.str`));
  tuple.dst = address(text(destination, `${side}.ip.daddr.str`));
  const sport = object[`${side}.l4.sport`];
  const dport = object[`${side}.l4.dport`];
  if (sport !== undefined) tuple.sport = number(sport, UINT16, `${side}.l4.sport`);
  if (dport !== undefined) tuple.dport = number(dport, UINT16, `${side}.l4.dport`);
}

function countersOf(object: JsonObject, side: 'orig' | 'reply'): { packets: Integer; bytes: Integer } | undefined {
  const packets = object[`${side}.raw.pktcount`] ?? object[`${side}.raw.pktcount.delta`];
  const bytes = object[`${side}.raw.pktlen`] ?? object[`${side}.raw.pktlen.delta`];
  if (packets === undefined || bytes === undefined) return undefined;
  return { packets: number64(packets, `${side}.raw.pktcount`), bytes: number64(bytes, `${side}.raw.pktlen`) };
}

function timeOf(object: JsonObject, what: 'flow.start' | 'flow.end'): Integer | undefined {
  const seconds = object[`${what}.sec`];
  // Zero: not known.
  if (seconds === undefined || seconds === 0) return undefined;
  const microseconds = number(object[`${what}.usec`] ?? 0, 999_999, `${what}.usec`);
  return parseEpoch(String(number(seconds, UINT32, `${what}.sec`)), String(microseconds).padStart(6, '0'));
}

function loggedAt(object: JsonObject): Integer | undefined {
  const time = object.timestamp ?? object['@timestamp'];
  return time === undefined ? undefined : isoNanoseconds(text(time, 'timestamp'));
}

export const ULOGD_OBJECTS: ObjectFormat = {
  called: 'an object of ulogd',
  matches: isOfUlogd,
  make: entries => ({ read: object => read(object, entries) }),
};
