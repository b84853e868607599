/** ClickHouse. An address is one column: IPv4 as `::ffff:a.b.c.d`, so an IPv6 address of that range is not distinguished from it. */
import { RECORDED } from '../../../../lang/schema/history.js';
import { formatAddress, isMapped, MAPPED_UNITS, networkValue } from '../../../../lang/values/address.js';
import { type Address, integer } from '../../../../lang/values/value.js';
import { restore, scalar } from '../columns.js';
import { type AddressDialect, type Dialect, type Output, ordered } from './dialect.js';
import type { Parameters, ParameterType } from './statement.js';

const TYPES: Readonly<Record<ParameterType, string>> = {
  UINTEGER: 'UInt32',
  UBIGINT: 'UInt64',
  HUGEINT: 'Int256',
  DOUBLE: 'Float64',
  VARCHAR: 'String',
  TIMESTAMP_MS: "DateTime64(3, 'UTC')",
  INET: 'IPv6',
};

/** The name of a parameter, by its index from 0. */
export const parameterName = (index: number): string => `p${index + 1}`;

/** Bits before those of an IPv4 address. */
const MAPPED = 96;

const textOf = (address: Address): string =>
  typeof address === 'number' ? `::ffff:${formatAddress(address)}` : formatAddress(address);

const FOUR = "BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255')";

/** The last address of a network of IPv6 addresses. */
function lastOf(address: string, prefix: number): string {
  const units = [...Array(8).keys()].map(i => {
    const bits = Math.min(16, Math.max(0, prefix - i * 16));
    return address.charCodeAt(i) | (0xffff >> bits);
  });
  return String.fromCharCode(...units);
}

function range(column: string, first: Address, last: Address, parameters: Parameters): string {
  const [from, to] = [first, last].map(each => parameters.add('INET', textOf(each)));
  return `(${column} BETWEEN ${from} AND ${to})`;
}

const addresses: AddressDialect = {
  isMissing: column => `(${column} IS NULL)`,
  isFour: column => `(${column} ${FOUR})`,
  isSame: (a, b) => `(${a} = ${b})`,
  equals: (column, address, parameters) =>
    isMapped(address) ? 'false' : `(${column} = ${parameters.add('INET', textOf(address))})`,
  within(column, address, prefix, parameters) {
    if (typeof address === 'number') return range(column, address, address + 2 ** (32 - prefix) - 1, parameters);
    if (prefix >= MAPPED && isMapped(address)) return 'false';
    const inside = range(column, address, lastOf(address, prefix), parameters);
    const holdsFour = prefix < MAPPED && MAPPED_UNITS >= address.slice(0, 6) && lastOf(address, prefix) >= MAPPED_UNITS;
    return holdsFour ? `(${inside} AND NOT (${column} ${FOUR}))` : inside;
  },
  columns: column => [column],
  order: ([column], descending) => [
    `(${column} IS NULL) ASC`,
    `ifNull(${column} ${FOUR}, false) ${descending ? 'ASC' : 'DESC'}`,
    ordered(column, descending),
  ],
  key: column => ({ columns: [column], read: ([cell]) => cell as Address | null }),
  network(column, four, six) {
    const masked = (bits: number): string => `tupleElement(IPv6CIDRToRange(assumeNotNull(${column}), ${bits}), 1)`;
    return {
      columns: [
        `CASE WHEN ${column} IS NULL THEN NULL WHEN ${column} ${FOUR} THEN ${masked(MAPPED + four)} ELSE ${masked(six)} END`,
      ],
      read: ([cell]) =>
        cell === null
          ? null
          : networkValue({ address: cell as Address, prefix: typeof cell === 'number' ? four : six }),
    };
  },
  count: column => `count(${column})`,
  countDistinct: column => `uniqExact(${column})`,
};

const NOTHING = { whole: 'Nullable(Int256)', boolean: 'Nullable(Bool)', text: 'Nullable(String)' } as const;

/** Up to this number of values, percentiles are exact; then within 0.5 %, as those of ctq. */
const EXACT_VALUES = 100_000;

