/**
 * ClickHouse's formats RowBinary and RowBinaryWithNamesAndTypes: values one after another, little-endian, without separators
 * (https://clickhouse.com/docs/interfaces/formats/RowBinary).
 */
import { fromBytes, unmapped } from '../../../../lang/values/address.js';

/** A value of a column: an address as ctq keeps it, a time in ms as a bigint, integers of 64 bits and more as a bigint. */
export type Cell = number | bigint | string | boolean | null;

/** The text of an answer is cut off. */
class Incomplete extends Error {}
const INCOMPLETE = new Incomplete('the answer of the server is cut off');

/** Reads values from bytes; what is not there yet throws, and is read again with more. */
export class ByteReader {
  at = 0;
  bytes: Buffer = Buffer.alloc(0);

  #take(length: number): number {
    const { at } = this;
    if (at + length > this.bytes.length) throw INCOMPLETE;
    this.at = at + length;
    return at;
  }

  u8 = (): number => this.bytes[this.#take(1)];
  i8 = (): number => this.bytes.readInt8(this.#take(1));
  u16 = (): number => this.bytes.readUInt16LE(this.#take(2));
  i16 = (): number => this.bytes.readInt16LE(this.#take(2));
  u32 = (): number => this.bytes.readUInt32LE(this.#take(4));
  i32 = (): number => this.bytes.readInt32LE(this.#take(4));
  u64 = (): bigint => this.bytes.readBigUInt64LE(this.#take(8));
  i64 = (): bigint => this.bytes.readBigInt64LE(this.#take(8));
  f64 = (): number => this.bytes.readDoubleLE(this.#take(8));

  /** An integer of several words of 64 bits. */
  wide(words: number, isSigned: boolean): bigint {
    const at = this.#take(words * 8);
    let value = isSigned
      ? this.bytes.readBigInt64LE(at + (words - 1) * 8)
      : this.bytes.readBigUInt64LE(at + (words - 1) * 8);
    for (let word = words - 2; word >= 0; word--) value = (value << 64n) | this.bytes.readBigUInt64LE(at + word * 8);
    return value;
  }

  /** An unsigned LEB128 number. */
  length(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.u8();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  text = (): string => {
    const length = this.length();
    const at = this.#take(length);
    return this.bytes.toString('utf8', at, at + length);
  };

  address = (): Cell => unmapped(fromBytes(this.bytes, this.#take(16), 16));
}

type ReadCell = (reader: ByteReader) => Cell;

const SIMPLE: Readonly<Record<string, ReadCell>> = {
  Bool: reader => reader.u8() === 1,
  UInt8: reader => reader.u8(),
  UInt16: reader => reader.u16(),
  UInt32: reader => reader.u32(),
  UInt64: reader => reader.u64(),
  UInt128: reader => reader.wide(2, false),
  UInt256: reader => reader.wide(4, false),
  Int8: reader => reader.i8(),
  Int16: reader => reader.i16(),
  Int32: reader => reader.i32(),
  Int64: reader => reader.i64(),
  Int128: reader => reader.wide(2, true),
  Int256: reader => reader.wide(4, true),
  Float64: reader => reader.f64(),
  String: reader => reader.text(),
  IPv6: reader => reader.address(),
  DateTime: reader => BigInt(reader.u32()) * 1000n,
  Nothing: () => null,
};

/** How the values of a type are read. @throws Error for a type that ctq does not ask for */
export function readerOf(type: string): ReadCell {
  const [, outer, inner] = /^(Nullable|LowCardinality)\((.*)\)$/.exec(type) ?? [];
  if (inner !== undefined) {
    const read = readerOf(inner);
    return outer === 'Nullable' ? reader => (reader.u8() === 1 ? null : read(reader)) : read;
  }
  const [, summed] = /^SimpleAggregateFunction\(\w+, (.*)\)$/.exec(type) ?? [];
  if (summed !== undefined) return readerOf(summed);
  if (/^DateTime64\(3\b/.test(type)) return reader => reader.i64();
  if (type.startsWith('DateTime(')) return SIMPLE.DateTime;
  if (type.startsWith('Enum8(')) return SIMPLE.Int8;
  const simple = SIMPLE[type];
  if (simple === undefined) throw new Error(`unexpected type ${type} in the answer`);
  return simple;
}

/**
 * The rows of an answer in RowBinaryWithNamesAndTypes, in batches; the array of a row is reused.
 * @throws Error if the answer is cut off
 */
export async function* rowsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Iterable<readonly Cell[]>> {
  const reader = new ByteReader();
  let columns: readonly ReadCell[] | undefined;
  for await (const chunk of chunks) {
    reader.bytes = reader.at < reader.bytes.length ? Buffer.concat([reader.bytes.subarray(reader.at), chunk]) : chunk;
    reader.at = 0;
    columns ??= wholly(reader, () => headerOf(reader));
    if (columns === undefined) continue;
    yield batch(reader, columns);
  }
  if (columns === undefined || reader.at < reader.bytes.length) throw INCOMPLETE;
}

function* batch(reader: ByteReader, columns: readonly ReadCell[]): Generator<readonly Cell[]> {
  const cells: Cell[] = columns.map(() => null);
  const readRow = (): true => {
    for (let i = 0; i < columns.length; i++) cells[i] = columns[i](reader);
    return true;
  };
  while (reader.at < reader.bytes.length && wholly(reader, readRow)) yield cells;
}

/** What is read, or undefined if more bytes are needed: then nothing is. */
function wholly<T>(reader: ByteReader, read: () => T): T | undefined {
  const { at } = reader;
  try {
    return read();
  } catch (error) {
    if (error !== INCOMPLETE) throw error;
    reader.at = at;
    return undefined;
  }
}

function headerOf(reader: ByteReader): readonly ReadCell[] {
  const count = reader.length();
  for (let i = 0; i < count; i++) reader.text();
  return Array.from({ length: count }, () => readerOf(reader.text()));
}

/** Appends values to a buffer that grows. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  length = 0;

  /** Makes room, for which the bytes may move. @returns where it is */
  #room(size: number): number {
    const at = this.length;
    if (at + size > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, at + size));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    this.length = at + size;
    return at;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#room(2);
    this.#bytes.writeUInt16LE(value, at);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeUInt32LE(value, at);
  }

  u64(value: bigint): void {
    const at = this.#room(8);
    this.#bytes.writeBigUInt64LE(value, at);
  }

  i64(value: bigint): void {
    const at = this.#room(8);
    this.#bytes.writeBigInt64LE(value, at);
  }

  /** An unsigned LEB128 number. */
  varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.u8((rest % 128) | 128);
    this.u8(rest);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    const at = this.#room(size);
    this.#bytes.write(value, at, 'utf8');
  }

  /** The 16 bytes of an address; IPv4 as `::ffff:a.b.c.d`. */
  address(value: number | string): void {
    const at = this.#room(16);
    if (typeof value === 'number') {
      this.#bytes.fill(0, at, at + 10);
      this.#bytes.writeUInt16BE(0xffff, at + 10);
      this.#bytes.writeUInt32BE(value, at + 12);
      return;
    }
    for (let i = 0; i < 8; i++) this.#bytes.writeUInt16BE(value.charCodeAt(i), at + i * 2);
  }

  /** What was written. It is overwritten after `reset`. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  reset(): void {
    this.length = 0;
  }
}
