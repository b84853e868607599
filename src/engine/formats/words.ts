/** Words that several formats share. */
import { DCCP_STATES, SCTP_STATES, TCP_STATES } from '../../lang/schema/constants.js';
import { AF_INET, AF_INET6, IPPROTO } from '../ctnetlink/constants.js';

/**
 * conntrack(8)'s names of protocols. It calls every other one 'unknown', so they are not those of /etc/protocols, which the
 * language knows.
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

const FAMILIES = { ipv4: AF_INET, ipv6: AF_INET6 } as const;

export const familyWord = (family: number): string =>
  family === AF_INET ? 'ipv4' : family === AF_INET6 ? 'ipv6' : 'unknown';

/** The number of an address family; undefined for an unknown word. */
export const familyNumber = (word: string): number | undefined =>
  Object.hasOwn(FAMILIES, word) ? FAMILIES[word as keyof typeof FAMILIES] : undefined;

/** The states of each protocol that has some. */
export const STATES_OF: ReadonlyMap<number, readonly string[]> = new Map<number, readonly string[]>([
  [IPPROTO.TCP, TCP_STATES],
  [IPPROTO.SCTP, SCTP_STATES],
  [IPPROTO.DCCP, DCCP_STATES],
]);

/** The name of a state; a number without a name is written as the first, NONE. */
export const stateWord = (states: readonly string[], state: number): string => states[state] ?? states[0];

/** What identifies a flow of a protocol besides its addresses. Protocol numbers: IANA. */
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
