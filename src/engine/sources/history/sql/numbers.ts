/** Integers, times and decimals as SQL, exact: what DuckDB would compute otherwise than ctq is not translated. */
import type { AggregateNode, BinaryNode, CallNode, KeyNode, Typed } from '../../../../lang/check/checked-ast.js';
import { isRecorded, RECORDED, type Stored } from '../../../../lang/schema/history.js';
import type { Value } from '../../../../lang/values/value.js';
import type { Parameters } from './statement.js';

/** A number as SQL. */
export interface NumberSql {
  readonly sql: string;
  /** The bits that its magnitude may have; undefined for a decimal. */
  readonly bits?: number;
  /** Cannot be negative. */
  readonly isUnsigned?: boolean;
  /** Of a time or duration in whole milliseconds: these as a BIGINT. */
  readonly ms?: string;
  /** The column and its type: comparisons with a constant of that type can skip files. */
  readonly column?: { readonly stored: Stored };
}

/** Bits that a HUGEINT holds. */
const HUGE = 126;
/** Bits that a double holds exactly. */
const EXACT = 53;

const BITS: Readonly<Partial<Record<Stored, number>>> = { u8: 8, u16: 16, u32: 32, u64: 64 };
/** ns since the epoch. */
const TIME_BITS = 63;

/** The result of a key or an aggregate, in conditions and orders of groups. */
export type ResultOf = (node: KeyNode | AggregateNode) => NumberSql | undefined;
export type ConstantOf = (node: Typed) => { readonly value: Value } | undefined;

export class Numbers {
  constructor(
    readonly parameters: Parameters,
    readonly constantOf: ConstantOf,
    readonly resultOf: ResultOf = () => undefined,
  ) {}

  /** A number; undefined if it is none, or cannot be translated. */
  of(node: Typed): NumberSql | undefined {
    const constant = this.constantOf(node);
    if (constant) return this.constant(constant.value);
    switch (node.kind) {
      case 'field':
        return fieldSql(node.name);
      case 'unary': {
        const operand = node.op === '-' ? this.of(node.operand) : undefined;
        return operand?.bits === undefined ? undefined : { sql: `(-${huge(operand)})`, bits: operand.bits };
      }
      case 'binary':
        return this.#binary(node);
      case 'call':
        return node.name === 'bucket' ? this.#bucket(node) : undefined;
      case 'key':
      case 'aggregate':
        return this.resultOf(node);
      default:
        return undefined;
    }
  }

  constant(value: Value): NumberSql | undefined {
    if (value === null) return { sql: 'CAST(NULL AS HUGEINT)', bits: 0, isUnsigned: true };
    if (typeof value === 'number' && !Number.isInteger(value)) return { sql: this.parameters.add('DOUBLE', value) };
    if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
    const whole = BigInt(value);
    const bits = (whole < 0n ? -whole : whole).toString(2).length;
    return bits > HUGE ? undefined : { sql: this.parameters.add('HUGEINT', whole), bits, isUnsigned: whole >= 0n };
  }

