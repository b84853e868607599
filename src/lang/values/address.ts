import type { Address } from './value.js';

/** An address and a prefix length: `10.0.0.0/8`. Host bits are zero. */
export interface Network {
  readonly address: Address;
  readonly prefix: number;
}

export const isIPv4 = (address: Address): address is number => typeof address === 'number';

/** Width of the address' family in bits: 32 or 128. */
export const width = (address: Address): number => (typeof address === 'number' ? 32 : 128);

/** The units of `::ffff:0:0/96`, the IPv4 addresses as IPv6 addresses. */
export const MAPPED_UNITS = '\0\0\0\0\0\uffff';

export const isMapped = (address: Address): boolean => typeof address === 'string' && address.startsWith(MAPPED_UNITS);

/** The IPv4 address that an address of `::ffff:0:0/96` means; any other as it is. */
export function unmapped(address: Address): Address {
  if (typeof address === 'number' || !isMapped(address)) return address;
  return address.charCodeAt(6) * 0x10000 + address.charCodeAt(7);
}

/** Parses an address; undefined if the text is not one. */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseIPv4(text);
  // The last 32 bits may be a dotted quad: it is rewritten as groups first.
  const dotted = text.includes('.') ? /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) : null;
  if (dotted === null) return parseIPv6(text);
  const quad = parseIPv4(dotted[2]);
  if (quad === undefined) return undefined;
  return parseIPv6(`${dotted[1]}${(quad >>> 16).toString(16)}:${(quad & 0xffff).toString(16)}`);
}

const ZERO = 0x30;
const DOT = 0x2e;

/** Four numbers without leading zeros, which other parsers read as octal. */
function parseIPv4(text: string): number | undefined {
  let all = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  if (text.length > 15) return undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === DOT) {
      if (digits === 0 || ++dots > 3) return undefined;
      all = all * 256 + part;
      part = 0;
      digits = 0;
      continue;
    }
    if (c < ZERO || c > 0x39 || (digits > 0 && part === 0)) return undefined;
    part = part * 10 + c - ZERO;
    digits++;
    if (part > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? all * 256 + part : undefined;
}

/** Groups of hexadecimal digits, with at most one `::`. */
function parseIPv6(text: string): string | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map(groupsOf);
  if (before === undefined) return undefined;
  if (halves.length === 1) return before.length === 8 ? before : undefined;
  if (after === undefined || before.length + after.length > 7) return undefined;
  return before + '\0'.repeat(8 - before.length - after.length) + after;
}

const GROUPS = /^[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,7}$/i;

/** One character per group. */
function groupsOf(text: string): string | undefined {
  if (text === '') return '';
  if (!GROUPS.test(text)) return undefined;
  return String.fromCharCode(...text.split(':').map(group => Number.parseInt(group, 16)));
}

/** From 4 or 16 bytes in network order. */
export function fromBytes(bytes: ArrayLike<number>, at = 0, length = bytes.length - at): Address {
  if (length === 4) {
    return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  }
  return String.fromCharCode(
    (bytes[at] << 8) | bytes[at + 1],
    (bytes[at + 2] << 8) | bytes[at + 3],
    (bytes[at + 4] << 8) | bytes[at + 5],
    (bytes[at + 6] << 8) | bytes[at + 7],
    (bytes[at + 8] << 8) | bytes[at + 9],
    (bytes[at + 10] << 8) | bytes[at + 11],
    (bytes[at + 12] << 8) | bytes[at + 13],
    (bytes[at + 14] << 8) | bytes[at + 15],
  );
}

/** The address' canonical text: dotted quad, or RFC 5952 as inet_ntop(3) of glibc writes it. */
export function formatAddress(address: Address): string {
  if (typeof address === 'number') {
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
  }
  return isNetwork(address) ? formatNetwork(address) : formatIPv6(address);
}

function formatIPv6(address: string): string {
  // The longest run of two or more zero groups, the first of equals, becomes '::'.
  let bestStart = -1;
  let bestLength = 1;
  for (let i = 0; i < 8; ) {
    let end = i;
    while (end < 8 && address.charCodeAt(end) === 0) end++;
    if (end - i > bestLength) {
      bestStart = i;
      bestLength = end - i;
    }
    i = end + 1;
  }
  // glibc writes the last 32 bits of v4-compatible and v4-mapped addresses as a dotted quad.
  const embedded =
    bestStart === 0 && (bestLength === 6 || (bestLength === 5 && address.charCodeAt(5) === 0xffff)) ? 6 : 8;
  let text = '';
  for (let i = 0; i < embedded; i++) {
    if (i === bestStart) {
      text += '::';
      i += bestLength - 1;
      continue;
    }
    if (text !== '' && !text.endsWith(':')) text += ':';
    text += address.charCodeAt(i).toString(16);
  }
  if (embedded === 8) return text;
  const low = ((address.charCodeAt(6) << 16) | address.charCodeAt(7)) >>> 0;
  return `${text}${text.endsWith(':') ? '' : ':'}${formatAddress(low)}`;
}

