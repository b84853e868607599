/** Keys and aggregates as SQL, with how their values are read; or not translated. */
import type { Aggregate, Typed } from '../../../../lang/checked/ast.js';
import { type Integer, integer, type Value } from '../../../../lang/values/value.js';
import { nanoseconds, scalar } from '../columns.js';
import { addressOf, type Conditions, textOf } from './conditions.js';
import type { Output } from './dialect.js';
import type { NumberSql } from './numbers.js';

/** Bits up to which a sum of any number of rows fits in 128. */
const SUMMABLE = 80;
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
    read: ([cell]) => (cell === null ? null : nanoseconds(BigInt(cell as bigint))),
  };
}

export function keyOf(node: Typed, conditions: Conditions): Output | undefined {
  const address = addressOf(node);
  const { dialect } = conditions.numbers;
  if (address) return { ...dialect.addresses.key(address), order: 'address' };
  const text = textOf(node, dialect);
  if (text) return single(text);
  if (node.kind === 'call' && node.name === 'net') return networkKey(node.args, conditions);
  if (node.type.name === 'boolean') {
    const condition = conditions.of(node);
    return condition === undefined ? undefined : ordered(dialect.boolean(condition));
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
  return numbers.dialect.addresses.network(column, four, six);
}

export function aggregateOf(aggregate: Aggregate, conditions: Conditions): Output | undefined {
  const { name, arg, distinct } = aggregate;
  if (conditions.numbers.dialect.aggregate) return conditions.numbers.dialect.aggregate(aggregate);
  if (name === 'count') return arg ? countOf(arg, distinct, conditions) : ordered('count(*)', COUNT);
  const number = arg && conditions.numbers.of(arg);
  if (!number || number.bits === undefined || !arg) return undefined;
  const { sql, bits } = number;
  const { dialect } = conditions.numbers;
  const fraction = PERCENTILES[name];
  if (fraction !== undefined) {
    const output = dialect.percentile(sql, fraction, bits);
    return output.columns.length > 1
      ? output
      : { ...output, order: 'value', number: { bits, isUnsigned: number.isUnsigned } };
  }
  switch (name) {
    case 'min':
    case 'max':
      return numberOf(number, each => `${name}(${each})`);
    case 'sum':
      if (bits > SUMMABLE) return undefined;
      return ordered(`sum(${dialect.whole(sql)})`, { bits: bits + COUNT.bits, isUnsigned: number.isUnsigned });
    case 'avg':
      if (bits > SUMMABLE) return undefined;
      return {
        columns: [`sum(${dialect.whole(sql)})`, `count(${sql})`],
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

function countOf(arg: Typed, distinct: boolean, { numbers }: Conditions): Output | undefined {
  const address = addressOf(arg);
  const { addresses } = numbers.dialect;
  if (address) return ordered(distinct ? addresses.countDistinct(address) : addresses.count(address), COUNT);
  const sql = textOf(arg, numbers.dialect) ?? numbers.of(arg)?.sql;
  return sql === undefined ? undefined : ordered(`count(${distinct ? 'DISTINCT ' : ''}${sql})`, COUNT);
}
