import type { TypeName } from '../../values/value.js';
import type { CellSource } from '../environment.js';

/** A closed list of names that a field's values come from. */
export type Vocabulary =
  | 'family'
  | 'state'
  | 'tcp_state'
  | 'sctp_state'
  | 'dccp_state'
  | 'dccp_role'
  | 'nat'
  | 'event'
  | 'direction';

/** A set of named bits. */
export type FlagSet = 'status' | 'tcp_flags' | 'expect_flags';

/** A sysctl setting that an attribute requires. */
export type Needs = 'nf_conntrack_acct' | 'nf_conntrack_timestamp';

/** A field. How it is read from and written to messages is in the engine. */
export interface Field {
  readonly type: TypeName;
  /** One line, for help, `describe` and the reference page. */
  readonly doc: string;
  /** Of an enum. */
  readonly vocabulary?: Vocabulary;
  /** Of flags. */
  readonly flags?: FlagSet;
  /** What a number counts, if it has a unit. */
  readonly unit?: 'bytes';
  /** A column of a file of columns, in a select around one that reads it. */
  readonly isCell?: true;
  /** The columns of files that such cells are of, as they are there. */
  readonly cells?: readonly CellSource[];
  /** The largest value that the kernel can hold, of an integer. */
  readonly max?: number | bigint;
  /** The bits of the integer have meanings of their own: it can be compared under a mask. */
  readonly bits?: true;
  /** May be set by `insert`. */
  readonly insert?: true;
  /** May be set by `update`. */
  readonly update?: true;
  /** Allowed only in conditions: it means any of these fields. */
  readonly anyOf?: readonly string[];
  /** Another name of that field. */
  readonly alias?: string;
  readonly needs?: Needs;
  /** Exists in `watch` only. */
  readonly watchOnly?: true;
  /** Exists in the history only; null elsewhere. */
  readonly historyOnly?: true;
  /** Left out of the default columns of a table. */
  readonly rare?: true;
  /** Not a part of the entry: no format writes it with whole entries. */
  readonly external?: true;
}

export const UINT8 = 0xff;
export const UINT16 = 0xffff;
export const UINT32 = 0xffffffff;
export const UINT64 = 0xffffffffffffffffn;

/** The program that caused an event. */
export const PORTID = {
  type: 'integer',
  doc: 'netlink port of the process that caused the event; 0: the kernel',
  max: UINT32,
  watchOnly: true,
  rare: true,
} as const satisfies Field;

/** Whether an event was found by `with resync`. */
export const RESYNC = {
  type: 'boolean',
  doc: 'detected by re-reading the table after lost events, not reported by the kernel',
  watchOnly: true,
  rare: true,
} as const satisfies Field;

/** The gateway of a row. */
export const GATEWAY = {
  type: 'text',
  doc: 'name of the gateway that sent the row, with in fleet or in ssh (…), or that recorded it, with in history; else null',
  rare: true,
} as const satisfies Field;

/** The namespace of a row. */
export const NETNS = {
  type: 'text',
  doc: 'name of the network namespace, with in netns * or in netns NAME; else null',
  rare: true,
} as const satisfies Field;

/** The file of a row, under the name that it has in tables of columns as well, unless they have such a column. */
export const FILENAME = 'filename';

export const FILE = {
  type: 'text',
  doc: 'name of the file that the row is from, where files are read; else null',
  rare: true,
  external: true,
} as const satisfies Field;

/** The same fields under a prefix: `orig.src`, `reply.src`. */
export type Prefixed<P extends string, T> = { readonly [K in keyof T & string as `${P}.${K}`]: T[K] };

export function prefixed<P extends string, T extends Record<string, Field>>(
  prefix: P,
  fields: T,
  doc: (doc: string) => string,
  extra: Partial<Field> = {},
): Prefixed<P, T> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [`${prefix}.${name}`, { ...field, ...extra, doc: doc(field.doc) }]),
  ) as unknown as Prefixed<P, T>;
}
