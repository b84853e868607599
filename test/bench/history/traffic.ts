/**
 * Opens and closes flows at a rate, each with other ports, so that each is an event of its end. Prints how many there were.
 *
 *   node --import tsx test/bench/history/traffic.ts RATE SECONDS FIRST
 */
import * as encode from '../../kit/encode.js';
import { encodeFlow, PROTOCOL } from '../../kit/flow.js';
import { request } from '../../kit/netlink.js';

const [rate, seconds, first] = process.argv.slice(2).map(Number);
const TICKS = 20;

/** A delete of the flow that a create request makes: its header and original tuple. */
function deletionOf(create: Buffer): Buffer {
  const tuple = create.subarray(20, 20 + ((create.readUInt16LE(20) + 3) & ~3));
  return encode.message(encode.IPCTNL_MSG_CT_DELETE, 0, 2, [Buffer.from(tuple)]);
}

const began = performance.now();
let made = 0;
for (let tick = 0; tick < seconds * TICKS; tick++) {
  const due = Math.round(((tick + 1) * rate) / TICKS) - made;
  const flows = Array.from({ length: due }, (_, i) => {
    const n = first + made + i;
    return encodeFlow({
      proto: PROTOCOL.tcp,
      orig: {
        src: `10.${64 + ((n >>> 22) & 63)}.${(n >>> 14) & 255}.${n & 255}`,
        dst: `198.51.${100 + (n % 7)}.${(n >>> 3) & 255}`,
        sport: 1024 + ((n >>> 8) & 0x7fff),
        dport: 443,
      },
      mark: n & 0xff,
      tcp: { state: 3 },
    });
  });
  request(flows);
  request(flows.map(deletionOf));
  made += due;
  const wait = began + ((tick + 1) * 1000) / TICKS - performance.now();
  if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
}
process.stdout.write(`${made} ${((performance.now() - began) / 1000).toFixed(2)}\n`);
