import type { Integer } from '../../../lang/values/value.js';
import { CTA, CTA_PROTOINFO, CTA_PROTOINFO_DCCP, CTA_PROTOINFO_SCTP, CTA_PROTOINFO_TCP } from '../constants.js';
import type { MessageView } from '../view/view.js';
import { type Codec, orUndefined } from './codec.js';
import type { Writer } from './writer.js';

export interface TcpInfo {
  readonly protocol: 'tcp';
  /** enum tcp_conntrack: TCP_STATES of lang/schema/constants.ts. */
  readonly state?: number;
  /** Window scales, 0 … 14. The kernel accepts them only together, and with WINDOW_SCALE in the flags of both directions. */
  readonly origWscale?: number;
  readonly replyWscale?: number;
  /** IP_CT_TCP_FLAG_*: TCP_FLAGS of lang/schema/constants.ts. */
  readonly origFlags?: number;
  readonly replyFlags?: number;
  /** In requests: which flags are set or cleared. Default: all. */
  readonly origFlagsMask?: number;
  readonly replyFlagsMask?: number;
}

export interface SctpInfo {
  readonly protocol: 'sctp';
  /** enum sctp_conntrack. The kernel accepts state and both tags only together. */
  readonly state?: number;
  readonly origVtag?: number;
  readonly replyVtag?: number;
}

/** Kernels before 6.17. */
export interface DccpInfo {
  readonly protocol: 'dccp';
  readonly state?: number;
  readonly role?: number;
  readonly handshakeSeq?: Integer;
}

/** The state kept by the tracker of a protocol (CTA_PROTOINFO). */
export type ProtoInfo = TcpInfo | SctpInfo | DccpInfo;

type StateAttribute<T> = readonly [
  key: keyof T,
  read: (view: MessageView) => Integer,
  write: (writer: Writer, n: number) => void,
];

const u8 = (attribute: number) => (writer: Writer, n: number) => writer.u8(attribute, n);
const be32 = (attribute: number) => (writer: Writer, n: number) => writer.be32(attribute, n);

const TCP: readonly StateAttribute<TcpInfo>[] = [
  ['state', view => view.tcpState, u8(CTA_PROTOINFO_TCP.STATE)],
  ['origWscale', view => view.tcpOrigWscale, u8(CTA_PROTOINFO_TCP.WSCALE_ORIG)],
  ['replyWscale', view => view.tcpReplyWscale, u8(CTA_PROTOINFO_TCP.WSCALE_REPLY)],
];

const SCTP: readonly StateAttribute<SctpInfo>[] = [
  ['state', view => view.sctpState, u8(CTA_PROTOINFO_SCTP.STATE)],
  ['origVtag', view => view.sctpOrigVtag, be32(CTA_PROTOINFO_SCTP.VTAG_ORIG)],
  ['replyVtag', view => view.sctpReplyVtag, be32(CTA_PROTOINFO_SCTP.VTAG_REPLY)],
];

const DCCP: readonly StateAttribute<DccpInfo>[] = [
  ['state', view => view.dccpState, u8(CTA_PROTOINFO_DCCP.STATE)],
  ['role', view => view.dccpRole, u8(CTA_PROTOINFO_DCCP.ROLE)],
  ['handshakeSeq', view => view.dccpHandshakeSeq, (writer, n) => writer.be64(CTA_PROTOINFO_DCCP.HANDSHAKE_SEQ, n)],
];

function readState<T>(parts: readonly StateAttribute<T>[], view: MessageView): Partial<T> {
  const info: Partial<Record<keyof T, Integer>> = {};
  for (const [key, read] of parts) {
    const value = orUndefined(read(view));
    if (value !== undefined) info[key] = value;
  }
  return info as Partial<T>;
}

function writeState<T>(parts: readonly StateAttribute<T>[], info: T, writer: Writer): void {
  for (const [key, , write] of parts) {
    const value = info[key];
    if (value !== undefined) write(writer, value as number);
  }
}

function readTcp(view: MessageView): TcpInfo {
  const flags = orUndefined(view.tcpOrigFlags);
  const replyFlags = orUndefined(view.tcpReplyFlags);
  const mask = view.tcpFlagsMask(0);
  const replyMask = view.tcpFlagsMask(1);
  return {
    protocol: 'tcp',
    ...readState(TCP, view),
    ...(flags === undefined ? {} : { origFlags: flags }),
    ...(replyFlags === undefined ? {} : { replyFlags }),
    ...(mask > 0 ? { origFlagsMask: mask } : {}),
    ...(replyMask > 0 ? { replyFlagsMask: replyMask } : {}),
  };
}

/** struct nf_ct_tcp_flags: flags and mask. The kernel sends a mask of 0. */
const writeFlags = (writer: Writer, attribute: number, flags: number | undefined, mask: number): void => {
  if (flags !== undefined) writer.be16(attribute, flags * 256 + mask);
};

export const protoinfo: Codec<ProtoInfo> = {
  type: CTA.PROTOINFO,
  read(view) {
    switch (view.protoinfo) {
      case CTA_PROTOINFO.TCP:
        return readTcp(view);
      case CTA_PROTOINFO.SCTP:
        return { protocol: 'sctp', ...readState(SCTP, view) };
      case CTA_PROTOINFO.DCCP:
        return { protocol: 'dccp', ...readState(DCCP, view) };
      default:
        return undefined;
    }
  },
  write(writer, info, purpose) {
    const outer = writer.open(CTA.PROTOINFO);
    switch (info.protocol) {
      case 'tcp': {
        const nest = writer.open(CTA_PROTOINFO.TCP);
        writeState(TCP, info, writer);
        const all = purpose === 'entry' ? 0 : 0xff;
        writeFlags(writer, CTA_PROTOINFO_TCP.FLAGS_ORIG, info.origFlags, info.origFlagsMask ?? all);
        writeFlags(writer, CTA_PROTOINFO_TCP.FLAGS_REPLY, info.replyFlags, info.replyFlagsMask ?? all);
        writer.close(nest);
        break;
      }
      case 'sctp': {
        const nest = writer.open(CTA_PROTOINFO.SCTP);
        writeState(SCTP, info, writer);
        writer.close(nest);
        break;
      }
      case 'dccp': {
        const nest = writer.open(CTA_PROTOINFO.DCCP);
        writeState(DCCP, info, writer);
        writer.close(nest);
        break;
      }
    }
    writer.close(outer);
  },
};
