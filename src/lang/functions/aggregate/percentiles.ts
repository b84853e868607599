import { isSummable, type Type } from '../../schema/type.js';
import type { Integer, TypeName, Value } from '../../values/value.js';
import type { AggregateDefinition } from '../function.js';
import type { Accumulator } from './accumulator.js';
import { Quantiles } from './quantiles.js';

class Percentile implements Accumulator {
  readonly #values: Quantiles[] = [];
  readonly #fraction: number;
  readonly #type: TypeName | undefined;
  constructor(fraction: number, type: TypeName | undefined) {
    this.#fraction = fraction;
    this.#type = type;
  }
  grow(): void {
    this.#values.push(new Quantiles(this.#type));
  }
  add(group: number, value: Value): void {
    if (value !== null) this.#values[group].add(value as Integer);
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
  accumulator: arg => new Percentile(percent / 100, arg?.name),
});

export const percentiles = {
  p50: percentile(50, 'the median'),
  p90: percentile(90),
  p95: percentile(95),
  p99: percentile(99),
};
