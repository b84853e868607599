/**
 * The words of conntrack(8)'s own formats. It names these protocols and calls every other one 'unknown', so they
 * are kept apart from the names of /etc/protocols that the language knows.
 */
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  47: 'gre',
  58: 'icmpv6',
  132: 'sctp',
  136: 'udplite',
};

export const protoWord = (proto: number): string => PROTOCOLS[proto] ?? 'unknown';

export const familyWord = (family: number): string => (family === 2 ? 'ipv4' : family === 10 ? 'ipv6' : 'unknown');

/** What a protocol tells flows apart by. Numbers: /etc/protocols, IANA. */
export type PrintedKeys = 'ports' | 'keys' | 'icmp' | 'none';

export function printedKeysOf(proto: number): PrintedKeys {
  switch (proto) {
    case 6:
    case 17:
    case 33:
    case 132:
    case 136:
      return 'ports';
    case 47:
      return 'keys';
    case 1:
    case 58:
      return 'icmp';
    default:
      return 'none';
  }
}
