/**
 * The bound of many watches: a socket that is subscribed to new flows and whose filter refuses every event. It costs what the kernel
 * does for each subscribed socket. Runs until SIGINT.
 */
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, void *, uint32_t)');
const setsockopt = libc.func('int setsockopt(int, int, int, void *, uint32_t)');

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
/** linux/netfilter/nfnetlink.h: NFNLGRP_CONNTRACK_NEW, as a bit of sockaddr_nl's groups. */
const NEW = 1;

/** linux/filter.h: one instruction, BPF_RET | BPF_K, of 0 bytes. */
const refuse = Buffer.from([0x06, 0, 0, 0, 0, 0, 0, 0]);
const program = Buffer.alloc(16);
program.writeUInt16LE(1, 0);
program.writeBigUInt64LE(koffi.address(refuse), 8);

const fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
const address = Buffer.from([AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, NEW, 0, 0, 0]);
if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, program, 16) !== 0 || bind(fd, address, 12) !== 0)
  throw new Error('no socket could be subscribed');
setInterval(() => {}, 1 << 30);
