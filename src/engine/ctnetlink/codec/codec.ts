import type { Integer } from '../../../lang/values/value.js';
import type { TupleView } from '../view/tuple-view.js';
import type { MessageView } from '../view/view.js';
import { decodeTuple, encodeTuple, type Tuple } from './tuple.js';
import type { Writer } from './writer.js';

/**
 * The purpose of a message:
 * - `entry`: an entry as the kernel would report it, as in a snapshot;
 * - `create`: a request for a new entry;
 * - `update`: a request to change an existing entry.
 */
export type Purpose = 'entry' | 'create' | 'update';

/** Reads a value from a message, and writes it as an attribute. */
export interface Codec<T> {
  /** @returns undefined if the message does not have it */
  read(view: MessageView): T | undefined;
  write(writer: Writer, value: T, purpose: Purpose): void;
  /** Number of the top-level attribute. */
  readonly type: number;
  /** The attribute is one number of 32 bits. */
  readonly isU32?: boolean;
}

/** Requests in which the kernel accepts an attribute. */
type Acceptance = readonly ('create' | 'update')[];

export const ALWAYS: Acceptance = ['create', 'update'];
export const ON_CREATE: Acceptance = ['create'];
export const NEVER: Acceptance = [];

interface AttributeOptions {
  /** Its value changes without an event: an older message says nothing about a newer one. */
  readonly isVolatile?: boolean;
}

/** An attribute of an entry. */
export interface Attribute<T> extends Codec<T>, AttributeOptions {
  readonly acceptedOn: Acceptance;
}

/** @param acceptedOn requests in which the kernel accepts it; in others it is left out */
export const attribute = <T>(
  codec: Codec<T>,
  acceptedOn: Acceptance = NEVER,
  options: AttributeOptions = {},
): Attribute<T> => ({ ...codec, acceptedOn, ...options });

/** The view returns -1 for an attribute that is absent. */
export const orUndefined = <T extends Integer>(n: T): T | undefined => (n < 0 ? undefined : n);

export const u32 = (type: number): Codec<number> => ({
  type,
  isU32: true,
  read: view => orUndefined(view.number(type)),
  write: (writer, value) => writer.be32(type, value),
});

export const u16 = (type: number): Codec<number> => ({
  type,
  read: view => orUndefined(view.number16(type)),
  write: (writer, value) => writer.be16(type, value),
});

export const u64 = (type: number): Codec<Integer> => ({
  type,
  read: view => orUndefined(view.number64(type)),
  write: (writer, value) => writer.be64(type, value),
});

export const text = (type: number): Codec<string> => ({
  type,
  read: view => view.text(type) ?? undefined,
  write: (writer, value) => writer.text(type, value),
});

/** A set of connlabels, in the representation of `lang/values/value.ts`. */
export const labels = (type: number): Codec<string> => ({
  type,
  read: view => view.labelsOf(type) ?? undefined,
  write: (writer, value) => writer.labels(type, value),
});

/** A nest that holds one text. */
export const nestedText = (type: number, inner: number): Codec<string> => ({
  type,
  read: view => view.innerText(type, inner) ?? undefined,
  write: (writer, value) => {
    const nest = writer.open(type);
    writer.text(inner, value);
    writer.close(nest);
  },
});

/** @param what name of the tuple in error messages */
export const tuple = (type: number, what: string, of: (view: MessageView) => TupleView): Codec<Tuple> => ({
  type,
  read: view => decodeTuple(of(view), what),
  write: (writer, value) => encodeTuple(writer, type, value),
});

/** A nest of numbers of one width, all of which must be present. */
function nestOf<T extends Integer>(
  read: (view: MessageView, nest: number, attribute: number) => T,
  write: (writer: Writer, attribute: number, value: T) => void,
) {
  return <K extends string>(type: number, parts: Readonly<Record<K, number>>): Codec<Readonly<Record<K, T>>> => {
    const entries = Object.entries(parts) as [K, number][];
    return {
      type,
      read: view => {
        const value = {} as Record<K, T>;
        for (const [key, inner] of entries) {
          value[key] = read(view, type, inner);
          if (value[key] < 0) return undefined;
        }
        return value;
      },
      write: (writer, value) => {
        const nest = writer.open(type);
        for (const [key, inner] of entries) write(writer, inner, value[key]);
        writer.close(nest);
      },
    };
  };
}

export const nest32 = nestOf<number>(
  (view, nest, attribute) => view.inner32(nest, attribute),
  (writer, attribute, value) => writer.be32(attribute, value),
);

export const nest64 = nestOf<Integer>(
  (view, nest, attribute) => view.inner64(nest, attribute),
  (writer, attribute, value) => writer.be64(attribute, value),
);

/** The attributes of a T by its keys; `Except` are keys that are not attributes. */
export type AttributeTable<T, Except extends keyof T = never> = {
  readonly [K in Exclude<keyof T, Except>]-?: Attribute<NonNullable<T[K]>>;
};

type AnyAttribute = Attribute<unknown>;

const entriesOf = new WeakMap<object, readonly [string, AnyAttribute][]>();

/** The entries of a table, cached: reading a snapshot encodes a message per line. */
function attributesOf(table: object): readonly [string, AnyAttribute][] {
  let attributes = entriesOf.get(table);
  if (attributes === undefined) {
    attributes = Object.entries(table) as [string, AnyAttribute][];
    entriesOf.set(table, attributes);
  }
  return attributes;
}

/** Reads the attributes of a table that a message has. @throws WireError for an incomplete tuple */
export function decodeAttributes(table: object, view: MessageView): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [key, attribute] of attributesOf(table)) {
    const part = attribute.read(view);
    if (part !== undefined) value[key] = part;
  }
  return value;
}

/** Writes the attributes that a value has, in the table's order, except those that the kernel does not accept for the purpose. */
export function encodeAttributes(table: object, value: object, writer: Writer, purpose: Purpose): void {
  for (const [key, attribute] of attributesOf(table)) {
    const part = (value as Record<string, unknown>)[key];
    if (part === undefined || (purpose !== 'entry' && !attribute.acceptedOn.includes(purpose))) continue;
    attribute.write(writer, part, purpose);
  }
}
