/** Keys and aggregates as SQL, with how their values are read; or not translated. */
import type { Aggregate, Typed } from '../../../../lang/check/checked-ast.js';
import { type Integer, integer, type Value } from '../../../../lang/values/value.js';
import { scalar } from '../columns.js';
import { addressOf, type Conditions, textOf } from './conditions.js';
import type { Output } from './dialect.js';

/** Bits up to which a sum of any number of rows fits in 128. */
const SUMMABLE = 80;
const PERCENTILES: Readonly<Partial<Record<string, number>>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

const single = (sql: string): Output => ({ columns: [sql], read: ([cell]) => scalar(cell) });

export function keyOf(node: Typed, conditions: Conditions): Output | undefined {
  const address = addressOf(node);
  const { dialect } = conditions.numbers;
  if (address) return dialect.addresses.key(address);
  const text = textOf(node, dialect);
  if (text) return single(text);
  if (node.kind === 'call') return node.name === 'net' ? networkKey(node.args, conditions) : undefined;
  if (node.type.name === 'boolean') {
    const condition = conditions.of(node);
    return condition === undefined ? undefined : single(dialect.boolean(condition));
  }
  const number = conditions.numbers.of(node);
  return number && single(number.sql);
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
  if (name === 'count') return arg ? countOf(arg, distinct, conditions) : single('count(*)');
  const number = arg && conditions.numbers.of(arg);
  if (!number || number.bits === undefined || !arg) return undefined;
  const { sql, bits } = number;
  const { dialect } = conditions.numbers;
  const fraction = PERCENTILES[name];
  if (fraction !== undefined) return dialect.percentile(sql, fraction, bits);
  switch (name) {
    case 'min':
    case 'max':
      return single(`${name}(${sql})`);
    case 'sum':
      return bits > SUMMABLE ? undefined : single(`sum(${dialect.whole(sql)})`);
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
  if (address) return single(distinct ? addresses.countDistinct(address) : addresses.count(address));
  const sql = textOf(arg, numbers.dialect) ?? numbers.of(arg)?.sql;
  return sql === undefined ? undefined : single(`count(${distinct ? 'DISTINCT ' : ''}${sql})`);
}
