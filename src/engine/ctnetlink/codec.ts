import type { Integer } from '../../lang/values/value.js';
import { decodeTuple, encodeTuple, type Tuple } from './tuple.js';
import type { TupleView } from './view/tuple-view.js';
import type { MessageView } from './view/view.js';
import type { Writer } from './writer.js';

/**
 * What a message is written for:
 * - `entry`: to say what the kernel would say of an entry, as in a snapshot;
 * - `create`: to ask the kernel for a new entry (or for one to be updated if it is there);
 * - `update`: to ask it to change an entry that is there.
 */
export type Purpose = 'entry' | 'create' | 'update';

/** How an attribute becomes a value, and a value the attribute. */
export interface Codec<T> {
  /** @returns undefined where the message does not have it */
  read(view: MessageView): T | undefined;
  write(writer: Writer, value: T, purpose: Purpose): void;
}

/** An attribute of an entry, and what the kernel takes it for, beside saying it itself. */
export interface Attribute<T> extends Codec<T> {
  readonly takenOn: readonly ('create' | 'update')[];
}

export const ALWAYS = ['create', 'update'] as const;
export const ON_CREATE = ['create'] as const;
export const NEVER = [] as const;

/** -1 in the view is an attribute that is not there. */
export const orUndefined = <T extends Integer>(n: T): T | undefined => (n < 0 ? undefined : n);

export const u32 = (attribute: number): Codec<number> => ({
  read: view => orUndefined(view.number(attribute)),
  write: (writer, value) => writer.be32(attribute, value),
});

export const u16 = (attribute: number): Codec<number> => ({
  read: view => orUndefined(view.number16(attribute)),
  write: (writer, value) => writer.be16(attribute, value),
});

export const u64 = (attribute: number): Codec<Integer> => ({
  read: view => orUndefined(view.number64(attribute)),
  write: (writer, value) => writer.be64(attribute, value),
});

export const text = (attribute: number): Codec<string> => ({
  read: view => view.text(attribute) ?? undefined,
  write: (writer, value) => writer.text(attribute, value),
});

export const labels = (attribute: number): Codec<string> => ({
  read: view => view.labelsOf(attribute) ?? undefined,
  write: (writer, value) => writer.labels(attribute, value),
});

/** A nest of one text. */
export const nestedText = (attribute: number, inner: number): Codec<string> => ({
  read: view => view.innerText(attribute, inner) ?? undefined,
  write: (writer, value) => {
    const nest = writer.open(attribute);
    writer.text(inner, value);
    writer.close(nest);
  },
});

export const tuple = (attribute: number, what: string, of: (view: MessageView) => TupleView): Codec<Tuple> => ({
  read: view => decodeTuple(of(view), what),
  write: (writer, value) => encodeTuple(writer, attribute, value),
});

/** A nest of numbers of one width that are there all together or not at all. */
function nestOf<T extends Integer>(
  read: (view: MessageView, nest: number, attribute: number) => T,
  write: (writer: Writer, attribute: number, value: T) => void,
) {
  return <K extends string>(attribute: number, parts: Readonly<Record<K, number>>): Codec<Readonly<Record<K, T>>> => {
    const entries = Object.entries(parts) as [K, number][];
    return {
      read: view => {
        const value = {} as Record<K, T>;
        for (const [key, inner] of entries) {
          value[key] = read(view, attribute, inner);
          if (value[key] < 0) return undefined;
        }
        return value;
      },
      write: (writer, value) => {
        const nest = writer.open(attribute);
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

/** A table of attributes: every key of T, but those that are no attributes, has its row. */
export type AttributeTable<T, Apart extends keyof T = never> = {
  readonly [K in Exclude<keyof T, Apart>]-?: Attribute<NonNullable<T[K]>>;
};

type AnyAttribute = Attribute<unknown>;

const entries = new WeakMap<object, readonly [string, AnyAttribute][]>();

/** The rows of a table by their keys, taken apart once: snapshots write a message a line. */
function attributesOf(table: object): readonly [string, AnyAttribute][] {
  let rows = entries.get(table);
  if (rows === undefined) {
    rows = Object.entries(table) as [string, AnyAttribute][];
    entries.set(table, rows);
  }
  return rows;
}

/** What of a message a table knows. @throws WireError where a tuple is not whole */
export function decodeAttributes(table: object, view: MessageView): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [key, row] of attributesOf(table)) {
    const part = row.read(view);
    if (part !== undefined) value[key] = part;
  }
  return value;
}

/** Writes what a value has of a table, in the table's order, as far as it is of use for the purpose. */
export function encodeAttributes(table: object, value: object, writer: Writer, purpose: Purpose): void {
  for (const [key, row] of attributesOf(table)) {
    const part = (value as Record<string, unknown>)[key];
    if (part === undefined || (purpose !== 'entry' && !row.takenOn.includes(purpose))) continue;
    row.write(writer, part, purpose);
  }
}
