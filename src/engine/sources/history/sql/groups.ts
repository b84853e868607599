/** Keys and aggregates as SQL, with how their values are read; or not translated. */
import type { Aggregate, Typed } from '../../../../lang/check/checked-ast.js';
import { networkValue } from '../../../../lang/values/address.js';
import { type Integer, integer, type Value } from '../../../../lang/values/value.js';
import { joined, nanoseconds, scalar } from '../columns.js';
import { addressOf, type Conditions, textOf } from './conditions.js';
import type { NumberSql } from './numbers.js';

/** An expression of the select list: its columns, and the value of these. */
export interface Output {
  readonly columns: readonly string[];
  /** How the columns are ordered as ctq orders the values; undefined: SQL cannot. */
  readonly order?: 'value' | 'address';
  /** Of a number in one column: the bits that it may have, for arithmetic with it. Times are in `ms`. */
  readonly number?: Pick<NumberSql, 'bits' | 'isUnsigned'> & { readonly isMs?: boolean };
  read(cells: readonly unknown[]): Value;
}

/** Bits up to which a sum of any number of rows fits in a HUGEINT. */
const SUMMABLE = 80;
/** Percentiles of DuckDB are exact for any number of values. */
const PERCENTILES: Readonly<Partial<Record<string, number>>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/** Bits of a number of rows. */
const COUNT = { bits: 46, isUnsigned: true } as const;

/** Text: SQL orders it by its bytes. */
const single = (sql: string): Output => ({ columns: [sql], read: ([cell]) => scalar(cell) });

/** A number, or a truth value. */
const ordered = (sql: string, number?: Output['number']): Output => ({ ...single(sql), order: 'value', number });

/** A number of rows' values: the same, or one of them. */
function numberOf({ sql, ms, bits, isUnsigned }: NumberSql, around = (each: string): string => each): Output {
  if (ms === undefined) return ordered(around(sql), { bits, isUnsigned });
  return {
    columns: [around(ms)],
    order: 'value',
    number: { bits, isUnsigned, isMs: true },
    read: ([cell]) => (cell === null ? null : nanoseconds(cell as bigint)),
  };
}

export function keyOf(node: Typed, conditions: Conditions): Output | undefined {
  const address = addressOf(node);
  if (address) {
    return {
      columns: [`${address}4`, `${address}_hi`, `${address}_lo`],
      order: 'address',
      read: ([four, high, low]) => (high === null ? (four as number | null) : joined(high as bigint, low as bigint)),
    };
  }
  const text = textOf(node);
  if (text) return single(text);
  if (node.kind === 'call' && node.name === 'net') return networkKey(node.args, conditions);
  if (node.type.name === 'boolean') {
    const condition = conditions.of(node);
    return condition === undefined ? undefined : ordered(condition);
  }
  const number = conditions.numbers.of(node);
  return number && numberOf(number);
}

/** `net(src, 24)`: masked columns. */
function networkKey([address, ...lengths]: readonly Typed[], { numbers }: Conditions): Output | undefined {
  const column = addressOf(address);
  const [bits, bits6] = lengths.map(each => numbers.constantOf(each)?.value);
  if (!column || typeof bits !== 'number' || bits < 0 || bits > 128) return undefined;
  if (lengths.length > 1 && (typeof bits6 !== 'number' || bits6 < 0 || bits6 > 128)) return undefined;
  const four = Math.min(bits, 32);
  const six = typeof bits6 === 'number' ? bits6 : bits > 32 ? bits : 64;
  const mask = (width: number, length: number): string =>
    String((((1n << BigInt(length)) - 1n) << BigInt(width - length)).toString());
  return {
    columns: [
      `${column}4 & CAST('${mask(32, four)}' AS UINTEGER)`,
      `${column}_hi & CAST('${mask(64, Math.min(six, 64))}' AS UBIGINT)`,
      `${column}_lo & CAST('${mask(64, Math.max(0, six - 64))}' AS UBIGINT)`,
    ],
    read: ([first, high, low]) =>
      high !== null
        ? networkValue({ address: joined(high as bigint, low as bigint), prefix: six })
        : first === null
          ? null
          : networkValue({ address: first as number, prefix: four }),
  };
}

export function aggregateOf({ name, arg, distinct }: Aggregate, conditions: Conditions): Output | undefined {
  if (name === 'count') return arg ? countOf(arg, distinct, conditions) : ordered('count(*)', COUNT);
  const number = arg && conditions.numbers.of(arg);
  if (!number || number.bits === undefined || !arg) return undefined;
  const { sql, bits } = number;
  const fraction = PERCENTILES[name];
  if (fraction !== undefined) return numberOf(number, each => `quantile_disc(${each}, ${fraction})`);
  switch (name) {
    case 'min':
    case 'max':
      return numberOf(number, each => `${name}(${each})`);
    case 'sum':
      if (bits > SUMMABLE) return undefined;
      return ordered(`sum(CAST(${sql} AS HUGEINT))`, { bits: bits + COUNT.bits, isUnsigned: number.isUnsigned });
    case 'avg':
      if (bits > SUMMABLE) return undefined;
      return {
        columns: [`sum(CAST(${sql} AS HUGEINT))`, `count(${sql})`],
        read: ([sum, count]) => meanOf(scalar(sum) as Integer | null, Number(count), arg.type.name === 'duration'),
      };
    default:
      return undefined;
  }
}

/** The mean as ctq's own aggregate computes it. */
function meanOf(sum: Integer | null, count: number, isWhole: boolean): Value {
  if (sum === null || count === 0) return null;
  const mean = Number(sum) / count;
  return isWhole ? integer(BigInt(Math.round(mean))) : mean;
}

function countOf(arg: Typed, distinct: boolean, conditions: Conditions): Output | undefined {
  const address = addressOf(arg);
  if (address)
    return ordered(
      distinct
        ? `count(DISTINCT ${address}4) + count(DISTINCT row(${address}_hi, ${address}_lo)) FILTER (WHERE ${address}_hi IS NOT NULL)`
        : `count(coalesce(CAST(${address}4 AS UBIGINT), ${address}_hi))`,
      COUNT,
    );
  const sql = textOf(arg) ?? conditions.numbers.of(arg)?.sql;
  return sql === undefined ? undefined : ordered(`count(${distinct ? 'DISTINCT ' : ''}${sql})`, COUNT);
}
