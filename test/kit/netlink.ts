/** Sends ctnetlink requests for tests, without any of the code that is tested. */
import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';
import { NLM_F_ACK } from './encode.js';
import { assertPrivateNamespace } from './namespace.js';

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, const void *, uint32_t)');
const send = libc.func('intptr_t send(int, const void *, uintptr_t, int)');
const recv = libc.func('intptr_t recv(int, void *, uintptr_t, int)');
const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)');
const setns = libc.func('int setns(int, int)');

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 0x8_0003;
const NETLINK_NETFILTER = 12;
const NETLINK_CAP_ACK = 10;
const NLMSG_ERROR = 2;
const CLONE_NEWNET = 0x4000_0000;

/** More than this many answers unread would overrun the socket's buffer, and be lost. */
const BATCH = 200;

function checked(what: string, result: number): number {
  if (result < 0) {
    throw new Error(`${what}: errno ${koffi.errno()}`);
  }
  return result;
}

/** Opens a socket in a named network namespace, or in this process's own. */
function openSocket(netns: string | undefined): number {
  if (netns === undefined) {
    return checked('socket', socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER));
  }
  const own = openSync('/proc/thread-self/ns/net', 'r');
  const other = openSync(`/run/netns/${netns}`, 'r');
  try {
    checked('setns', setns(other, CLONE_NEWNET));
    try {
      return checked('socket', socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER));
    } finally {
      checked('setns back', setns(own, CLONE_NEWNET));
    }
  } finally {
    closeSync(own);
    closeSync(other);
  }
}

/** Reads answers until that to the request `last`. @returns errno by sequence number, for those that failed */
function readAnswers(fd: number, last: number, errors: Map<number, number>, answer: Buffer): void {
  for (;;) {
    const size = checked('recv', Number(recv(fd, answer, answer.length, 0)));
    for (let at = 0; at + 16 <= size; at += (answer.readUInt32LE(at) + 3) & ~3) {
      if (answer.readUInt16LE(at + 4) !== NLMSG_ERROR) {
        continue;
      }
      const sequence = answer.readUInt32LE(at + 8);
      const errno = -answer.readInt32LE(at + 16);
      if (errno !== 0) {
        errors.set(sequence - 1, errno);
      }
      if (sequence === last) {
        return;
      }
    }
  }
}

/**
 * Sends requests, 200 to a send, and waits until the kernel has answered all of them.
 *
 * @param netns named network namespace; this process's own where left out
 * @returns index of the request → errno, for those that the kernel refused
 */
export function request(messages: Iterable<Buffer>, netns?: string): Map<number, number> {
  assertPrivateNamespace();
  const fd = openSocket(netns);
  try {
    checked('bind', bind(fd, Buffer.from([AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 12));
    checked('setsockopt', setsockopt(fd, 270, NETLINK_CAP_ACK, Buffer.from([1, 0, 0, 0]), 4));
    // Ten seconds, should an answer be lost after all.
    const patience = Buffer.alloc(16);
    patience.writeBigInt64LE(10n, 0);
    checked('setsockopt', setsockopt(fd, 1, 20, patience, 16));
    const errors = new Map<number, number>();
    const answer = Buffer.alloc(65_536);
    let batch: Buffer[] = [];
    let sequence = 0;
    const flush = () => {
      const last = batch.at(-1);
      if (last !== undefined) {
        last.writeUInt16LE(last.readUInt16LE(6) | NLM_F_ACK, 6);
        const bytes = Buffer.concat(batch);
        checked('send', Number(send(fd, bytes, bytes.length, 0)));
        readAnswers(fd, sequence, errors, answer);
        batch = [];
      }
    };
    for (const message of messages) {
      sequence += 1;
      // The same buffer may be given again with other content, so it is copied here.
      const own = Buffer.from(message);
      own.writeUInt32LE(sequence, 8);
      batch.push(own);
      if (batch.length === BATCH) {
        flush();
      }
    }
    flush();
    return errors;
  } finally {
    closeSync(fd);
  }
}

/** As `request`, for what must succeed. @throws Error that names the first request that was refused */
export function mustRequest(messages: Iterable<Buffer>, netns?: string): void {
  const [refused] = request(messages, netns);
  if (refused !== undefined) {
    throw new Error(`the kernel refused request ${refused[0]} with errno ${refused[1]}`);
  }
}
