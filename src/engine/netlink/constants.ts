/** Netlink and nfnetlink, the netlink of netfilter: the kernel's numbers by the kernel's names. All are in host byte order. */

// include/uapi/linux/netlink.h
export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLMSG_OVERRUN = 4;
/** Types below this one are control messages. */
export const NLMSG_MIN_TYPE = 16;

export const NLM_F_REQUEST = 0x1;
export const NLM_F_MULTI = 0x2;
export const NLM_F_ACK = 0x4;
export const NLM_F_DUMP_INTR = 0x10;
/** NLM_F_ROOT | NLM_F_MATCH; of requests that get. */
export const NLM_F_DUMP = 0x300;
/** Of requests that create, and of events: fail where the entry exists. */
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
/** On NLMSG_ERROR: the request in it is cut to its header. */
export const NLM_F_CAPPED = 0x100;
/** On NLMSG_ERROR: attributes (extended ack) follow the request. */
export const NLM_F_ACK_TLVS = 0x200;

/** Length of nlmsghdr {u32 len, u16 type, u16 flags, u32 seq, u32 portid}. */
export const NLMSG_HDRLEN = 16;
/** Length of nlattr {u16 len, u16 type}. */
export const NLA_HDRLEN = 4;
export const NLA_F_NESTED = 0x8000;
export const NLA_TYPE_MASK = 0x3fff;
/** enum nlmsgerr_attrs: the words of an extended ack. */
export const NLMSGERR_ATTR_MSG = 1;

/** In place of the port of a program that a log does not name. The kernel assigns ports up to -4097 (netlink_autobind). */
export const UNKNOWN_PORT = 0xffff_ffff;

// include/uapi/linux/netfilter/nfnetlink.h
/** Length of nlmsghdr and nfgenmsg {u8 family, u8 version, u16 resource}: where attributes begin, and the shortest message. */
export const NFGEN_END = 20;

/** NFNL_SUBSYS_ID: the subsystem of a message. */
export const subsystemOf = (type: number): number => type >> 8;