  #binary({ op, left, right, type }: BinaryNode): NumberSql | undefined {
    if (op === '<<' || (type.name === 'decimal') !== (op === '/' && type.name === 'decimal')) return undefined;
    if (op === '/' && type.name !== 'decimal') return undefined;
    if (op === '>>') return this.#shifted(left, this.constantOf(right)?.value);
    const a = this.of(left);
    const b = a && this.of(right);
    if (a?.bits === undefined || b?.bits === undefined) return undefined;
    const isUnsigned = a.isUnsigned === true && b.isUnsigned === true;
    const whole = (sql: string, bits: number, unsigned = isUnsigned): NumberSql | undefined =>
      bits > HUGE ? undefined : { sql: `(${sql})`, bits, isUnsigned: unsigned };
    switch (op) {
      case '+':
        return whole(`${huge(a)} + ${huge(b)}`, Math.max(a.bits, b.bits) + 1);
      case '-':
        return whole(`${huge(a)} - ${huge(b)}`, Math.max(a.bits, b.bits) + 1, false);
      case '*':
        return whole(`${huge(a)} * ${huge(b)}`, a.bits + b.bits);
      case '/':
        return Math.max(a.bits, b.bits) > EXACT
          ? undefined
          : { sql: `(CAST(${a.sql} AS DOUBLE) / CAST(nullif(${b.sql}, 0) AS DOUBLE))` };
      case '%':
        return whole(`${huge(a)} % nullif(${huge(b)}, 0)`, Math.max(a.bits, b.bits));
      case '&':
        return isUnsigned ? whole(`${huge(a)} & ${huge(b)}`, Math.min(a.bits, b.bits)) : undefined;
      case '|':
        return isUnsigned ? whole(`${huge(a)} | ${huge(b)}`, Math.max(a.bits, b.bits)) : undefined;
      case '^':
        return isUnsigned ? whole(`xor(${huge(a)}, ${huge(b)})`, Math.max(a.bits, b.bits)) : undefined;
    }
  }

  /** The start of an interval, also of negative values: SQL's remainder has the sign of the dividend. */
  #bucket({ args: [value, width] }: CallNode): NumberSql | undefined {
    const constant = this.constantOf(width)?.value;
    if (typeof constant !== 'bigint' && (typeof constant !== 'number' || !Number.isInteger(constant))) return undefined;
    const length = BigInt(constant);
    const a = length > 0n ? this.of(value) : undefined;
    if (a?.bits === undefined) return undefined;
    if (a.ms !== undefined && length % MILLISECOND === 0n && length / MILLISECOND < 1n << 52n) {
      const w = length / MILLISECOND;
      return timeOf(`(${a.ms} - ((${a.ms} % ${w}) + ${w}) % ${w})`);
    }
    const bits = Math.max(a.bits, length.toString(2).length) + 1;
    if (bits > HUGE) return undefined;
    const [x, w] = [huge(a), this.parameters.add('HUGEINT', length)];
    if (a.isUnsigned) return { sql: `(${x} - ${x} % ${w})`, bits: a.bits, isUnsigned: true };
    return { sql: `(${x} - ((${x} % ${w}) + ${w}) % ${w})`, bits };
  }

  /** A shift to the right by a constant, as a division without remainder. */
  #shifted(left: Typed, shift: Value | undefined): NumberSql | undefined {
    if (typeof shift !== 'number' || shift < 0 || shift > 63) return undefined;
    const a = this.of(left);
    if (a?.bits === undefined || !a.isUnsigned) return undefined;
    return { sql: `(${huge(a)} // CAST('${2n ** BigInt(shift)}' AS HUGEINT))`, bits: a.bits, isUnsigned: true };
  }

  /** `a OP b`; undefined where one side is not translated, or could be compared only roughly. */
  compare(op: string, left: Typed, right: Typed): string | undefined {
    const direct = this.#withColumn(op, left, right) ?? this.#withColumn(FLIPPED[op], right, left);
    if (direct !== undefined) return direct;
    const a = this.of(left);
    const b = a && this.of(right);
    if (!a || !b) return undefined;
    const isRough = (a.bits === undefined) !== (b.bits === undefined) && Math.max(a.bits ?? 0, b.bits ?? 0) > EXACT;
    return isRough ? undefined : `(${a.sql} ${sqlOperator(op)} ${b.sql})`;
  }

  /** A column against a constant of its own type. */
  #withColumn(op: string, left: Typed, right: Typed): string | undefined {
    if (left.kind !== 'field' || !isRecorded(left.name)) return undefined;
    const value = this.constantOf(right)?.value;
    if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
    if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
    const { column, stored } = RECORDED[left.name];
    if (stored === 'time') return this.#timeTest(column, op, BigInt(value));
    const bits = BITS[stored];
    if (bits === undefined || value < 0 || BigInt(value) >= 1n << BigInt(bits)) return undefined;
    const parameter =
      bits === 64 ? this.parameters.add('UBIGINT', BigInt(value)) : this.parameters.add('UINTEGER', Number(value));
    return `(${column} ${sqlOperator(op)} ${bits < 32 ? `CAST(${parameter} AS ${bits === 8 ? 'UTINYINT' : 'USMALLINT'})` : parameter})`;
  }

  /** Times are whole milliseconds: the bound is rounded so that the test is exact. */
  #timeTest(column: string, op: string, ns: bigint): string | undefined {
    const million = 1_000_000n;
    const floor = ns >= 0n ? ns / million : -((-ns + million - 1n) / million);
    const isWhole = floor * million === ns;
    if (floor > 253_402_300_799_999n || floor < -62_135_596_800_000n) return undefined;
    if (!isWhole && (op === '=' || op === '!=')) return undefined;
    const [exact, bound] = isWhole || op === '<=' || op === '>' ? [op, floor] : [op, floor + 1n];
    return `(${column} ${sqlOperator(exact)} ${this.parameters.add('TIMESTAMP_MS', bound)})`;
  }
}

const FLIPPED: Readonly<Record<string, string>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

export const sqlOperator = (op: string): string => (op === '!=' ? '<>' : op);

const MILLISECOND = 1_000_000n;

/** A time or duration by its milliseconds. */
const timeOf = (ms: string): NumberSql => ({
  sql: `(CAST(${ms} AS HUGEINT) * ${MILLISECOND})`,
  bits: TIME_BITS,
  ms,
});

const huge = ({ sql }: NumberSql): string => `CAST(${sql} AS HUGEINT)`;

/** The value of a field in the unit that ctq computes in: times and durations in ns. */
function fieldSql(name: string): NumberSql | undefined {
  switch (name) {
    case 'bytes':
    case 'packets': {
      const [a, b] = [`CAST(orig_${name} AS HUGEINT)`, `CAST(reply_${name} AS HUGEINT)`];
      return { sql: `coalesce(${a} + ${b}, ${a}, ${b})`, bits: 65, isUnsigned: true };
    }
    case 'age':
      return timeOf('(epoch_ms(stop) - epoch_ms(start))');
  }
  if (!isRecorded(name)) return undefined;
  const { column, stored } = RECORDED[name];
  if (stored === 'time') return timeOf(`epoch_ms(${column})`);
  const bits = BITS[stored];
  return bits === undefined ? undefined : { sql: column, bits, isUnsigned: true, column: { stored } };
}
