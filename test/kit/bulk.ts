/** Fills the table with any number of flows, some 3 µs each. */
import { encodeFlow, PROTOCOL, STATUS } from './flow.js';
import { mustRequest } from './netlink.js';

export interface BulkOptions {
  /** IPv4 address as a number, of the first flow's source; 10.0.0.0 where left out. */
  readonly source?: number;
  /** Sources among which the flows are spread evenly; 1000 where left out. */
  readonly sources?: number;
  /** Seconds; an hour where left out. */
  readonly timeout?: number;
  readonly netns?: string;
}

/** Places of the tuples' parts in the request that `encodeFlow` writes for IPv4 and ports. */
interface Places {
  readonly origSrc: number;
  readonly origSport: number;
  readonly replyDst: number;
  readonly replyDport: number;
}

function dotted(address: number): string {
  return [address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255].join('.');
}

/** Finds where a template holds values that are in it once a direction. */
function findPlaces(template: Buffer, source: Uint8Array, port: Uint8Array): Places {
  const origSrc = template.indexOf(source);
  const origSport = template.indexOf(port);
  return {
    origSrc,
    origSport,
    replyDst: template.indexOf(source, origSrc + 1),
    replyDport: template.indexOf(port, origSport + 1),
  };
}

function* messages(count: number, first: number, sources: number, timeout: number): Generator<Buffer> {
  const source = Buffer.from([0xc6, 0x33, 0x64, 0xc7]);
  const port = Buffer.from([0xbe, 0xef]);
  const orig = { src: dotted(source.readUInt32BE()), dst: '192.0.2.80', sport: port.readUInt16BE(), dport: 443 };
  const templates = [
    encodeFlow({ proto: PROTOCOL.udp, orig, timeout, status: STATUS.SEEN_REPLY }),
    encodeFlow({
      proto: PROTOCOL.tcp,
      orig,
      timeout,
      status: STATUS.SEEN_REPLY | STATUS.ASSURED,
      tcp: { state: 3 },
    }),
  ].map(bytes => ({ bytes, places: findPlaces(bytes, source, port) }));
  for (let n = 0; n < count; n += 1) {
    const { bytes, places } = templates[n & 1]!;
    const address = (first + (n % sources)) >>> 0;
    const sport = 1024 + Math.floor(n / sources);
    bytes.writeUInt32BE(address, places.origSrc);
    bytes.writeUInt32BE(address, places.replyDst);
    bytes.writeUInt16BE(sport, places.origSport);
    bytes.writeUInt16BE(sport, places.replyDport);
    yield bytes;
  }
}

/**
 * Creates `count` flows to 192.0.2.80:443, every second one UDP (SEEN_REPLY) and TCP (ESTABLISHED, ASSURED). Flow n comes from
 * address `source + n % sources` and port `1024 + n / sources`. More than 262,144 flows need a larger nf_conntrack_max.
 */
export function bulk(count: number, options: BulkOptions = {}): void {
  const { source = 0x0a00_0000, sources = 1000, timeout = 3600, netns } = options;
  if (Math.ceil(count / sources) > 64_000) {
    throw new Error(`${count} flows of ${sources} sources need more ports than there are`);
  }
  mustRequest(messages(count, source, sources, timeout), netns);
}
