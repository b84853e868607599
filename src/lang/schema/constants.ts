/**
 * Names of the kernel's numbers, in the kernel's order. Arrays are indexed by value; sets map a name to its bit.
 */

/** enum tcp_conntrack, linux/netfilter/nf_conntrack_tcp.h. */
export const TCP_STATES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const;

/** enum sctp_conntrack, linux/netfilter/nf_conntrack_sctp.h. */
export const SCTP_STATES = [
  'NONE',
  'CLOSED',
  'COOKIE_WAIT',
  'COOKIE_ECHOED',
  'ESTABLISHED',
  'SHUTDOWN_SENT',
  'SHUTDOWN_RECD',
  'SHUTDOWN_ACK_SENT',
  'HEARTBEAT_SENT',
  'HEARTBEAT_ACKED',
] as const;

/** enum ct_dccp_states, linux/netfilter/nf_conntrack_dccp.h (kernels before 6.17). */
export const DCCP_STATES = [
  'NONE',
  'REQUEST',
  'RESPOND',
  'PARTOPEN',
  'OPEN',
  'CLOSEREQ',
  'CLOSING',
  'TIMEWAIT',
  'IGNORE',
  'INVALID',
] as const;

/** enum ct_dccp_roles. */
export const DCCP_ROLES = ['client', 'server'] as const;

/** enum ip_conntrack_status, linux/netfilter/nf_conntrack_common.h. */
export const STATUS_FLAGS = {
  EXPECTED: 0x1,
  SEEN_REPLY: 0x2,
  ASSURED: 0x4,
  CONFIRMED: 0x8,
  SRC_NAT: 0x10,
  DST_NAT: 0x20,
  SEQ_ADJUST: 0x40,
  SRC_NAT_DONE: 0x80,
  DST_NAT_DONE: 0x100,
  DYING: 0x200,
  FIXED_TIMEOUT: 0x400,
  TEMPLATE: 0x800,
  UNTRACKED: 0x1000,
  HELPER: 0x2000,
  OFFLOAD: 0x4000,
  HW_OFFLOAD: 0x8000,
} as const;

/** IP_CT_TCP_FLAG_*, linux/netfilter/nf_conntrack_tcp.h. */
export const TCP_FLAGS = {
  WINDOW_SCALE: 0x1,
  SACK_PERM: 0x2,
  CLOSE_INIT: 0x4,
  BE_LIBERAL: 0x8,
  DATA_UNACKNOWLEDGED: 0x10,
  MAXACK_SET: 0x20,
  CHALLENGE_ACK: 0x40,
  SIMULTANEOUS_OPEN: 0x80,
} as const;

/** NF_CT_EXPECT_*, linux/netfilter/nf_conntrack_common.h. */
export const EXPECT_FLAGS = { PERMANENT: 0x1, INACTIVE: 0x2, USERSPACE: 0x4 } as const;

/** Protocols by their names in /etc/protocols, and a few other common names. Source: IANA, protocol-numbers. */
export const PROTOCOL_NUMBERS = {
  icmp: 1,
  igmp: 2,
  ggp: 3,
  ipip: 4,
  ipencap: 4,
  st: 5,
  tcp: 6,
  egp: 8,
  igp: 9,
  pup: 12,
  udp: 17,
  hmp: 20,
  'xns-idp': 22,
  rdp: 27,
  'iso-tp4': 29,
  dccp: 33,
  xtp: 36,
  ddp: 37,
  'idpr-cmtp': 38,
  ipv6: 41,
  'ipv6-route': 43,
  'ipv6-frag': 44,
  idrp: 45,
  rsvp: 46,
  gre: 47,
  esp: 50,
  ah: 51,
  skip: 57,
  icmpv6: 58,
  'ipv6-icmp': 58,
  'ipv6-nonxt': 59,
  'ipv6-opts': 60,
  rspf: 73,
  vmtp: 81,
  eigrp: 88,
  ospf: 89,
  ospfigp: 89,
  'ax.25': 93,
  etherip: 97,
  encap: 98,
  pim: 103,
  ipcomp: 108,
  vrrp: 112,
  l2tp: 115,
  isis: 124,
  sctp: 132,
  fc: 133,
  'mobility-header': 135,
  udplite: 136,
  'mpls-in-ip': 137,
  manet: 138,
  hip: 139,
  shim6: 140,
  wesp: 141,
  rohc: 142,
  ethernet: 143,
  hopopt: 0,
} as const;

const NAMES_OF_PROTOCOLS: ReadonlyMap<number, string> = new Map(
  Object.entries(PROTOCOL_NUMBERS)
    .reverse()
    .map(([name, number]) => [number, name]),
);

/** The name of a protocol number; undefined if it has none. */
export const protocolName = (number: number): string | undefined => NAMES_OF_PROTOCOLS.get(number);
