/** Random flows whose values come from small pools, so that conditions made of the same values meet some of them. */
import fc from 'fast-check';
import { type Flow, PROTOCOL, STATUS, type Tuple } from '../../kit/flow.js';

const V4 = ['10.1.0.1', '10.1.0.2', '172.16.5.5', '192.0.2.7', '8.8.8.8'];
const V6 = ['fd00:1::1', 'fd00:1::2', '2001:db8::1', '2001:db8:0:1::1', 'fe80::5'];
export const ADDRESSES = [...V4, ...V6];
export const NETWORKS = ['10.0.0.0/8', '10.1.0.0/31', '0.0.0.0/0', '192.0.2.0/24', 'fd00::/8', '2001:db8::/48', '::/0'];
export const PORTS = [1, 53, 80, 443, 40_000];
export const PROTOCOLS = [1, 6, 17, 33, 47, 50, 58, 89, 132, 136];
/** Lines show ports 0 where Linux 6.16 and later have none for DCCP: it is left to the table of everything (test/kit/flows.ts). */
const MADE = [...PROTOCOLS.filter(proto => proto !== PROTOCOL.dccp), 253];
export const MARKS = [0, 1, 0x12, 0x1200, 0x1201, 0xffff_ffff];
export const ZONES = [0, 3, 11, 0xffff];
export const VTAGS = [1, 0xffff_fff0];
export const HELPERS = ['ftp', 'tftp'];
/** By their bits; connlabel.conf of the test's own /etc has them. */
export const LABELS: Readonly<Record<string, number>> = { bulk: 0, five: 5, last: 127 };
const TCP_STATES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
];
const SCTP_STATES = [
  'NONE',
  'CLOSED',
  'COOKIE_WAIT',
  'COOKIE_ECHOED',
  'ESTABLISHED',
  'SHUTDOWN_SENT',
  'SHUTDOWN_RECD',
  'SHUTDOWN_ACK_SENT',
  'HEARTBEAT_SENT',
];
export const STATES = [...new Set([...TCP_STATES, ...SCTP_STATES])];

const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 4): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq });

const port = fc.constantFrom(...PORTS);
/** Whether a protocol has ports; ICMP has other keys, GRE keys in their place. */
const hasPorts = (proto: number): boolean => [6, 17, 132, 136].includes(proto);
const isIcmp = (proto: number): boolean => proto === PROTOCOL.icmp || proto === PROTOCOL.icmpv6;

function tuple(proto: number, addresses: readonly string[]): fc.Arbitrary<Tuple> {
  const types = proto === PROTOCOL.icmp ? [8, 13] : [128, 139];
  return fc
    .record({
      src: fc.constantFrom(...addresses),
      dst: fc.constantFrom(...addresses),
      sport: port,
      dport: port,
      key: fc.constantFrom(1, 0xfffe),
      icmp: fc.record({ id: fc.constantFrom(1, 2, 77), type: fc.constantFrom(...types), code: fc.constantFrom(0, 1) }),
      zone: maybe(fc.constantFrom(...ZONES.slice(1)), 1),
    })
    .map(({ src, dst, sport, dport, key, icmp, zone }) => ({
      src,
      dst,
      ...(hasPorts(proto) ? { sport, dport } : proto === PROTOCOL.gre ? { sport: key, dport: 0xffff - key } : {}),
      ...(isIcmp(proto) ? { icmp } : {}),
      ...(zone === undefined ? {} : { zone }),
    }));
}

/** The kernel takes SEEN_REPLY alone, or both. */
const status = fc.constantFrom(0, STATUS.SEEN_REPLY, STATUS.SEEN_REPLY | STATUS.ASSURED);

export const flow: fc.Arbitrary<Flow> = fc
  .record({
    six: fc.boolean(),
    proto: fc.oneof({ weight: 2, arbitrary: fc.constantFrom(6, 17) }, fc.constantFrom(...MADE)),
  })
  .map(({ six, proto }) => ({ six, proto: isIcmp(proto) ? (six ? PROTOCOL.icmpv6 : PROTOCOL.icmp) : proto }))
  .chain(({ six, proto }) => {
    const addresses = six ? V6 : V4;
    const translation = fc.record({ address: fc.constantFrom(...addresses), port: maybe(port, 2) });
    const translates = proto === 6 || proto === 17;
    return fc
      .record({
        orig: tuple(proto, addresses),
        status,
        mark: maybe(fc.constantFrom(...MARKS)),
        zone: maybe(fc.constantFrom(...ZONES), 2),
        state: fc.nat(9),
        wscale: fc.constantFrom(0, 7, 14),
        vtags: fc.tuple(fc.constantFrom(...VTAGS), fc.constantFrom(...VTAGS)),
        labels: maybe(fc.uniqueArray(fc.constantFrom(...Object.values(LABELS)), { minLength: 1 }), 2),
        hasHelper: fc.nat(9).map(n => n === 0),
        snat: maybe(translation, 1),
        dnat: maybe(translation, 1),
      })
      .map(
        ({ orig, zone, state, wscale, vtags, hasHelper, snat, dnat, ...rest }): Flow => ({
          ...rest,
          proto,
          orig,
          // A zone of one direction, or of both.
          ...(orig.zone === undefined && zone !== undefined && zone > 0 ? { zone } : {}),
          ...(proto === 6 ? { tcp: { state, wscale: [wscale, wscale], flags: [3, 3] } } : {}),
          ...(proto === 132 ? { sctp: { state: Math.min(state, 8), vtags } } : {}),
          ...(hasHelper && proto === 6 ? { helper: 'ftp' } : {}),
          ...(hasHelper && proto === 17 ? { helper: 'tftp' } : {}),
          ...(translates && snat ? { snat } : {}),
          ...(translates && dnat ? { dnat } : {}),
        }),
      );
  });
