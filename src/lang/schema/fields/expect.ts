import { TUPLE_FIELDS } from './conntrack.js';
import { FILE, type Field, GATEWAY, NETNS, PORTID, prefixed, RESYNC, UINT8, UINT16, UINT32 } from './field.js';

const { src, dst, sport, dport } = TUPLE_FIELDS;
const ADDRESSES = { src, dst, sport, dport };

const PROTO = { type: 'proto', doc: 'protocol', max: UINT8, insert: true } as const satisfies Field;

/** The fields of `expect`. Unprefixed ones are those of the expected tuple. */
export const EXPECT_FIELDS = {
  family: {
    type: 'enum',
    vocabulary: 'family',
    doc: 'address family of the expected flow: ipv4, ipv6',
    insert: true,
    rare: true,
  },
  proto: { ...PROTO, doc: 'protocol of the expected flow' },
  src: { ...src, doc: 'source address of the expected flow' },
  dst: { ...dst, doc: 'destination address of the expected flow' },
  sport: { ...sport, doc: 'source port (GRE: call key) of the expected flow' },
  dport: { ...dport, doc: 'destination port (GRE: call key) of the expected flow' },
  ...prefixed('mask', ADDRESSES, doc => `mask of the ${doc}`),
  ...prefixed('master', { ...ADDRESSES, proto: PROTO }, doc => `${doc} of the master connection, original direction`),
  timeout: { type: 'duration', doc: 'time left until the expectation expires', insert: true },
  id: { type: 'integer', doc: 'identifier assigned by the kernel', max: UINT32, rare: true },
  class: { type: 'integer', doc: "index in the helper's policy", max: UINT32, insert: true },
  helper: { type: 'text', doc: "name of the master's helper", insert: true },
  fn: { type: 'text', doc: 'function that runs when the expected flow arrives', insert: true, rare: true },
  flags: { type: 'flags', flags: 'expect_flags', doc: 'PERMANENT, INACTIVE, USERSPACE', insert: true },
  zone: { type: 'integer', doc: "zone, which is the master's", max: UINT16, insert: true, rare: true },
  'nat.dir': {
    type: 'enum',
    vocabulary: 'direction',
    doc: 'direction whose source is translated: original, reply',
    insert: true,
    rare: true,
  },
  'nat.src': { ...src, doc: 'address that the source is translated to', rare: true },
  'nat.sport': { ...sport, doc: 'port that the source is translated to', rare: true },
  host: {
    type: 'address',
    doc: 'any address of the expected flow or its master',
    anyOf: ['src', 'dst', 'master.src', 'master.dst'],
  },
  port: {
    type: 'port',
    doc: 'any port of the expected flow or its master',
    max: UINT16,
    anyOf: ['sport', 'dport', 'master.sport', 'master.dport'],
  },
  event: { type: 'enum', vocabulary: 'event', doc: 'new or destroy', watchOnly: true },
  portid: PORTID,
  resync: RESYNC,
  gateway: GATEWAY,
  netns: NETNS,
  filename: FILE,
} as const satisfies Record<string, Field>;
