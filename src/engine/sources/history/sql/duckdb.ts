/** DuckDB over Parquet. Addresses are integers: an IPv4 address in one column, the halves of an IPv6 address in two. */
import { RECORDED } from '../../../../lang/schema/history.js';
import { networkValue } from '../../../../lang/values/address.js';
import { columnsOf, EVENT_CODES, halves, joined, restore, scalar, selected } from '../columns.js';
import { type AddressDialect, type Dialect, ordered } from './dialect.js';

const MAX = 0xffff_ffff_ffff_ffffn;

const addresses: AddressDialect = {
  isMissing: column => `(${column}4 IS NULL AND ${column}_hi IS NULL)`,
  isFour: column => `${column}4 IS NOT NULL`,
  isSame: (a, b) =>
    `(${['4', '_hi', '_lo'].map(part => `(${a}${part} IS NOT DISTINCT FROM ${b}${part})`).join(' AND ')})`,
  equals(column, address, parameters) {
    if (typeof address === 'number') return `${column}4 = ${parameters.add('UINTEGER', address)}`;
    const [high, low] = halves(address);
    return `(${column}_hi = ${parameters.add('UBIGINT', high)} AND ${column}_lo = ${parameters.add('UBIGINT', low)})`;
  },
  within(column, address, prefix, parameters) {
    if (typeof address === 'number') {
      const last = address + 2 ** (32 - prefix) - 1;
      return `${column}4 BETWEEN ${parameters.add('UINTEGER', address)} AND ${parameters.add('UINTEGER', last)}`;
    }
    const [high, low] = halves(address);
    const between = (part: string, first: bigint, bits: number): string =>
      `${column}_${part} BETWEEN ${parameters.add('UBIGINT', first)} AND ${parameters.add('UBIGINT', first | (MAX >> BigInt(bits)))}`;
    if (prefix <= 64) return between('hi', high, prefix);
    return `(${column}_hi = ${parameters.add('UBIGINT', high)} AND ${between('lo', low, prefix - 64)})`;
  },
  columns: column => [`${column}4`, `${column}_hi`, `${column}_lo`],
  order: ([four, high, low], descending) =>
    (descending ? [high, low, four] : [four, high, low]).map(each => ordered(each, descending)),
  key: column => ({
    columns: addresses.columns(column),
    read: ([four, high, low]) => (high === null ? (four as number | null) : joined(high as bigint, low as bigint)),
  }),
  network(column, four, six) {
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
  },
  count: column => `count(coalesce(CAST(${column}4 AS UBIGINT), ${column}_hi))`,
  countDistinct: column =>
    `count(DISTINCT ${column}4) + count(DISTINCT row(${column}_hi, ${column}_lo)) FILTER (WHERE ${column}_hi IS NOT NULL)`,
};

const NOTHING = { whole: 'HUGEINT', boolean: 'BOOLEAN', text: 'VARCHAR' } as const;

export const DUCKDB: Dialect = {
  engine: 'DuckDB',
  // The first parameter is the list of files.
  source: 'read_parquet($1)',
  stop: 'stop',
  parameter: index => `$${index + 2}`,
  addresses,
  field(field) {
    const { stored } = RECORDED[field];
    return { columns: columnsOf(field).map(selected), read: cells => restore(stored, cells) };
  },
  whole: sql => `CAST(${sql} AS HUGEINT)`,
  double: sql => `CAST(${sql} AS DOUBLE)`,
  boolean: sql => sql,
  nothing: type => `CAST(NULL AS ${NOTHING[type]})`,
  narrow: (parameter, bits) =>
    bits < 32 ? `CAST(${parameter} AS ${bits === 8 ? 'UTINYINT' : 'USMALLINT'})` : parameter,
  remainder: (a, b) => `${a} % nullif(${b}, 0)`,
  shiftedRight: (sql, bits) => `${sql} // CAST('${2n ** BigInt(bits)}' AS HUGEINT)`,
  bits: (op, a, b) => (op === '^' ? `xor(${a}, ${b})` : `${a} ${op} ${b}`),
  hasBits: (column, mask) => `(${column} & ${mask}) <> 0`,
  hasBit: (column, bit) => `((${column} >> ${bit}) & 1) = 1`,
  milliseconds: column => `epoch_ms(${column})`,
  event: `(CASE event ${Object.entries(EVENT_CODES)
    .map(([name, code]) => `WHEN ${code} THEN '${name}'`)
    .join(' ')} END)`,
  isDestroy: `event = ${EVENT_CODES.destroy}`,
  // Exact for any number of values.
  percentile: (sql, fraction) => ({
    columns: [`quantile_disc(${sql}, ${fraction})`],
    read: ([cell]) => scalar(cell),
  }),
};
