/**
 * Constants of ctnetlink: the kernel's names and numbers, in the kernel's order.
 * Source, unless noted: include/uapi/linux/netfilter/nfnetlink_conntrack.h.
 */

// include/uapi/linux/netfilter/nfnetlink.h
export const NFNL_SUBSYS_CTNETLINK = 1;
export const NFNL_SUBSYS_CTNETLINK_EXP = 2;

// include/uapi/linux/netfilter/nfnetlink_compat.h: multicast groups
export const NFNLGRP_CONNTRACK_NEW = 1;
export const NFNLGRP_CONNTRACK_UPDATE = 2;
export const NFNLGRP_CONNTRACK_DESTROY = 3;
export const NFNLGRP_CONNTRACK_EXP_NEW = 4;
export const NFNLGRP_CONNTRACK_EXP_UPDATE = 5;
export const NFNLGRP_CONNTRACK_EXP_DESTROY = 6;

// enum cntl_msg_types, with the subsystem in the upper byte
export const IPCTNL_MSG_CT_NEW = 0x100;
export const IPCTNL_MSG_CT_GET = 0x101;
export const IPCTNL_MSG_CT_DELETE = 0x102;
export const IPCTNL_MSG_CT_GET_CTRZERO = 0x103;
export const IPCTNL_MSG_CT_GET_STATS_CPU = 0x104;
export const IPCTNL_MSG_CT_GET_STATS = 0x105;
export const IPCTNL_MSG_CT_GET_DYING = 0x106;
export const IPCTNL_MSG_CT_GET_UNCONFIRMED = 0x107;

// enum ctnl_exp_msg_types
export const IPCTNL_MSG_EXP_NEW = 0x200;
export const IPCTNL_MSG_EXP_GET = 0x201;
export const IPCTNL_MSG_EXP_DELETE = 0x202;
export const IPCTNL_MSG_EXP_GET_STATS_CPU = 0x203;

// include/linux/socket.h
export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;

/** enum ctattr_type */
export const CTA = {
  TUPLE_ORIG: 1,
  TUPLE_REPLY: 2,
  STATUS: 3,
  PROTOINFO: 4,
  HELP: 5,
  NAT_SRC: 6,
  TIMEOUT: 7,
  MARK: 8,
  COUNTERS_ORIG: 9,
  COUNTERS_REPLY: 10,
  USE: 11,
  ID: 12,
  NAT_DST: 13,
  TUPLE_MASTER: 14,
  SEQ_ADJ_ORIG: 15,
  SEQ_ADJ_REPLY: 16,
  SECMARK: 17,
  ZONE: 18,
  SECCTX: 19,
  TIMESTAMP: 20,
  MARK_MASK: 21,
  LABELS: 22,
  LABELS_MASK: 23,
  SYNPROXY: 24,
  FILTER: 25,
  STATUS_MASK: 26,
  TIMESTAMP_EVENT: 27,
} as const;

