import { ERRNO } from '../errno.js';
import { CtqError, kernelError, systemError } from '../errors.js';
import { type Libc, libc } from './libc.js';
import type { Datagrams } from './messages/datagrams.js';
import { DATAGRAM } from './messages/framing.js';
import { MessageHeaders } from './messages/message-headers.js';
import { INSTRUCTION_BYTES } from './socket-filter/instruction.js';

// include/linux/socket.h, include/uapi/linux/netlink.h, include/uapi/asm-generic/socket.h
const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_ATTACH_FILTER = 26;
const SO_MEMINFO = 55;
const SK_MEMINFO_DROPS = 8;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_DROP_MEMBERSHIP = 2;
const NETLINK_NO_ENOBUFS = 5;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const POLLIN = 1;
/** The kernel keeps the doubled size in an int. */
const MAX_BUFFER = 0x3fffffff;

/** What receivers need of a socket; tests supply their own. */
export interface Channel {
  /** The bytes one send may have at most. */
  readonly sendLimit: number;
  /** The bytes of receive buffer, as the kernel counts them. */
  readonly receiveLimit: number;
  /** Sends whole messages to the kernel, which has processed them when this returns. */
  send(bytes: Uint8Array): void;
  /** Like `send`, on another thread. The bytes must not change until it has ended. */
  sendInBackground?(bytes: Uint8Array): Promise<void>;
  /**
   * Receive one datagram.
   * @param into at least DATAGRAM bytes, and never fewer than in an earlier call on the same channel
   * @param timeoutMs time limit; 0: do not wait, -1: no limit
   * @returns its length in bytes; 0 on timeout
   * @throws CtqError `datagram-cut` if it is longer than `into`, `kernel-ENOBUFS` if the kernel dropped messages
   */
  receive(into: Uint8Array, timeoutMs: number): number;
  /**
   * Receives the datagrams that are ready, on another thread and without waiting.
   * @returns the number of datagrams; 0 also where the call failed, the reason of which `receive` then throws
   * @throws CtqError as `receive` does
   */
  receiveInBackground?(into: Datagrams): Promise<number>;
  close(): void;
}

export interface SocketOptions {
  /** Report no ENOBUFS when messages are dropped; `dropped()` counts them all the same. */
  readonly silentOverruns?: boolean;
  /** Least size in bytes; the kernel doubles it. Unprivileged, net.core.rmem_max and wmem_max limit it. */
  readonly receiveBuffer?: number;
  readonly sendBuffer?: number;
}

/** A socket of netfilter netlink in the network namespace of the thread that opened it. Calls block this thread. */
export class NetlinkSocket implements Channel {
  readonly fd: number;
  readonly portId: number;
  sendLimit: number;
  receiveLimit: number;
  readonly #libc: Libc;
  readonly #pollfd = new Int32Array(2);
  readonly #memory = new Uint32Array(16);
  readonly #headers = new WeakMap<Datagrams, MessageHeaders>();
  #open = true;
  #drops = 0;
  #lastDrops = 0;

  private constructor(c: Libc, fd: number, portId: number) {
    this.#libc = c;
    this.fd = fd;
    this.portId = portId;
    this.sendLimit = this.#option(SO_SNDBUF) - 32;
    this.receiveLimit = this.#option(SO_RCVBUF);
  }

  /** @throws CtqError if the system has no netfilter netlink or refuses a socket */
  static open(options: SocketOptions = {}): NetlinkSocket {
    const c = libc();
    const fd = c.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (fd < 0) throw kernelError(c.errno(), 'open a netfilter netlink socket');
    try {
      const address = new Uint8Array(12);
      new Uint16Array(address.buffer)[0] = AF_NETLINK;
      if (c.bind(fd, address, 12) < 0) throw systemError(c.errno(), 'bind a netlink socket');
      const length = new Uint32Array([12]);
      const own = new Uint32Array(3);
      if (c.getsockname(fd, new Uint8Array(own.buffer), length) < 0)
        throw systemError(c.errno(), 'ask a netlink socket for its port id');
      // Connected to port 0, the kernel: no other process can put messages into this queue.
      if (c.connect(fd, address, 12) < 0) throw systemError(c.errno(), 'connect a netlink socket to the kernel');
      const socket = new NetlinkSocket(c, fd, own[1]);
      socket.#set(SOL_NETLINK, NETLINK_EXT_ACK, 1);
      socket.#set(SOL_NETLINK, NETLINK_CAP_ACK, 1);
      if (options.silentOverruns) socket.#set(SOL_NETLINK, NETLINK_NO_ENOBUFS, 1);
      if (options.receiveBuffer !== undefined) socket.growReceiveBuffer(options.receiveBuffer);
      if (options.sendBuffer !== undefined) socket.growSendBuffer(options.sendBuffer);
      return socket;
    } catch (error) {
      c.close(fd);
      throw error;
    }
  }

