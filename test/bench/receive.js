/**
 * The bound of every dump: a program that does nothing but ask the kernel and receive, in the language and by the binding that
 * ctq uses. `node receive.js REQUEST…`: each REQUEST a ctnetlink message in hexadecimal. Prints how many bytes came.
 */
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, void *, uint32_t)');
const send = libc.func('intptr_t send(int, void *, uintptr_t, int)');
const recv = libc.func('intptr_t recv(int, void *, uintptr_t, int)');

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_NETFILTER = 12;
const NLM_F_REQUEST = 0x001;
const NLM_F_DUMP = 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;

const fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
bind(fd, Buffer.from([AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 12);
const buffer = Buffer.alloc(65_536);
let received = 0;
for (const text of process.argv.slice(2)) {
  const request = Buffer.from(text, 'hex');
  request.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6);
  if (Number(send(fd, request, request.length, 0)) !== request.length) {
    throw new Error('the request could not be sent');
  }
  for (let type = 0; type !== NLMSG_DONE; ) {
    const length = Number(recv(fd, buffer, buffer.length, 0));
    if (length < 16) {
      throw new Error('nothing could be received');
    }
    // What ends a dump comes in a datagram of its own.
    type = buffer.readUInt16LE(4);
    if (type === NLMSG_ERROR) {
      throw new Error(`the kernel answers ${-buffer.readInt32LE(16)}`);
    }
    received += length;
  }
}
console.log(received);
