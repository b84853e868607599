/** The parts of a flow: what a query does not use of it need not be in its message. */

export const ORIG_ADDRESSES = 1;
export const REPLY_ADDRESSES = 2;
export const ZONE = 4;
export const STATUS = 8;
export const MARK = 16;
export const ID = 32;
export const USE = 64;
export const TIMEOUT = 128;
/** The state of the protocol. */
export const STATE = 256;
export const COUNTERS = 512;
/** Start, stop, and the time of the event, which follow from each other. */
export const TIMES = 1024;
/** Everything else. */
export const OTHERS = 2048;
/** Protocol, ports, the numbers of ICMP, and the zone of one direction. */
export const ORIG_KEYS = 4096;
export const REPLY_KEYS = 8192;
export const ALL_PARTS = 16_383;
/** Both directions. */
export const TUPLES = ORIG_ADDRESSES | REPLY_ADDRESSES | ORIG_KEYS | REPLY_KEYS;

/** What a format does not say of the status follows from both tuples. */
const STATUS_PARTS = STATUS | TUPLES;
const ZONE_PARTS = ZONE | TUPLES;

/** Fields by their names in the catalogue, and the parts that they are read from. Fields of a message's header need none. */
const PARTS: Readonly<Record<string, number>> = {
  family: 0,
  event: 0,
  portid: 0,
  proto: ORIG_KEYS,
  'orig.src': ORIG_ADDRESSES,
  'orig.dst': ORIG_ADDRESSES,
  'reply.src': REPLY_ADDRESSES,
  'reply.dst': REPLY_ADDRESSES,
  zone: ZONE_PARTS,
  status: STATUS_PARTS,
  nat: STATUS_PARTS,
  snat: STATUS_PARTS,
  dnat: STATUS_PARTS,
  packets: COUNTERS,
  bytes: COUNTERS,
  'orig.packets': COUNTERS,
  'orig.bytes': COUNTERS,
  'reply.packets': COUNTERS,
  'reply.bytes': COUNTERS,
  'orig.vtag': STATE,
  'reply.vtag': STATE,
  mark: MARK,
  id: ID,
  use: USE,
  timeout: TIMEOUT,
  state: STATE,
  age: TIMES,
  start: TIMES,
  stop: TIMES,
  event_time: TIMES,
};

function partsOfField(name: string): number {
  if (Object.hasOwn(PARTS, name)) return PARTS[name];
  if (name.startsWith('orig.')) return ORIG_KEYS;
  if (name.startsWith('reply.')) return REPLY_KEYS;
  return /^(?:tcp|sctp|dccp)\./.test(name) ? STATE : ALL_PARTS;
}

/** The parts that fields are read from. @param fields their names in the catalogue */
export const partsOf = (fields: readonly string[] | 'all'): number =>
  fields === 'all' ? ALL_PARTS : fields.reduce((parts, name) => parts | partsOfField(name), 0);
