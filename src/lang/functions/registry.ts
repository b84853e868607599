import type { AggregateFunction, ScalarFunction } from '../check/checked-ast.js';

/** What help, completion and the checker know of a function. Types are checked in `check/calls.ts`. */
export interface FunctionDoc {
  readonly signature: string;
  readonly doc: string;
  /** Fewest and most arguments. */
  readonly arity: readonly [number, number];
  readonly example: string;
}

export const SCALAR_FUNCTIONS = {
  net: {
    signature: 'net(address, bits [, bits6])',
    doc: 'the network of that prefix length that holds the address; the third argument is the length for IPv6 (default 64)',
    arity: [2, 3],
    example: 'select net(src, 24), count(*) from conntrack group by net(src, 24)',
  },
  service: {
    signature: 'service(port [, proto])',
    doc: 'the name of the service at a port, as in /etc/services; null where it has none',
    arity: [1, 2],
    example: 'select service(dport), count(*) from conntrack group by service(dport)',
  },
  lower: {
    signature: 'lower(text)',
    doc: 'the text in lower case',
    arity: [1, 1],
    example: "select from conntrack where lower(helper) like 'ftp%'",
  },
  upper: {
    signature: 'upper(text)',
    doc: 'the text in upper case',
    arity: [1, 1],
    example: 'select upper(helper) from conntrack where helper is not null',
  },
  length: {
    signature: 'length(text)',
    doc: 'the number of characters',
    arity: [1, 1],
    example: 'select helper from conntrack where length(helper) > 4',
  },
  coalesce: {
    signature: 'coalesce(a, b, …)',
    doc: 'the first of its arguments that is not null',
    arity: [1, 100],
    example: 'select src, coalesce(dport, 0) from conntrack',
  },
  now: {
    signature: 'now()',
    doc: 'the time at which the statement began',
    arity: [0, 0],
    example: 'select from conntrack where start < now() - 1h',
  },
  round: {
    signature: 'round(number [, digits])',
    doc: 'the number rounded to that many decimals (default 0)',
    arity: [1, 2],
    example: 'select src, round(bytes / packets, 1) as mean_size from conntrack',
  },
  abs: {
    signature: 'abs(number)',
    doc: 'the number without its sign',
    arity: [1, 1],
    example: 'select from conntrack where abs(orig.packets - reply.packets) > 1000',
  },
} as const satisfies Record<ScalarFunction, FunctionDoc>;

export const AGGREGATE_FUNCTIONS = {
  count: {
    signature: 'count(*), count(x), count(distinct x)',
    doc: 'how many rows; rows where x is not null; different values of x',
    arity: [0, 1],
    example: 'select count(*), count(distinct src) from conntrack',
  },
  sum: {
    signature: 'sum(x)',
    doc: 'the sum, exact for integers of any size',
    arity: [1, 1],
    example: 'select src, sum(bytes) from conntrack group by src',
  },
  avg: {
    signature: 'avg(x)',
    doc: 'the mean',
    arity: [1, 1],
    example: 'select proto, avg(timeout) from conntrack group by proto',
  },
  min: {
    signature: 'min(x)',
    doc: 'the least value',
    arity: [1, 1],
    example: 'select min(timeout) from conntrack',
  },
  max: {
    signature: 'max(x)',
    doc: 'the greatest value',
    arity: [1, 1],
    example: 'select max(bytes) from conntrack',
  },
  p50: { signature: 'p50(x)', doc: 'the median', arity: [1, 1], example: 'select p50(bytes) from conntrack' },
  p90: { signature: 'p90(x)', doc: 'the 90th percentile', arity: [1, 1], example: 'select p90(bytes) from conntrack' },
  p95: { signature: 'p95(x)', doc: 'the 95th percentile', arity: [1, 1], example: 'select p95(bytes) from conntrack' },
  p99: { signature: 'p99(x)', doc: 'the 99th percentile', arity: [1, 1], example: 'select p99(bytes) from conntrack' },
  rate: {
    signature: 'rate(x), rate(*)',
    doc: 'the sum (or the number of rows) a second: over the window of a watch, or as the difference to the last run of a repeated query',
    arity: [0, 1],
    example: 'watch rate(*) from conntrack on new group by proto every 5s',
  },
} as const satisfies Record<AggregateFunction, FunctionDoc>;

export const isAggregate = (name: string): name is AggregateFunction =>
  Object.hasOwn(AGGREGATE_FUNCTIONS, name.toLowerCase());
export const isScalar = (name: string): name is ScalarFunction => Object.hasOwn(SCALAR_FUNCTIONS, name.toLowerCase());
export const FUNCTION_NAMES: readonly string[] = [
  ...Object.keys(SCALAR_FUNCTIONS),
  ...Object.keys(AGGREGATE_FUNCTIONS),
];