/** enum ctattr_tuple */
export const CTA_TUPLE = { IP: 1, PROTO: 2, ZONE: 3 } as const;
/** enum ctattr_ip */
export const CTA_IP = { V4_SRC: 1, V4_DST: 2, V6_SRC: 3, V6_DST: 4 } as const;
/** enum ctattr_l4proto */
export const CTA_PROTO = {
  NUM: 1,
  SRC_PORT: 2,
  DST_PORT: 3,
  ICMP_ID: 4,
  ICMP_TYPE: 5,
  ICMP_CODE: 6,
  ICMPV6_ID: 7,
  ICMPV6_TYPE: 8,
  ICMPV6_CODE: 9,
} as const;
/** enum ctattr_protoinfo, and the attributes of each protocol */
export const CTA_PROTOINFO = { TCP: 1, DCCP: 2, SCTP: 3 } as const;
export const CTA_PROTOINFO_TCP = { STATE: 1, WSCALE_ORIG: 2, WSCALE_REPLY: 3, FLAGS_ORIG: 4, FLAGS_REPLY: 5 } as const;
export const CTA_PROTOINFO_DCCP = { STATE: 1, ROLE: 2, HANDSHAKE_SEQ: 3 } as const;
export const CTA_PROTOINFO_SCTP = { STATE: 1, VTAG_ORIG: 2, VTAG_REPLY: 3 } as const;
export const CTA_COUNTERS = { PACKETS: 1, BYTES: 2 } as const;
export const CTA_TIMESTAMP = { START: 1, STOP: 2 } as const;
export const CTA_NAT = { V4_MINIP: 1, V4_MAXIP: 2, PROTO: 3, V6_MINIP: 4, V6_MAXIP: 5 } as const;
export const CTA_PROTONAT = { PORT_MIN: 1, PORT_MAX: 2 } as const;
export const CTA_HELP = { NAME: 1, INFO: 2 } as const;
export const CTA_SECCTX_NAME = 1;
export const CTA_SEQADJ = { POS: 1, BEFORE: 2, AFTER: 3 } as const;
export const CTA_SYNPROXY = { ISN: 1, ITS: 2, TSOFF: 3 } as const;
/** Flags in host byte order, unlike every other attribute. */
export const CTA_FILTER = { ORIG_FLAGS: 1, REPLY_FLAGS: 2 } as const;
/** Bits of CTA_FILTER_*_FLAGS: net/netfilter/nf_internals.h (since 5.8). */
export const FILTER_FLAG = {
  SRC: 0x1,
  DST: 0x2,
  ZONE: 0x4,
  PROTO: 0x8,
  SRC_PORT: 0x10,
  DST_PORT: 0x20,
  ICMP_TYPE: 0x40,
  ICMP_CODE: 0x80,
  ICMP_ID: 0x100,
  ICMPV6_TYPE: 0x200,
  ICMPV6_CODE: 0x400,
  ICMPV6_ID: 0x800,
} as const;

/** enum ctattr_expect */
export const CTA_EXPECT = {
  MASTER: 1,
  TUPLE: 2,
  MASK: 3,
  TIMEOUT: 4,
  ID: 5,
  HELP_NAME: 6,
  ZONE: 7,
  FLAGS: 8,
  CLASS: 9,
  NAT: 10,
  FN: 11,
} as const;
export const CTA_EXPECT_NAT = { DIR: 1, TUPLE: 2 } as const;

/** enum ctattr_stats_cpu, without those that current kernels no longer send. */
export const CTA_STATS = {
  FOUND: 2,
  INVALID: 4,
  INSERT: 8,
  INSERT_FAILED: 9,
  DROP: 10,
  EARLY_DROP: 11,
  ERROR: 12,
  SEARCH_RESTART: 13,
  CLASH_RESOLVE: 14,
  CHAIN_TOOLONG: 15,
} as const;
/** enum ctattr_stats_global */
export const CTA_STATS_GLOBAL = { ENTRIES: 1, MAX_ENTRIES: 2 } as const;
/** enum ctattr_expect_stats */
export const CTA_STATS_EXP = { NEW: 1, CREATE: 2, DELETE: 3 } as const;

// include/uapi/linux/in.h
export const IPPROTO = { ICMP: 1, TCP: 6, UDP: 17, DCCP: 33, GRE: 47, ICMPV6: 58, SCTP: 132, UDPLITE: 136 } as const;

/** The layer 4 keys in the tuples of a protocol. */
export type Keys = 'ports' | 'icmp' | 'icmpv6' | 'none';

/**
 * The layer 4 keys of a protocol. The call keys of GRE use the attributes of ports. DCCP's tracker was removed in Linux 6.17; entries of
 * older kernels, and snapshots of them, have ports.
 */
export function keysOf(proto: number): Keys {
  switch (proto) {
    case IPPROTO.TCP:
    case IPPROTO.UDP:
    case IPPROTO.DCCP:
    case IPPROTO.GRE:
    case IPPROTO.SCTP:
    case IPPROTO.UDPLITE:
      return 'ports';
    case IPPROTO.ICMP:
      return 'icmp';
    case IPPROTO.ICMPV6:
      return 'icmpv6';
    default:
      return 'none';
  }
}
