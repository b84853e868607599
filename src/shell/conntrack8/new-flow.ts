import type { Flow, Helper, SeqAdj, Synproxy } from '../../engine/ctnetlink/flow.js';
import type { NatRange as Range } from '../../engine/ctnetlink/nat-range.js';
import type { ProtoInfo, TcpInfo } from '../../engine/ctnetlink/protoinfo.js';
import { invertTuple, type Tuple } from '../../engine/ctnetlink/tuple.js';
import { labelSet } from '../../lang/check/statements/assignments.js';
import { SCTP_STATES, STATUS_FLAGS, TCP_FLAGS } from '../../lang/schema/constants.js';
import { protocolNumber } from '../../lang/schema/flags.js';
import { parseAddress } from '../../lang/values/address.js';
import type { Translation } from './address.js';
import type { CommandLine } from './command-line.js';
import { swapped } from './conditions.js';
import { checkStatus, type Side, sidesOf } from './insertion.js';
import { refuse, refuseAsInvalid } from './mistake.js';

type Rest = Readonly<Record<string, unknown>>;

const AF_INET = 2;
const AF_INET6 = 10;

/**
 * The flow that `-I` or `-A` makes, ready to be written into a message: for files of many lines, which become one batch. A single
 * command line goes the road of every statement (`insertion.ts`); both make the same entry.
 * @param rest what ctq's `output save` wrote behind the line
 * @throws Refusal
 */
export function newFlow(
  line: CommandLine,
  rest: Rest | undefined,
  labelBit: (name: string) => number | undefined,
): Flow {
  checkStatus(line);
  const { orig, reply } = tuplesOf(line);
  const { timeout, status, mark, zone, changedLabels, snat, dnat } = line;
  const family = typeof orig.src === 'number' ? AF_INET : AF_INET6;
  const labels = [...changedLabels, ...listOf(rest?.labels)].map(label => bitOf(label, labelBit));
  const info = protoinfoOf(line, rest);
  return {
    family,
    orig,
    reply,
    timeout,
    ...(zone === undefined || zone === 0 ? {} : { zone }),
    ...(status === undefined ? {} : { status: statusBits(status.set) }),
    ...(mark === undefined ? {} : { mark: mark.value }),
    ...(labels.length === 0 ? {} : { labels: labelSet(labels) }),
    ...(info === undefined ? {} : { protoinfo: info }),
    ...(snat === undefined ? {} : { snat: rangeOf(snat, objectOf(rest?.reply)?.icmp_id) }),
    ...(dnat === undefined ? {} : { dnat: rangeOf(dnat) }),
    ...(rest === undefined ? {} : restOf(rest)),
  };
}

const statusBits = (names: readonly (keyof typeof STATUS_FLAGS)[]): number =>
  names.reduce((bits, name) => bits | STATUS_FLAGS[name], 0);

const rangeOf = ({ address, port }: Translation, icmpId?: unknown): Range => ({
  minAddress: address,
  ...(port !== undefined ? { minPort: port } : typeof icmpId === 'number' ? { minPort: icmpId } : {}),
});

function tuplesOf(line: CommandLine): { orig: Tuple; reply: Tuple } {
  const sides = sidesOf(line);
  const orig = tupleOf(line, sides.orig, line.origZone);
  const inverse = invertTuple(orig);
  if (inverse === undefined)
    refuseAsInvalid(line, `the kernel tracks no flows of ${line.proto?.name} type ${line.keys.type}`);
  const reply = sides.reply === undefined ? inverse : replyTuple(inverse, tupleOf(line, sides.reply));
  const { replyZone } = line;
  return { orig, reply: replyZone === undefined || replyZone === 0 ? reply : { ...reply, zone: replyZone } };
}

/** ICMP's numbers are those of the inverse: a reply to type 8 is of type 0. */
function replyTuple(inverse: Tuple, said: Tuple): Tuple {
  const { icmpType, icmpCode, icmpId } = inverse;
  return { ...inverse, ...said, ...(icmpType === undefined ? {} : { icmpType, icmpCode, icmpId }) };
}

function tupleOf(line: CommandLine, { src, dst, srcKey, dstKey }: Side, zone?: number): Tuple {
  const { proto, keys } = line;
  if (src === undefined || dst === undefined || proto === undefined)
    return refuseAsInvalid(line, 'addresses are missing');
  const isIcmp = proto.name === 'icmp' || proto.name === 'icmpv6';
  if (isIcmp && (typeof src === 'number') !== (proto.name === 'icmp'))
    refuseAsInvalid(line, `${proto.name} does not fit these addresses`);
  return {
    src,
    dst,
    proto: proto.number,
    ...(srcKey === undefined ? {} : { sport: srcKey }),
    ...(dstKey === undefined ? {} : { dport: dstKey }),
    ...(zone === undefined || zone === 0 ? {} : { zone }),
    ...(isIcmp ? { icmpType: keys.type ?? 0, icmpCode: keys.code ?? 0, icmpId: keys['icmp-id'] ?? 0 } : {}),
  };
}

