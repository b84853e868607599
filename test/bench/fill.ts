/** The flows of the bench: TCP and UDP from 100,000 clients to 200 servers, and counters that are not all zero. */
import koffi from 'koffi';
import { must } from '../kit/command.js';
import { encodeFlow, PROTOCOL, STATUS } from '../kit/flow.js';
import { setSysctl } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';

/** Flow n comes from 10.0.0.0 + n % SOURCES. */
export const SOURCES = 100_000;
const FIRST_SOURCE = 0x0a00_0000;
const PORTS = [443, 53, 443, 53, 80, 123, 443, 443, 22, 3478] as const;
const TIMEOUT = 86_400;

/** Values that are in the templates where a flow's own are to be written. */
const MARKER = { src: '198.51.100.199', dst: '203.0.113.201', sport: 0xbeef, dport: 0xcafe, mark: 0xfeed_beef };

interface Template {
  readonly bytes: Buffer;
  /** Offsets, once a direction. */
  readonly src: readonly number[];
  readonly dst: readonly number[];
  readonly sport: readonly number[];
  readonly dport: readonly number[];
  readonly mark: number;
}

function everywhere(bytes: Buffer, wanted: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) found.push(at);
  return found;
}

const be16 = (n: number): Buffer => Buffer.from([n >> 8, n & 255]);
const be32 = (n: number): Buffer => Buffer.from([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const dotted = (text: string): Buffer => Buffer.from(text.split('.').map(Number));

function template(proto: number, tcp: boolean): Template {
  const { src, dst, sport, dport, mark } = MARKER;
  const bytes = encodeFlow({
    proto,
    orig: { src, dst, sport, dport },
    timeout: TIMEOUT,
    mark,
    status: STATUS.SEEN_REPLY | STATUS.ASSURED,
    ...(tcp ? { tcp: { state: 3, wscale: [7, 7] as const, flags: [10, 10] as const } } : {}),
  });
  return {
    bytes,
    src: everywhere(bytes, dotted(src)),
    dst: everywhere(bytes, dotted(dst)),
    sport: everywhere(bytes, be16(sport)),
    dport: everywhere(bytes, be16(dport)),
    mark: everywhere(bytes, be32(mark))[0],
  };
}

interface Flow {
  readonly src: number;
  readonly dst: number;
  readonly sport: number;
  readonly dport: number;
  readonly mark: number;
  readonly udp: boolean;
}

/** Flow number n: always the same. */
export function flow(n: number): Flow {
  const client = n % SOURCES;
  const round = Math.floor(n / SOURCES);
  const dport = PORTS[(client + round) % PORTS.length];
  return {
    src: FIRST_SOURCE + client,
    // 192.0.2.1 … 192.0.2.200
    dst: 0xc000_0201 + ((client * 7 + round) % 200),
    // Of one client never the same twice.
    sport: 32_768 + ((client * 31 + round * 1009) % 28_000),
    dport,
    mark: (client * 13 + round) % 100,
    udp: dport === 53 || dport === 123 || dport === 3478 || ((client >> 3) & 1) === 0,
  };
}

function* requests(from: number, to: number, wanted: (n: number) => boolean): Generator<Buffer> {
  const udp = template(PROTOCOL.udp, false);
  const tcp = template(PROTOCOL.tcp, true);
  for (let n = from; n < to; n++) {
    if (!wanted(n)) continue;
    const { src, dst, sport, dport, mark, udp: isUdp } = flow(n);
    const into = isUdp ? udp : tcp;
    for (const at of into.src) into.bytes.writeUInt32BE(src, at);
    for (const at of into.dst) into.bytes.writeUInt32BE(dst, at);
    for (const at of into.sport) into.bytes.writeUInt16BE(sport, at);
    for (const at of into.dport) into.bytes.writeUInt16BE(dport, at);
    into.bytes.writeUInt32BE(mark, into.mark);
    yield into.bytes;
  }
}

/** Makes flows `from` … `to - 1`, or those of them that are wanted. */
export function fill(from: number, to: number, wanted: (n: number) => boolean = () => true): void {
  mustRequest(requests(from, to, wanted));
}

/** No flows at all. */
export function flush(): void {
  must(['conntrack', '-F'], { timeout: 300_000 });
}

/** Connection tracking that sees this namespace's packets, counts their bytes, and lets none of them get any further. */
export function prepare(): void {
  for (const name of ['nf_conntrack_udp_timeout', 'nf_conntrack_udp_timeout_stream'])
    setSysctl(`net/netfilter/${name}`, TIMEOUT);
  setSysctl('net/netfilter/nf_conntrack_acct', 1);
  setSysctl('net/netfilter/nf_conntrack_events', 1);
  must(['ip', 'route', 'add', 'default', 'dev', 'lo']);
  must(['nft', '-f', '-'], {
    input: `
      table ip bench {
        chain output { type filter hook output priority 0; ct state new,established,invalid drop; }
      }`,
  });
}

/** One packet of the client in every UDP flow, 29 … 1228 bytes long: so counters differ, as they do in life. */
export function send(from: number, to: number): void {
  const libc = koffi.load('libc.so.6');
  const socket = libc.func('int socket(int, int, int)');
  const sendto = libc.func('intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)');
  const close = libc.func('int close(int)');
  const raw = socket(2, 3, 255);
  if (raw < 0) throw new Error('no raw socket');
  const packet = Buffer.alloc(1500);
  packet.set([0x45, 0, 0, 0, 0, 0, 0, 0, 64, PROTOCOL.udp]);
  const address = Buffer.alloc(16);
  address.writeUInt16LE(2, 0);
  for (let n = from; n < to; n++) {
    const { src, dst, sport, dport, udp } = flow(n);
    if (!udp) continue;
    const length = 29 + ((n * 769) % 1200);
    packet.writeUInt16BE(length, 2);
    packet.writeUInt32BE(src, 12);
    packet.writeUInt32BE(dst, 16);
    packet.writeUInt16BE(sport, 20);
    packet.writeUInt16BE(dport, 22);
    packet.writeUInt16BE(length - 20, 24);
    address.writeUInt32BE(dst, 4);
    // The rule drops it after it was counted, which the kernel tells as EPERM.
    sendto(raw, packet, length, 0, address, 16);
  }
  close(raw);
}
