import type { FlagSet, Vocabulary } from './catalogue.js';
import {
  DCCP_ROLES,
  DCCP_STATES,
  EXPECT_FLAGS,
  PROTOCOL_NUMBERS,
  protocolName,
  SCTP_STATES,
  STATUS_FLAGS,
  TCP_FLAGS,
  TCP_STATES,
} from './constants.js';

const unique = (words: readonly string[]): readonly string[] => [...new Set(words)];

const ENUMS = {
  family: ['ipv4', 'ipv6'],
  state: unique([...TCP_STATES, ...SCTP_STATES, ...DCCP_STATES]),
  tcp_state: TCP_STATES,
  sctp_state: SCTP_STATES,
  dccp_state: DCCP_STATES,
  dccp_role: DCCP_ROLES,
  nat: ['none', 'src', 'dst', 'both'],
  event: ['new', 'update', 'destroy'],
  direction: ['original', 'reply'],
} as const satisfies Record<Vocabulary, readonly string[]>;

const FLAGS = {
  status: STATUS_FLAGS,
  tcp_flags: TCP_FLAGS,
  expect_flags: EXPECT_FLAGS,
} as const satisfies Record<FlagSet, Readonly<Record<string, number>>>;

/** All names of an enum's values, in the kernel's order. */
export const enumNames = (vocabulary: Vocabulary): readonly string[] => ENUMS[vocabulary];

/** Name → bit mask. */
export const flagBits = (set: FlagSet): Readonly<Record<string, number>> => FLAGS[set];

/** Names that mean that bits are not set. */
export const ABSENT_FLAGS: Readonly<Partial<Record<FlagSet, Readonly<Record<string, number>>>>> = {
  status: { UNREPLIED: STATUS_FLAGS.SEEN_REPLY },
};

/** All names that `has` accepts. */
export const flagNames = (set: FlagSet): readonly string[] => [
  ...Object.keys(FLAGS[set]),
  ...Object.keys(ABSENT_FLAGS[set] ?? {}),
];

/** The bits of flags in a text, as `namesOfFlags` and lists write them, or of a number; undefined for any other word. */
export function flagsIn(set: FlagSet, text: string): number | undefined {
  const known = flagBits(set);
  let bits = 0;
  for (const word of text.split(/[,|\s]+/).filter(each => each !== '')) {
    const name = word.toUpperCase();
    const bit = Object.hasOwn(known, name)
      ? known[name]
      : /^(?:0x[\da-f]{1,8}|\d{1,10})$/i.test(word)
        ? Number(word)
        : -1;
    if (bit < 0 || bit > 0xffffffff) return undefined;
    bits |= bit;
  }
  return bits >>> 0;
}

/** Cache: a table has few different sets. */
const decoded = new Map<string, readonly string[]>();

/** The names of the bits that are set; bits without a name as `0x…`. */
export function namesOfFlags(set: FlagSet, bits: number): readonly string[] {
  const key = `${set}${bits}`;
  let names = decoded.get(key);
  if (names === undefined) {
    names = splitFlags(set, bits);
    if (decoded.size < 4096) decoded.set(key, names);
  }
  return names;
}

function splitFlags(set: FlagSet, bits: number): string[] {
  const names: string[] = [];
  let rest = bits;
  for (const [name, bit] of Object.entries<number>(FLAGS[set])) {
    if ((bits & bit) === 0) continue;
    names.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) names.push(`0x${(rest >>> 0).toString(16)}`);
  return names;
}

/** The number of a protocol's name, in any case. */
export function protocolNumber(name: string): number | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(PROTOCOL_NUMBERS, key) ? PROTOCOL_NUMBERS[key as keyof typeof PROTOCOL_NUMBERS] : undefined;
}

export const protocolNames = (): readonly string[] => Object.keys(PROTOCOL_NUMBERS);
export { protocolName };
