/** Which columns, or members of JSON in the names of columns, make whole entries. */
import { fieldOf, TABLES } from '../../../lang/schema/catalogue.js';

/** An entry requires these. */
const NEEDED = {
  conntrack: ['proto', 'orig.src', 'orig.dst', 'reply.src', 'reply.dst'],
  expect: ['proto', 'src', 'dst'],
} as const satisfies Record<'conntrack' | 'expect', readonly string[]>;

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
  const fields = new Set(names.map(name => fieldOf(TABLES[table], name)?.name));
  return { table, missing: NEEDED[table].filter(name => !fields.has(name)) };
}
