/** An expectation of a master that is in a zone; the zone is given separately. */
import * as encode from './encode.js';
import { encodeExpectation, PROTOCOL, type Tuple } from './flow.js';

export function encodeZonedExpectation(zone: number, master: Tuple): Buffer {
  const plain = encodeExpectation({
    master: { proto: PROTOCOL.tcp, orig: master },
    proto: PROTOCOL.tcp,
    tuple: { src: master.dst, dst: master.src, sport: 0, dport: 30_009 },
  });
  const bytes = Buffer.concat([plain, encode.be16(7, zone)]);
  bytes.writeUInt32LE(bytes.length, 0);
  return bytes;
}
