/**
 * All functions. A new one is a file in `scalar/` or `aggregate/` and its line here; checking, evaluation, grouping, help and
 * completion read these tables.
 */

import type { Type } from '../schema/type.js';
import type { Accumulator } from './aggregate/accumulator.js';
import { avg } from './aggregate/avg.js';
import { count } from './aggregate/count.js';
import { max, min } from './aggregate/extremes.js';
import { list } from './aggregate/list.js';
import { percentiles } from './aggregate/percentiles.js';
import { rate } from './aggregate/rate.js';
import { sum } from './aggregate/sum.js';
import type { AggregateDefinition, ScalarDefinition } from './function.js';
import { bucket } from './scalar/bucket.js';
import { coalesce } from './scalar/coalesce.js';
import { greatest, least } from './scalar/extremes.js';
import { ifThen } from './scalar/if.js';
import { net } from './scalar/net.js';
import { now } from './scalar/now.js';
import { abs } from './scalar/number/abs.js';
import { ceil } from './scalar/number/ceil.js';
import { floor } from './scalar/number/floor.js';
import { round } from './scalar/number/round.js';
import { trunc } from './scalar/number/trunc.js';
import { service } from './scalar/service.js';
import { concat } from './scalar/text/concat.js';
import { length } from './scalar/text/length.js';
import { lower } from './scalar/text/lower.js';
import { replace } from './scalar/text/replace.js';
import { splitPart } from './scalar/text/split-part.js';
import { substr } from './scalar/text/substr.js';
import { trim } from './scalar/text/trim.js';
import { upper } from './scalar/text/upper.js';

/** In the order in which help lists them. */
export const SCALAR_FUNCTIONS = {
  net,
  service,
  lower,
  upper,
  length,
  trim,
  substr,
  replace,
  split_part: splitPart,
  concat,
  coalesce,
  if: ifThen,
  least,
  greatest,
  now,
  bucket,
  round,
  floor,
  ceil,
  trunc,
  abs,
} satisfies Record<string, ScalarDefinition>;

export const AGGREGATE_FUNCTIONS = {
  count,
  sum,
  avg,
  min,
  max,
  list,
  ...percentiles,
  rate,
} satisfies Record<string, AggregateDefinition>;

export type ScalarFunction = keyof typeof SCALAR_FUNCTIONS;
export type AggregateFunction = keyof typeof AGGREGATE_FUNCTIONS;

export const FUNCTION_NAMES: readonly string[] = [
  ...Object.keys(SCALAR_FUNCTIONS),
  ...Object.keys(AGGREGATE_FUNCTIONS),
];

/** In any case, as names are in the language. */
export const isScalar = (name: string): name is ScalarFunction => Object.hasOwn(SCALAR_FUNCTIONS, name.toLowerCase());
export const isAggregate = (name: string): name is AggregateFunction =>
  Object.hasOwn(AGGREGATE_FUNCTIONS, name.toLowerCase());

/** A fresh accumulator of an aggregate, without a group. */
export const accumulatorOf = (aggregate: {
  readonly name: AggregateFunction;
  readonly arg?: { readonly type: Type };
  readonly distinct: boolean;
}): Accumulator => AGGREGATE_FUNCTIONS[aggregate.name].accumulator(aggregate.arg?.type, aggregate.distinct);
