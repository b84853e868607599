/** A table with one of everything that ctnetlink can hold. */
import {
  type Expectation,
  encodeExpectation,
  encodeFlow,
  type Flow,
  PROTOCOL,
  STATUS,
  type Translation,
  type Tuple,
} from './flow.js';
import { useConntrack } from './namespace.js';
import { mustRequest } from './netlink.js';

const { SEEN_REPLY, ASSURED, FIXED_TIMEOUT } = STATUS;

/** Numbers of the TCP states, NONE … SYN_SENT2, and of the SCTP states, NONE … HEARTBEAT_SENT. */
const TCP_STATES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const SCTP_STATES = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const V4 = { src: '10.1.0.1', dst: '192.0.2.1' };
const V6 = { src: 'fd00:1::1', dst: '2001:db8::1' };
const families = [V4, V6];

let nextPort = 20_000;
/** Ports that no other flow here has. */
const ports = (dport: number): { sport: number; dport: number } => {
  nextPort += 1;
  return { sport: nextPort, dport };
};

function protocols(): Flow[] {
  return families.flatMap(pair => [
    ...TCP_STATES.map(state => ({
      proto: PROTOCOL.tcp,
      orig: { ...pair, ...ports(443) },
      status: state >= 3 ? SEEN_REPLY | ASSURED : 0,
      tcp: { state },
    })),
    { proto: PROTOCOL.udp, orig: { ...pair, ...ports(53) } },
    { proto: PROTOCOL.udp, orig: { ...pair, ...ports(53) }, status: SEEN_REPLY },
    { proto: PROTOCOL.udp, orig: { ...pair, ...ports(4500) }, status: SEEN_REPLY | ASSURED },
    { proto: PROTOCOL.udplite, orig: { ...pair, ...ports(5004) }, status: SEEN_REPLY },
    ...SCTP_STATES.map(state => ({
      proto: PROTOCOL.sctp,
      orig: { ...pair, ...ports(3868) },
      status: state >= 4 ? SEEN_REPLY | ASSURED : 0,
      sctp: { state, vtags: [0x1000 + state, 0xffff_fff0 + state] as const },
    })),
    { proto: PROTOCOL.gre, orig: { ...pair, sport: 0x11, dport: 0xfffe }, status: SEEN_REPLY },
    { proto: PROTOCOL.esp, orig: pair },
    { proto: 89, orig: pair },
    { proto: 253, orig: pair, status: SEEN_REPLY },
  ]);
}

function icmp(): Flow[] {
  const echo: [number, Tuple, number][] = [
    ...[8, 13, 15, 17].map((type): [number, Tuple, number] => [PROTOCOL.icmp, V4, type]),
    ...[128, 139].map((type): [number, Tuple, number] => [PROTOCOL.icmpv6, V6, type]),
  ];
  return echo.map(([proto, pair, type]) => ({
    proto,
    orig: { ...pair, icmp: { id: 100 + type, type, code: 0 } },
    status: type === 8 || type === 128 ? SEEN_REPLY : 0,
  }));
}

/** Marks, zones, labels, helpers, status bits, timeouts, and the rest that hangs on an entry. */
function attributes(): Flow[] {
  return families.flatMap(pair => {
    const tcp = (extra: Partial<Flow>): Flow => ({
      proto: PROTOCOL.tcp,
      orig: { ...pair, ...ports(80) },
      status: SEEN_REPLY | ASSURED,
      tcp: { state: 3 },
      ...extra,
    });
    const zoned = ports(80);
    return [
      tcp({ mark: 1 }),
      tcp({ mark: 0xffff_ffff }),
      tcp({ mark: 0x1200, labels: [0, 5, 127] }),
      tcp({ zone: 11, orig: { ...pair, ...zoned } }),
      tcp({ zone: 0xffff, orig: { ...pair, ...zoned } }),
      tcp({ orig: { ...pair, ...zoned, zone: 12 } }),
      tcp({
        reply: { src: pair.dst, dst: pair.src, sport: 81, dport: 9, zone: 13 },
        orig: { ...pair, sport: 9, dport: 81 },
      }),
      tcp({ labels: [1] }),
      tcp({ timeout: 432_000 }),
      tcp({ timeout: 8_000_000, status: SEEN_REPLY | ASSURED | FIXED_TIMEOUT }),
      tcp({ tcp: { state: 3, wscale: [7, 10], flags: [0x03, 0x0b] } }),
      tcp({
        seqadj: [
          { position: 1000, before: 0, after: 5 },
          { position: 0xffff_fff0, before: 0xffff_fffb, after: 7 },
        ],
      }),
      tcp({ synproxy: { isn: 0xdead_beef, its: 42, tsoff: 0xffff_ffff } }),
      tcp({ proto: PROTOCOL.udp, orig: { ...pair, ...ports(69) }, tcp: undefined, helper: 'tftp', status: 0 }),
      tcp({ orig: { ...pair, sport: 2121, dport: 21 }, helper: 'ftp' }),
    ];
  });
}