const FLOWS: Dialect = {
  engine: 'ClickHouse',
  source: 'flows',
  stop: 'stop',
  // They are a part of the request's URL.
  mostParameters: 2000,
  parameter: (index, type) => `{${parameterName(index)}:${TYPES[type]}}`,
  addresses,
  field(field): Output {
    const { column, stored } = RECORDED[field];
    if (stored === 'address') return addresses.key(column);
    return {
      columns: stored === 'labels' ? [`${column}_hi`, `${column}_lo`] : [column],
      read: cells => restore(stored, cells),
    };
  },
  whole: sql => `toInt256(${sql})`,
  double: sql => `toFloat64(${sql})`,
  boolean: sql => `CAST(${sql} AS Nullable(Bool))`,
  nothing: type => `CAST(NULL AS ${NOTHING[type]})`,
  narrow: parameter => parameter,
  remainder: (a, b) => `modulo(${a}, nullIf(${b}, 0))`,
  shiftedRight: (sql, bits) => `intDiv(${sql}, toInt256('${2n ** BigInt(bits)}'))`,
  bits: (op, a, b, bits) => {
    if (bits > 64) return undefined;
    const name = op === '&' ? 'bitAnd' : op === '|' ? 'bitOr' : 'bitXor';
    return `${name}(toUInt64(${a}), toUInt64(${b}))`;
  },
  hasBits: (column, mask) => `(bitAnd(${column}, ${mask}) != 0)`,
  hasBit: (column, bit) => `(bitTest(${column}, ${bit}) = 1)`,
  milliseconds: column => `toUnixTimestamp64Milli(${column})`,
  event: 'CAST(event AS String)',
  isDestroy: "event = 'destroy'",
  percentile(sql, fraction, bits) {
    const number = bits <= 63 ? `toInt64(${sql})` : sql;
    return {
      columns: [
        `count(${sql})`,
        `arraySort(groupArray(${EXACT_VALUES})(${number}))[greatest(1, toUInt64(ceil(${fraction} * count(${sql}))))]`,
        `quantileDD(0.005, ${fraction})(toFloat64(${sql}))`,
      ],
      read: ([count, exact, estimate]) => {
        if (Number(count) === 0) return null;
        return Number(count) <= EXACT_VALUES ? scalar(exact) : integer(BigInt(Math.round(estimate as number)));
      },
    };
  },
};

/** Sums of an hour: the table `flows_1h`, which ClickHouse keeps up to date. */
const HOURS: Dialect = {
  ...FLOWS,
  source: 'flows_1h',
  stop: 'hour',
  milliseconds: column => (column === 'stop' ? '(toInt64(toUnixTimestamp(hour)) * 1000)' : FLOWS.milliseconds(column)),
  aggregate({ name, arg, distinct }) {
    const single = (sql: string): Output => ({ columns: [sql], read: ([cell]) => scalar(cell) });
    if (name === 'count' && arg === undefined) return single('toUInt64(sum(rows))');
    if (arg?.kind !== 'field' || distinct) return undefined;
    const summed = summedColumns(arg.name);
    if (summed === undefined) return undefined;
    const [sums, rows] = ['sum', 'rows'].map(part => summed.map(column => `sum(${part}_${column})`));
    switch (name) {
      case 'count':
        return summed.length > 1 ? undefined : single(`toUInt64(${rows[0]})`);
      case 'sum':
        return single(`if(${rows.join(' + ')} = 0, NULL, toInt256(${sums.join(' + ')}))`);
      case 'avg':
        if (summed.length > 1) return undefined;
        return {
          columns: [`toInt256(${sums[0]})`, `toUInt64(${rows[0]})`],
          read: ([sum, count]) => meanOf(sum, count),
        };
      default:
        return undefined;
    }
  },
};

export const CLICKHOUSE: Dialect = { ...FLOWS, hours: HOURS };

/** The columns of the sums of a field; undefined if it was not summed. */
function summedColumns(field: string): readonly string[] | undefined {
  if (field === 'bytes' || field === 'packets') return [`orig_${field}`, `reply_${field}`];
  return /^(orig|reply)\.(bytes|packets)$/.test(field) ? [field.replace('.', '_')] : undefined;
}

const meanOf = (sum: unknown, count: unknown): number | null =>
  Number(count) === 0 ? null : Number(sum) / Number(count);
