import { DCCP_ROLES, DCCP_STATES, SCTP_STATES, TCP_FLAGS, TCP_STATES } from '../../../lang/schema/constants.js';
import type { DccpInfo, ProtoInfo, SctpInfo, TcpInfo } from '../../ctnetlink/codec/protoinfo.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import { invalidChange } from '../errors.js';
import type { AssignableField, SetValues } from './set-values.js';
import { protocolText } from './tuples.js';

const TCP_FIELDS = ['tcp.state', 'tcp.orig.wscale', 'tcp.reply.wscale', 'tcp.orig.flags', 'tcp.reply.flags'] as const;
const SCTP_FIELDS = ['sctp.state', 'orig.vtag', 'reply.vtag'] as const;
const DCCP_FIELDS = ['dccp.state', 'dccp.role', 'dccp.handshake_seq'] as const;
const BY_PROTOCOL = [
  [IPPROTO.TCP, TCP_FIELDS],
  [IPPROTO.SCTP, SCTP_FIELDS],
  [IPPROTO.DCCP, DCCP_FIELDS],
] as const;

/** The last state of SCTP never occurs in the kernel's table. */
const STATES: Readonly<Record<number, readonly string[]>> = {
  [IPPROTO.TCP]: TCP_STATES,
  [IPPROTO.SCTP]: SCTP_STATES.slice(0, -1),
  [IPPROTO.DCCP]: DCCP_STATES,
};

/**
 * The protocol part of a flow (CTA_PROTOINFO) that `set` describes; undefined if it names no field of it.
 * @param before that of the flow, for fields that must be set together
 */
export function protocolInfo(assigned: SetValues, proto: number, before: ProtoInfo | undefined): ProtoInfo | undefined {
  for (const [of, fields] of BY_PROTOCOL) {
    const foreign =
      of === proto ? undefined : (fields as readonly AssignableField[]).find(field => assigned.has(field));
    if (foreign)
      throw invalidChange(`${foreign} is a field of ${protocolText(of)}, but the flow is ${protocolText(proto)}`);
  }
  const state = stateOf(assigned, proto);
  switch (proto) {
    case IPPROTO.TCP:
      return state !== undefined || assigned.has(...TCP_FIELDS) ? tcp(assigned, state, before) : undefined;
    case IPPROTO.SCTP:
      return state !== undefined || assigned.has(...SCTP_FIELDS) ? sctp(assigned, state, before) : undefined;
    case IPPROTO.DCCP:
      return state !== undefined || assigned.has(...DCCP_FIELDS) ? dccp(assigned, state) : undefined;
    default:
      return undefined;
  }
}

/** The number of the state that `state`, or the protocol's own field, names. */
function stateOf(assigned: SetValues, proto: number): number | undefined {
  const own = { [IPPROTO.TCP]: 'tcp.state', [IPPROTO.SCTP]: 'sctp.state', [IPPROTO.DCCP]: 'dccp.state' } as const;
  const ownField = own[proto as keyof typeof own];
  const name = assigned.text('state') ?? (ownField && assigned.text(ownField));
  if (name === undefined) return undefined;
  const states = STATES[proto];
  if (states === undefined) throw invalidChange(`${protocolText(proto)} has no states: state cannot be set`);
  const state = states.indexOf(name);
  if (state < 0)
    throw invalidChange(`invalid state ${name} of ${protocolText(proto)}`, `expected one of ${states.join(', ')}`);
  return state;
}

function tcp(assigned: SetValues, state: number | undefined, before: ProtoInfo | undefined): TcpInfo {
  const current = before?.protocol === 'tcp' ? before : undefined;
  const origWscale = assigned.number('tcp.orig.wscale');
  const replyWscale = assigned.number('tcp.reply.wscale');
  const scales = origWscale !== undefined || replyWscale !== undefined;
  const orig = flags(assigned, 'tcp.orig.flags', scales);
  const reply = flags(assigned, 'tcp.reply.flags', scales);
  if (
    scales &&
    ((origWscale ?? current?.origWscale) === undefined || (replyWscale ?? current?.replyWscale) === undefined)
  )
    throw invalidChange('tcp.orig.wscale and tcp.reply.wscale must be set together: the kernel ignores one alone');
  return {
    protocol: 'tcp',
    state,
    origWscale: scales ? (origWscale ?? current?.origWscale) : undefined,
    replyWscale: scales ? (replyWscale ?? current?.replyWscale) : undefined,
    origFlags: orig?.value,
    origFlagsMask: orig?.mask,
    replyFlags: reply?.value,
    replyFlagsMask: reply?.mask,
  };
}

/** The kernel accepts window scales only if WINDOW_SCALE is set in both directions. */
function flags(assigned: SetValues, field: 'tcp.orig.flags' | 'tcp.reply.flags', scales: boolean) {
  const set = assigned.get(field);
  const scale = scales ? TCP_FLAGS.WINDOW_SCALE : 0;
  if (set === undefined) return scale === 0 ? undefined : { value: scale, mask: scale };
  const bits = set.value as number;
  if (bits > 0xff) throw invalidChange(`invalid ${field}: 0x${bits.toString(16)} has bits above 0xff`);
  switch (set.op) {
    case '=':
      return { value: bits | scale, mask: 0xff };
    case '+=':
      return { value: bits | scale, mask: bits | scale };
    case '-=':
      return { value: scale, mask: bits | scale };
  }
}

/** The kernel accepts the three only together. */
function sctp(assigned: SetValues, state: number | undefined, before: ProtoInfo | undefined): SctpInfo {
  const current = before?.protocol === 'sctp' ? before : undefined;
  const wanted = state ?? current?.state;
  if (wanted === undefined)
    throw invalidChange('sctp.state is missing: the kernel accepts vtags only together with it');
  return {
    protocol: 'sctp',
    state: wanted,
    origVtag: assigned.number('orig.vtag') ?? current?.origVtag ?? 0,
    replyVtag: assigned.number('reply.vtag') ?? current?.replyVtag ?? 0,
  };
}

function dccp(assigned: SetValues, state: number | undefined): DccpInfo {
  const role = assigned.text('dccp.role');
  const handshakeSeq = assigned.integer('dccp.handshake_seq');
  return {
    protocol: 'dccp',
    state,
    role: role === undefined ? undefined : DCCP_ROLES.indexOf(role as (typeof DCCP_ROLES)[number]),
    handshakeSeq,
  };
}