  /** The same socket for another thread of this process, which may use but not close it. */
  static borrow(fd: number): NetlinkSocket {
    return new NetlinkSocket(libc(), fd, 0);
  }

  /** Takes over a socket that another part of this process opened. */
  static adopt(fd: number): NetlinkSocket {
    return new NetlinkSocket(libc(), fd, 0);
  }

  send(bytes: Uint8Array): void {
    this.#alive();
    for (;;) {
      const sent = this.#libc.send(this.fd, bytes, bytes.length, 0);
      if (sent === bytes.length) return;
      if (sent >= 0) throw systemError(ERRNO.EIO, 'send a whole netlink message');
      const errno = this.#libc.errno();
      if (errno !== ERRNO.EINTR) throw kernelError(errno, 'send a request to the kernel');
    }
  }

  async sendInBackground(bytes: Uint8Array): Promise<void> {
    this.#alive();
    const sent = await this.#libc.sendInBackground(this.fd, bytes, bytes.length, 0);
    // The kernel has taken nothing. Sending again on this thread yields the error number.
    if (sent !== bytes.length) this.send(bytes);
  }

  receive(into: Uint8Array, timeoutMs: number): number {
    this.#alive();
    if (into.length < DATAGRAM) throw new RangeError(`a receive buffer has at least ${DATAGRAM} bytes`);
    const deadline = timeoutMs > 0 ? performance.now() + timeoutMs : 0;
    for (;;) {
      const length = this.#libc.recv(this.fd, into, into.length, MSG_DONTWAIT | MSG_TRUNC);
      if (length > 0) {
        if (length <= into.length) return length;
        throw datagramCut(length, into.length);
      }
      const errno = length < 0 ? this.#libc.errno() : 0;
      if (errno === ERRNO.EAGAIN) {
        if (timeoutMs === 0) return 0;
        const left = timeoutMs < 0 ? -1 : Math.ceil(deadline - performance.now());
        if (timeoutMs > 0 && left <= 0) return 0;
        this.#wait(left);
      } else if (errno !== 0 && errno !== ERRNO.EINTR) throw kernelError(errno, 'receive from the kernel');
    }
  }

  async receiveInBackground(into: Datagrams): Promise<number> {
    this.#alive();
    const headers = this.#headersOf(into);
    // A pending socket error would make this call return -1 without an error number, and be cleared.
    const errno = this.#option(SO_ERROR);
    if (errno !== 0) throw kernelError(errno, 'receive from the kernel');
    const count = await this.#libc.receiveInBackground(this.fd, headers.bytes, into.most, MSG_DONTWAIT | MSG_TRUNC);
    return received(into, headers, count);
  }

  /**
   * Receives the datagrams that are ready, as many as fit, in one call.
   * @param timeoutMs as in `receive`
   * @returns their number; 0 on timeout
   */
  receiveMany(into: Datagrams, timeoutMs: number): number {
    this.#alive();
    const headers = this.#headersOf(into);
    for (let hasWaited = timeoutMs === 0; ; hasWaited = true) {
      const count = this.#libc.recvmmsg(this.fd, headers.bytes, into.most, MSG_DONTWAIT | MSG_TRUNC, null);
      if (count > 0) return received(into, headers, count);
      const errno = count < 0 ? this.#libc.errno() : ERRNO.EAGAIN;
      if (errno !== ERRNO.EAGAIN && errno !== ERRNO.EINTR) throw kernelError(errno, 'receive from the kernel');
      if (hasWaited && errno === ERRNO.EAGAIN) return 0;
      this.#wait(timeoutMs);
    }
  }

  #headersOf(into: Datagrams): MessageHeaders {
    let headers = this.#headers.get(into);
    if (headers === undefined) {
      headers = new MessageHeaders(this.#libc, into);
      this.#headers.set(into, headers);
    }
    return headers;
  }

