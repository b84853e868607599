import type { Aggregate } from '../../../../lang/check/checked-ast.js';
import type { TypeName } from '../../../../lang/values/value.js';
import { add, compare, type Integer, integer, type Value } from '../../../../lang/values/value.js';
import { Quantiles } from './quantiles.js';

/**
 * The state of one aggregate for all groups, in arrays by the number of the group. A table may have as many groups as entries; one object
 * per group would cost more than the rest of the query.
 */
export interface Accumulator {
  /** Adds the group of the next number. */
  grow(): void;
  add(group: number, value: Value): void;
  /** @param seconds length of the window, for rates */
  result(group: number, seconds: number): Value;
  /** The results by group, if they are kept as numbers. */
  readonly counts?: readonly number[];
}

class Count implements Accumulator {
  readonly counts: number[] = [];
  grow(): void {
    this.counts.push(0);
  }
  add(group: number, value: Value): void {
    if (value !== null) this.counts[group]++;
  }
  result(group: number): number {
    return this.counts[group];
  }
}

class CountDistinct implements Accumulator {
  readonly #seen: Set<Value>[] = [];
  grow(): void {
    this.#seen.push(new Set());
  }
  add(group: number, value: Value): void {
    if (value !== null) this.#seen[group].add(value);
  }
  result(group: number): Value {
    return this.#seen[group].size;
  }
}

/** Null without values. */
class Sum implements Accumulator {
  readonly #sums: (Integer | null)[] = [];
  readonly #isDecimal: boolean;
  constructor(isDecimal: boolean) {
    this.#isDecimal = isDecimal;
  }
  grow(): void {
    this.#sums.push(null);
  }
  add(group: number, value: Value): void {
    if (value === null) return;
    const sum = this.#sums[group];
    this.#sums[group] =
      sum === null
        ? (value as Integer)
        : this.#isDecimal
          ? (sum as number) + (value as number)
          : add(sum, value as Integer);
  }
  result(group: number): Integer | null {
    return this.#sums[group];
  }
}

class Mean implements Accumulator {
  readonly #sum: Sum;
  readonly #count = new Count();
  readonly #isInteger: boolean;
  constructor(sum: Sum, isInteger: boolean) {
    this.#sum = sum;
    this.#isInteger = isInteger;
  }
  grow(): void {
    this.#sum.grow();
    this.#count.grow();
  }
  add(group: number, value: Value): void {
    this.#sum.add(group, value);
    this.#count.add(group, value);
  }
  result(group: number): Value {
    const sum = this.#sum.result(group);
    if (sum === null) return null;
    const mean = Number(sum) / this.#count.result(group);
    return this.#isInteger ? integer(BigInt(Math.round(mean))) : mean;
  }
}

class Extreme implements Accumulator {
  readonly #best: Value[] = [];
  readonly #sign: 1 | -1;
  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }
  grow(): void {
    this.#best.push(null);
  }
  add(group: number, value: Value): void {
    if (value === null) return;
    const best = this.#best[group];
    if (best === null || compare(value, best) * this.#sign > 0) this.#best[group] = value;
  }
  result(group: number): Value {
    return this.#best[group];
  }
}

class Rate implements Accumulator {
  readonly #sum: Accumulator;
  constructor(sum: Accumulator) {
    this.#sum = sum;
  }
  grow(): void {
    this.#sum.grow();
  }
  add(group: number, value: Value): void {
    this.#sum.add(group, value);
  }
  result(group: number, seconds: number): Value {
    const sum = this.#sum.result(group, seconds);
    return sum === null || seconds <= 0 ? null : Number(sum) / seconds;
  }
}

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

/** A new accumulator, without groups. */
export function accumulatorOf({ name, arg, distinct }: Aggregate): Accumulator {
  const sum = (): Sum => new Sum(arg?.type.name === 'decimal');
  switch (name) {
    case 'count':
      return distinct ? new CountDistinct() : new Count();
    case 'sum':
      return sum();
    case 'avg':
      return new Mean(sum(), arg?.type.name === 'duration');
    case 'min':
      return new Extreme(-1);
    case 'max':
      return new Extreme(1);
    case 'rate':
      return new Rate(arg ? sum() : new Count());
    case 'p50':
    case 'p90':
    case 'p95':
    case 'p99':
      return new Percentile(Number(name.slice(1)) / 100, arg?.type.name);
  }
}