/** The address with all bits after the prefix cleared. */
export function mask(address: Address, prefix: number): Address {
  if (typeof address === 'number') return prefix === 0 ? 0 : (address & (-1 << (32 - prefix))) >>> 0;
  let masked = '';
  for (let i = 0; i < 8; i++) {
    const bits = Math.min(16, Math.max(0, prefix - 16 * i));
    masked += String.fromCharCode(address.charCodeAt(i) & (0xffff << (16 - bits)) & 0xffff);
  }
  return masked;
}

/** Whether the network contains the address; addresses of the other family never match. */
export function contains(network: Network, address: Address): boolean {
  if (typeof network.address !== typeof address) return false;
  return mask(address, network.prefix) === network.address;
}

/** A network as one primitive value (see value.ts). */
export function networkValue({ address, prefix }: Network): string {
  const groups = typeof address === 'number' ? String.fromCharCode(address >>> 16, address & 0xffff) : address;
  return groups + String.fromCharCode(prefix);
}

/** The network of a primitive value (see value.ts). */
export function networkOf(value: string): Network {
  const prefix = value.charCodeAt(value.length - 1);
  const address = value.length === 3 ? ((value.charCodeAt(0) << 16) | value.charCodeAt(1)) >>> 0 : value.slice(0, 8);
  return { address, prefix };
}

/** Whether a value of type address is a network: two or eight groups, and the prefix length. */
export const isNetwork = (value: unknown): value is string => typeof value === 'string' && value.length !== 8;

/** Whether a network contains an address, or a network of the same family. */
export function holds(network: string, value: Address): boolean {
  const { address, prefix } = networkOf(network);
  const inner = isNetwork(value) ? networkOf(value) : { address: value, prefix: 128 };
  return typeof address === typeof inner.address && inner.prefix >= prefix && mask(inner.address, prefix) === address;
}

/** Equality of addresses or networks: an address is equal to every network that contains it. */
export function sameAddress(a: Address, b: Address): boolean {
  if (isNetwork(a)) return isNetwork(b) ? a === b : holds(a, b);
  return isNetwork(b) ? holds(b, a) : a === b;
}

export const formatNetwork = (value: string): string => {
  const { address, prefix } = networkOf(value);
  return `${formatAddress(address)}/${prefix}`;
};

/** The address classes of `src is private`, with their networks and RFCs. */
const CLASSES = {
  /** RFC 1918, RFC 6598 (shared address space is not private in this sense), RFC 4193. */
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  /** RFC 1122, RFC 4291. */
  loopback: ['127.0.0.0/8', '::1/128'],
  /** RFC 5771, RFC 4291. */
  multicast: ['224.0.0.0/4', 'ff00::/8'],
  /** RFC 3927, RFC 4291. */
  link_local: ['169.254.0.0/16', 'fe80::/10'],
} as const;

/** Not private, loopback, multicast or link-local, but not public either: RFC 6890 and its updates. */
const RESERVED = [
  '0.0.0.0/8',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
  '::/128',
  '::ffff:0:0/96',
  '100::/64',
  '2001:db8::/32',
];

export type AddressClass = keyof typeof CLASSES | 'public';
export const ADDRESS_CLASSES: readonly AddressClass[] = ['private', 'public', 'loopback', 'multicast', 'link_local'];

const parseNetworks = (texts: readonly string[]): Network[] =>
  texts.map(text => {
    const [address, prefix] = text.split('/');
    return { address: parseAddress(address) as Address, prefix: Number(prefix) };
  });

let networks: Record<keyof typeof CLASSES | 'reserved', Network[]> | undefined;

/** Parsed on first use: most queries do not need them. */
export const classNetworks = (): NonNullable<typeof networks> => {
  networks ??= {
    private: parseNetworks(CLASSES.private),
    loopback: parseNetworks(CLASSES.loopback),
    multicast: parseNetworks(CLASSES.multicast),
    link_local: parseNetworks(CLASSES.link_local),
    reserved: parseNetworks(RESERVED),
  };
  return networks;
};

/** The networks of a class; of `public` those of all other addresses. */
export function networksOfClass(name: AddressClass): {
  readonly networks: readonly Network[];
  readonly isExcept: boolean;
} {
  if (name !== 'public') return { networks: classNetworks()[name], isExcept: false };
  return { networks: Object.values(classNetworks()).flat(), isExcept: true };
}

/** Whether an address is of a class; `public` addresses are in no other class and not reserved. */
export function isOfClass(value: Address, name: AddressClass): boolean {
  // A network is of the class of its first address.
  const address = isNetwork(value) ? networkOf(value).address : value;
  const { networks: all, isExcept } = networksOfClass(name);
  return all.some(network => contains(network, address)) !== isExcept;
}

/** The network that a beginning of an address means to those who match texts: `192.168.%`, `192.168`, `10.0.1.*`. */
export function networkOfBeginning(text: string): string | undefined {
  const octets = /^\^?(\d{1,3}(?:\\?\.\d{1,3}){0,2})(?:\\?\.)?(?:[%*]|\.\*)?$/.exec(text)?.[1].split(/\\?\./);
  if (octets === undefined) return undefined;
  return `${[...octets, '0', '0', '0'].slice(0, 4).join('.')}/${8 * octets.length}`;
}
