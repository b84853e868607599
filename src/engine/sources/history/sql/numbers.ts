/** Integers, times and decimals as SQL, exact: what an engine would compute otherwise than ctq is not translated. */
import type { AggregateNode, BinaryNode, CallNode, KeyNode, Typed } from '../../../../lang/checked/ast.js';
import { isRecorded, RECORDED, type Stored } from '../../../../lang/schema/history.js';
import type { Value } from '../../../../lang/values/value.js';
import type { Dialect } from './dialect.js';
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
/** ms since the epoch of 1900 and 2262: what every engine has as a time. */
const FIRST_TIME = -2_208_988_800_000n;
const LAST_TIME = 9_214_646_400_000n;

/** The result of a key or an aggregate, in conditions and orders of groups. */
export type ResultOf = (node: KeyNode | AggregateNode) => NumberSql | undefined;
export type ConstantOf = (node: Typed) => { readonly value: Value } | undefined;

export class Numbers {
  constructor(
    readonly dialect: Dialect,
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
        return fieldSql(node.name, this.dialect);
      case 'unary': {
        const operand = node.op === '-' ? this.of(node.operand) : undefined;
        return operand?.bits === undefined ? undefined : { sql: `(-${this.#whole(operand)})`, bits: operand.bits };
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
    if (value === null) return { sql: this.dialect.nothing('whole'), bits: 0, isUnsigned: true };
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
    const whole = (sql: string | undefined, bits: number, unsigned = isUnsigned): NumberSql | undefined =>
      bits > HUGE || sql === undefined ? undefined : { sql: `(${sql})`, bits, isUnsigned: unsigned };
    const { dialect } = this;
    const [first, second] = [this.#whole(a), this.#whole(b)];
    const widest = Math.max(a.bits, b.bits);
    switch (op) {
      case '+':
        return whole(`${first} + ${second}`, widest + 1);
      case '-':
        return whole(`${first} - ${second}`, widest + 1, false);
      case '*':
        return whole(`${first} * ${second}`, a.bits + b.bits);
      case '/':
        return widest > EXACT
          ? undefined
          : { sql: `(${dialect.double(a.sql)} / ${dialect.double(`nullif(${b.sql}, 0)`)})` };
      case '%':
        return whole(dialect.remainder(first, second), widest);
      case '&':
      case '|':
      case '^':
        return isUnsigned
          ? whole(dialect.bits(op, first, second, widest), op === '&' ? Math.min(a.bits, b.bits) : widest)
          : undefined;
    }
  }

  #whole({ sql }: NumberSql): string {
    return this.dialect.whole(sql);
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
      return timeOf(`(${a.ms} - ((${a.ms} % ${w}) + ${w}) % ${w})`, this.dialect);
    }
    const bits = Math.max(a.bits, length.toString(2).length) + 1;
    if (bits > HUGE) return undefined;
    const { remainder } = this.dialect;
    const [x, w] = [this.#whole(a), this.parameters.add('HUGEINT', length)];
    if (a.isUnsigned) return { sql: `(${x} - ${remainder(x, w)})`, bits: a.bits, isUnsigned: true };
    return { sql: `(${x} - ${remainder(`(${remainder(x, w)} + ${w})`, w)})`, bits };
  }

  /** A shift to the right by a constant, as a division without remainder. */
  #shifted(left: Typed, shift: Value | undefined): NumberSql | undefined {
    if (typeof shift !== 'number' || shift < 0 || shift > 63) return undefined;
    const a = this.of(left);
    if (a?.bits === undefined || !a.isUnsigned) return undefined;
    return { sql: `(${this.dialect.shiftedRight(this.#whole(a), shift)})`, bits: a.bits, isUnsigned: true };
  }

  /** `a OP b`; undefined if one side is not translated, or could be compared only roughly. */
  compare(op: string, left: Typed, right: Typed): string | undefined {
    const direct = this.#withColumn(op, left, right) ?? this.#withColumn(FLIPPED[op], right, left);
    if (direct !== undefined) return direct;
    const a = this.of(left);
    const b = a && this.of(right);
    if (!a || !b) return undefined;
    const isRough = (a.bits === undefined) !== (b.bits === undefined) && Math.max(a.bits ?? 0, b.bits ?? 0) > EXACT;
    if (isRough) return undefined;
    const isDecimal = a.bits === undefined || b.bits === undefined;
    const [first, second] = [a, b].map(({ sql, bits }) =>
      isDecimal && bits !== undefined ? this.dialect.double(sql) : sql,
    );
    return `(${first} ${sqlOperator(op)} ${second})`;
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
    return `(${column} ${sqlOperator(op)} ${this.dialect.narrow(parameter, bits)})`;
  }

  /** Times are whole milliseconds: the bound is rounded so that the test is exact. */
  #timeTest(column: string, op: string, ns: bigint): string | undefined {
    const million = 1_000_000n;
    const floor = ns >= 0n ? ns / million : -((-ns + million - 1n) / million);
    const isWhole = floor * million === ns;
    if (floor > LAST_TIME || floor < FIRST_TIME) return undefined;
    if (!isWhole && (op === '=' || op === '!=')) return undefined;
    const [exact, bound] = isWhole || op === '<=' || op === '>' ? [op, floor] : [op, floor + 1n];
    return `(${column} ${sqlOperator(exact)} ${this.parameters.add('TIMESTAMP_MS', bound)})`;
  }
}

const FLIPPED: Readonly<Record<string, string>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

export const sqlOperator = (op: string): string => (op === '!=' ? '<>' : op);

const MILLISECOND = 1_000_000n;

/** A time or duration by its milliseconds. */
const timeOf = (ms: string, { whole }: Dialect): NumberSql => ({
  sql: `(${whole(ms)} * ${MILLISECOND})`,
  bits: TIME_BITS,
  ms,
});

/** The value of a field in the unit that ctq computes in: times and durations in ns. */
function fieldSql(name: string, dialect: Dialect): NumberSql | undefined {
  const { whole, milliseconds } = dialect;
  switch (name) {
    case 'bytes':
    case 'packets': {
      const [a, b] = [whole(`orig_${name}`), whole(`reply_${name}`)];
      return { sql: `coalesce(${a} + ${b}, ${a}, ${b})`, bits: 65, isUnsigned: true };
    }
    case 'age':
      return timeOf(`(${milliseconds('stop')} - ${milliseconds('start')})`, dialect);
  }
  if (!isRecorded(name)) return undefined;
  const { column, stored } = RECORDED[name];
  if (stored === 'time') return timeOf(milliseconds(column), dialect);
  const bits = BITS[stored];
  return bits === undefined ? undefined : { sql: column, bits, isUnsigned: true, column: { stored } };
}
