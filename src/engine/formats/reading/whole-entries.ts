/** Which columns, or members of JSON in the names of columns, make whole entries. */
import { fieldOf, TABLES } from '../../../lang/schema/catalogue.js';

/** An entry requires these. */
const NEEDED = {
  conntrack: ['proto', 'orig.src', 'orig.dst', 'reply.src', 'reply.dst'],
  expect: ['proto', 'src', 'dst'],
} as const satisfies Record<'conntrack' | 'expect', readonly string[]>;

/** Of a protocol with ports, an entry requires these as well: without them there would be none of TCP and UDP, and others without their ports. */
const PORTS = ['orig.sport', 'orig.dport', 'reply.sport', 'reply.dport'] as const;

/** Where there are no ports at all, these mark entries of protocols without ports; objects of whole entries always have the family. */
const WITHOUT_PORTS = /^(?:family$|(?:orig|reply)\.(?:icmp_|srckey|dstkey|vtag))/;

/** Names that only expectations have. */
const OF_EXPECTATIONS = /^(mask\.|nat\.dir|class$|fn$)/;

export interface WholeEntries {
  readonly table: keyof typeof NEEDED;
  /** The fields that an entry needs and that are not there. */
  readonly missing: readonly string[];
}

/** What entries columns of these names would make. */
export function wholeEntries(names: readonly string[]): WholeEntries {
  const table = names.some(name => OF_EXPECTATIONS.test(name)) ? 'expect' : 'conntrack';
  const fields = new Set(names.flatMap(name => fieldOf(TABLES[table], name)?.name ?? []));
  const hasPorts = PORTS.some(name => fields.has(name)) || ![...fields].some(name => WITHOUT_PORTS.test(name));
  const needed = [...NEEDED[table], ...(table === 'conntrack' && hasPorts ? PORTS : [])];
  return { table, missing: needed.filter(name => !fields.has(name)) };
}