function protoinfoOf({ proto, keys }: CommandLine, rest: Rest | undefined): ProtoInfo | undefined {
  const { state } = keys;
  switch (proto?.name) {
    case 'tcp':
      return { protocol: 'tcp', ...(state === undefined ? {} : { state }), ...tcpOf(objectOf(rest?.tcp)) };
    case 'sctp': {
      // The state of a line may stand for one that conntrack(8) cannot read.
      const told = (SCTP_STATES as readonly unknown[]).indexOf(rest?.state);
      return {
        protocol: 'sctp',
        state: told < 0 ? state : told,
        origVtag: swapped(keys['orig-vtag'] ?? 0),
        replyVtag: swapped(keys['reply-vtag'] ?? 0),
      };
    }
    case 'dccp':
      if (state === undefined && keys.role === undefined) return undefined;
      return { protocol: 'dccp', ...(state === undefined ? {} : { state }), role: keys.role };
    default:
      return undefined;
  }
}

function tcpOf(tcp: Rest | undefined): Partial<TcpInfo> {
  if (tcp === undefined) return {};
  const orig = objectOf(tcp.orig);
  const reply = objectOf(tcp.reply);
  return {
    ...numbers({ origWscale: orig?.wscale, replyWscale: reply?.wscale }),
    ...numbers({ origFlags: flagBits(orig?.flags), replyFlags: flagBits(reply?.flags) }),
  };
}

/** The bits of TCP's flags, by their names or numbers. */
export function flagBits(names: unknown): number | undefined {
  if (!Array.isArray(names)) return undefined;
  const known: Readonly<Record<string, number>> = TCP_FLAGS;
  return names.reduce<number>((bits, name) => bits | (known[String(name)] ?? (Number(name) || 0)), 0);
}

function restOf(rest: Rest): Partial<Flow> {
  const seqadj = objectOf(rest.seqadj);
  const master = masterOf(objectOf(rest.master));
  const helper: Helper | undefined = typeof rest.helper === 'string' ? { name: rest.helper } : undefined;
  const origSeqadj = whole<SeqAdj>(objectOf(seqadj?.orig), ['pos', 'before', 'after']);
  const replySeqadj = whole<SeqAdj>(objectOf(seqadj?.reply), ['pos', 'before', 'after']);
  const synproxy = whole<Synproxy>(objectOf(rest.synproxy), ['isn', 'its', 'tsoff']);
  return {
    ...(helper === undefined ? {} : { helper }),
    ...(master === undefined ? {} : { master }),
    ...(origSeqadj === undefined ? {} : { origSeqadj }),
    ...(replySeqadj === undefined ? {} : { replySeqadj }),
    // Every entry that is made by netlink has one of zeros.
    ...(synproxy === undefined || Object.values(synproxy).every(n => n === 0) ? {} : { synproxy }),
  };
}

function masterOf(master: Rest | undefined): Tuple | undefined {
  if (master === undefined) return undefined;
  const src = typeof master.src === 'string' ? parseAddress(master.src) : undefined;
  const dst = typeof master.dst === 'string' ? parseAddress(master.dst) : undefined;
  const proto = typeof master.proto === 'number' ? master.proto : protocolNumber(String(master.proto));
  if (src === undefined || dst === undefined || proto === undefined) return undefined;
  const { sport, dport, icmp_type, icmp_code, icmp_id, srckey, dstkey } = master;
  const keys = { sport: sport ?? srckey, dport: dport ?? dstkey };
  return { src, dst, proto, ...numbers({ ...keys, icmpType: icmp_type, icmpCode: icmp_code, icmpId: icmp_id }) };
}

const objectOf = (value: unknown): Rest | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Rest) : undefined;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Those that are numbers. */
const numbers = <K extends string>(values: Readonly<Record<K, unknown>>): { [_ in K]?: number } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'number')) as { [_ in K]?: number };

const whole = <T>(value: Rest | undefined, keys: readonly (keyof T & string)[]): T | undefined =>
  value !== undefined && keys.every(key => typeof value[key] === 'number') ? (value as T) : undefined;

function bitOf(label: unknown, labelBit: (name: string) => number | undefined): number {
  const bit = typeof label === 'number' ? label : labelBit(String(label));
  if (bit === undefined || bit < 0 || bit > 127) refuse(`unknown label '${String(label)}'`);
  return bit;
}