  /** Messages that the kernel could not queue since the socket was opened. */
  dropped(): number {
    this.#alive();
    const length = new Uint32Array([this.#memory.byteLength]);
    if (this.#libc.getsockopt(this.fd, SOL_SOCKET, SO_MEMINFO, this.#memory, length) < 0)
      throw systemError(this.#libc.errno(), 'ask a netlink socket for its losses');
    // The kernel's counter has 32 bits and wraps around.
    this.#drops += (this.#memory[SK_MEMINFO_DROPS] - this.#lastDrops) >>> 0;
    this.#lastDrops = this.#memory[SK_MEMINFO_DROPS];
    return this.#drops;
  }

  /** Join a multicast group (NFNLGRP_*, counted from 1). */
  join(group: number): void {
    const errno = this.#set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    if (errno !== 0) throw kernelError(errno, 'subscribe to conntrack events');
  }

  leave(group: number): void {
    const errno = this.#set(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, group);
    if (errno !== 0) throw kernelError(errno, 'unsubscribe from conntrack events');
  }

  /**
   * Has the kernel run a program for each message before it queues it; replaces an earlier one.
   * @param program as `encodeProgram` makes it
   * @throws CtqError if it is refused: ENOMEM where net.core.optmem_max is too small for it
   */
  attachFilter(program: Uint8Array<ArrayBuffer>): void {
    this.#alive();
    // struct sock_fprog (linux/filter.h): the number of instructions, and a pointer to them.
    const { pointerSize } = this.#libc;
    const bytes = new Uint8Array(2 * pointerSize);
    new DataView(bytes.buffer).setUint16(0, program.length / INSTRUCTION_BYTES, true);
    const address = this.#libc.addressOf(program.buffer) + BigInt(program.byteOffset);
    if (pointerSize === 8) new BigUint64Array(bytes.buffer)[1] = address;
    else new Uint32Array(bytes.buffer)[1] = Number(address);
    if (this.#libc.setsockopt(this.fd, SOL_SOCKET, SO_ATTACH_FILTER, bytes, bytes.length) < 0)
      throw systemError(this.#libc.errno(), 'attach a socket filter');
  }

  /** Grows the receive buffer to `bytes` (before the kernel's doubling), as far as the system allows. */
  growReceiveBuffer(bytes: number): void {
    if (this.receiveLimit < bytes * 2) this.setReceiveBuffer(bytes);
  }

  /** Sets the receive buffer to `bytes`, also to less than it has; the kernel's minimum is some 2 KiB. */
  setReceiveBuffer(bytes: number): void {
    const size = Math.min(bytes, MAX_BUFFER);
    if (this.#set(SOL_SOCKET, SO_RCVBUFFORCE, size) !== 0) this.#set(SOL_SOCKET, SO_RCVBUF, size);
    this.receiveLimit = this.#option(SO_RCVBUF);
  }

  growSendBuffer(bytes: number): void {
    if (this.sendLimit >= bytes * 2 - 32) return;
    if (this.#set(SOL_SOCKET, SO_SNDBUFFORCE, bytes) !== 0) this.#set(SOL_SOCKET, SO_SNDBUF, bytes);
    this.sendLimit = this.#option(SO_SNDBUF) - 32;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#libc.close(this.fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A closed descriptor's number may have been reused: never use it. */
  #alive(): void {
    if (!this.#open)
      throw new CtqError({ code: 'socket-closed', kind: 'internal', message: 'a closed socket was used' });
  }

  #wait(timeoutMs: number): void {
    this.#pollfd[0] = this.fd;
    // events is the lower-addressed half of the second word; both halves set asks the same on either byte order,
    // because revents is output only.
    this.#pollfd[1] = POLLIN | (POLLIN << 16);
    if (this.#libc.poll(this.#pollfd, 1, timeoutMs) < 0 && this.#libc.errno() !== ERRNO.EINTR)
      throw systemError(this.#libc.errno(), 'wait for the kernel');
  }

  #set(level: number, option: number, value: number): number {
    this.#alive();
    return this.#libc.setsockopt(this.fd, level, option, new Int32Array([value]), 4) < 0 ? this.#libc.errno() : 0;
  }

  #option(option: number): number {
    const value = new Uint32Array(1);
    if (this.#libc.getsockopt(this.fd, SOL_SOCKET, option, value, new Uint32Array([4])) < 0)
      throw systemError(this.#libc.errno(), 'ask a netlink socket about itself');
    return value[0];
  }
}

/** Takes over the lengths of the first `count` datagrams. @throws CtqError if one is longer than its buffer */
function received(into: Datagrams, headers: MessageHeaders, count: number): number {
  for (let i = 0; i < count; i++) {
    const length = headers.lengthOf(i);
    if (length > DATAGRAM) throw datagramCut(length, DATAGRAM);
    into.lengths[i] = length;
  }
  return Math.max(0, count);
}

function datagramCut(length: number, capacity: number): CtqError {
  return new CtqError({
    code: 'datagram-cut',
    kind: 'kernel',
    message: `the kernel sent ${length} bytes at once, more than the ${capacity} that fit`,
  });
}
