/** Opens and closes flows as fast as it can, until it is killed: the same tuples again and again. Prints how many, now and then. */

import * as encode from '../kit/encode.js';
import { encodeFlow, PROTOCOL } from '../kit/flow.js';
import { request } from '../kit/netlink.js';

/** 10.7.0.0/16 port 443 is what is deleted meanwhile; the others are not. */
const TARGETS = [
  { src: '10.7', dport: 443 },
  { src: '10.7', dport: 80 },
  { src: '10.8', dport: 443 },
] as const;

const seed = Number(process.argv[2] ?? 0);

/** A delete of the flow that a create request makes: its header and original tuple. */
function deletionOf(create: Buffer): Buffer {
  const tuple = create.subarray(20, 20 + ((create.readUInt16LE(20) + 3) & ~3));
  return encode.message(encode.IPCTNL_MSG_CT_DELETE, 0, 2, [Buffer.from(tuple)]);
}

let opened = 0;
for (let round = 0; ; round++) {
  const flows = Array.from({ length: 600 }, (_, n) => {
    const { src, dport } = TARGETS[n % TARGETS.length];
    return encodeFlow({
      proto: n & 1 ? PROTOCOL.tcp : PROTOCOL.udp,
      orig: { src: `${src}.${seed}.${n & 0xff}`, dst: '192.0.2.1', sport: 1024 + (round % 5), dport },
      mark: round & 0xff,
      ...(n & 1 ? { tcp: { state: 3 } } : {}),
    });
  });
  request(flows);
  request(flows.filter((_, n) => n % 3 !== 2 || round % 2 === 0).map(deletionOf));
  opened += flows.length;
  if (round % 50 === 0) process.stdout.write(`${opened}\n`);
}