function nat(): Flow[] {
  const targets: [Tuple, string, string][] = [
    [V4, '198.51.100.7', '10.9.9.9'],
    [V6, '2001:db8:ffff::7', 'fd00:9::9'],
  ];
  return targets.flatMap(([pair, source, target]) => {
    const flow = (proto: number, snat: Translation | undefined, dnat: Translation | undefined): Flow => ({
      proto,
      orig: { ...pair, ...ports(8080) },
      status: SEEN_REPLY | ASSURED,
      ...(proto === PROTOCOL.tcp ? { tcp: { state: 3 } } : {}),
      ...(snat === undefined ? {} : { snat }),
      ...(dnat === undefined ? {} : { dnat }),
    });
    return [
      flow(PROTOCOL.tcp, { address: source }, undefined),
      flow(PROTOCOL.tcp, { address: source, port: 61_000 }, undefined),
      flow(PROTOCOL.tcp, undefined, { address: target }),
      flow(PROTOCOL.udp, undefined, { address: target, port: 80 }),
      flow(PROTOCOL.tcp, { address: source, port: 61_001 }, { address: target, port: 443 }),
      flow(PROTOCOL.udp, { address: source, port: 61_002 }, { address: target, port: 53 }),
    ];
  });
}

const MASTER = { proto: PROTOCOL.tcp, orig: { ...V4, sport: 2122, dport: 21 } };
const MASTER6 = { proto: PROTOCOL.tcp, orig: { ...V6, sport: 2122, dport: 21 } };

/** Masters with a helper, and flows that are RELATED to one. */
function related(): Flow[] {
  return [MASTER, MASTER6].flatMap(master => [
    { ...master, helper: 'ftp', status: SEEN_REPLY | ASSURED, tcp: { state: 3 } },
    {
      proto: PROTOCOL.tcp,
      orig: { src: master.orig.dst, dst: master.orig.src, ...ports(30_000) },
      // CTA_TUPLE_MASTER sets EXPECTED by itself.
      master,
      tcp: { state: 1 },
    },
  ]);
}

/** The expectations that `fillTables` creates; the ftp helper allows one a master. */
export function allExpectations(): Expectation[] {
  return [
    {
      master: MASTER,
      proto: PROTOCOL.tcp,
      tuple: { src: V4.dst, dst: V4.src, sport: 0, dport: 30_001 },
      mask: { src: '255.255.255.0', sport: 0 },
      flags: 1,
    },
    {
      master: MASTER6,
      proto: PROTOCOL.tcp,
      tuple: { src: V6.dst, dst: V6.src, sport: 20, dport: 30_002 },
      mask: { src: 'ffff:ffff:ffff:ffff::', sport: 0xffff },
    },
    {
      master: { proto: PROTOCOL.tcp, orig: { ...V4, sport: 2121, dport: 21 } },
      proto: PROTOCOL.tcp,
      tuple: { src: V4.dst, dst: '198.51.100.7', sport: 0, dport: 30_003 },
      nat: { direction: 1, tuple: { src: V4.src, dst: '0.0.0.0', sport: 30_004, dport: 0 } },
      fn: 'nat-follow-master',
    },
  ];
}

/** Flows of every protocol, state, status, family, zone, translation and attribute that the kernel lets one create. */
export function allFlows(): Flow[] {
  nextPort = 20_000;
  return [...protocols(), ...icmp(), ...attributes(), ...nat(), ...related()];
}

/**
 * Creates all of them in this process's own (private) network namespace.
 * @returns what was created
 */
export function fillTables(): { flows: readonly Flow[]; expectations: readonly Expectation[] } {
  useConntrack();
  const flows = allFlows();
  const expectations = allExpectations();
  mustRequest(flows.map(encodeFlow));
  mustRequest(expectations.map(encodeExpectation));
  return { flows, expectations };
}
