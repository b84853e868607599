import { INTEGER, isSummable, type Type } from '../../schema/type.js';
import type { Integer, Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator, State } from './accumulator.js';
import { Quantiles } from './quantiles/quantiles.js';

class Percentile implements Accumulator {
  readonly #values: Quantiles[] = [];
  readonly #fraction: number;
  readonly #type: Type;
  constructor(fraction: number, type: Type) {
    this.#fraction = fraction;
    this.#type = type;
  }
  grow(): void {
    this.#values.push(new Quantiles(this.#type));
  }
  add(group: number, value: Value): void {
    if (value !== null) this.#values[group].add(value as Integer);
  }
  state(group: number): State {
    return this.#values[group].state();
  }
  merge(group: number, state: unknown): void {
    this.#values[group].merge(state);
  }
  result(group: number): Value {
    return this.#values[group].at(this.#fraction);
  }
}

const percentile = (percent: number, doc = `the ${percent}th percentile`): AggregateDefinition => ({
  signature: `p${percent}(x)`,
  doc,
  arity: [1, 1],
  example: `select p${percent}(bytes) from conntrack`,
  accepts: 'numbers',
  type: (arg: Type | undefined) => (arg && (isSummable(arg) || arg.name === 'time') ? arg : undefined),
  accumulator: arg => new Percentile(percent / 100, arg ?? INTEGER),
});

export const percentiles = {
  p50: percentile(50, 'the median'),
  p90: percentile(90),
  p95: percentile(95),
  p99: percentile(99),
};
