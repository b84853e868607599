import type { Aggregate } from '../../lang/typed.js';
import { add, compare, type Integer, type Value } from '../../lang/values.js';
import { Quantiles } from './quantiles.js';

/** What one aggregate gathers over the rows of one group. */
export interface Accumulator {
  add(value: Value): void;
  /** @param seconds length of the window that was gathered, for rates */
  result(seconds: number): Value;
}

class Count implements Accumulator {
  #count = 0;
  add(value: Value): void {
    if (value !== null) this.#count++;
  }
  result(): Value {
    return this.#count;
  }
}

class CountDistinct implements Accumulator {
  readonly #seen = new Set<Value>();
  add(value: Value): void {
    if (value !== null) this.#seen.add(value);
  }
  result(): Value {
    return this.#seen.size;
  }
}

class IntegerSum implements Accumulator {
  #sum: Integer = 0;
  #any = false;
  add(value: Value): void {
    if (value === null) return;
    this.#any = true;
    this.#sum = add(this.#sum, value as Integer);
  }
  result(): Value {
    return this.#any ? this.#sum : null;
  }
}

class DecimalSum implements Accumulator {
  #sum = 0;
  #any = false;
  add(value: Value): void {
    if (value === null) return;
    this.#any = true;
    this.#sum += value as number;
  }
  result(): Value {
    return this.#any ? this.#sum : null;
  }
}

class Mean implements Accumulator {
  readonly #sum: IntegerSum | DecimalSum;
  readonly #whole: boolean;
  #count = 0;
  constructor(sum: IntegerSum | DecimalSum, whole: boolean) {
    this.#sum = sum;
    this.#whole = whole;
  }
  add(value: Value): void {
    if (value === null) return;
    this.#count++;
    this.#sum.add(value);
  }
  result(): Value {
    if (this.#count === 0) return null;
    const mean = Number(this.#sum.result()) / this.#count;
    return this.#whole ? Math.round(mean) : mean;
  }
}

class Extreme implements Accumulator {
  readonly #sign: 1 | -1;
  #best: Value = null;
  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }
  add(value: Value): void {
    if (value === null) return;
    if (this.#best === null || compare(value, this.#best) * this.#sign > 0) this.#best = value;
  }
  result(): Value {
    return this.#best;
  }
}

class Rate implements Accumulator {
  readonly #sum: Accumulator;
  constructor(sum: Accumulator) {
    this.#sum = sum;
  }
  add(value: Value): void {
    this.#sum.add(value);
  }
  result(seconds: number): Value {
    const sum = this.#sum.result(seconds);
    return sum === null || seconds <= 0 ? null : Number(sum) / seconds;
  }
}

class Percentile implements Accumulator {
  readonly #values = new Quantiles();
  readonly #part: number;
  constructor(part: number) {
    this.#part = part;
  }
  add(value: Value): void {
    if (value !== null) this.#values.add(value as Integer);
  }
  result(): Value {
    return this.#values.at(this.#part);
  }
}

/** A fresh accumulator of an aggregate, for one group. */
export function accumulatorOf({ name, arg, distinct }: Aggregate): Accumulator {
  const isDecimal = arg?.type.name === 'decimal';
  const sum = (): IntegerSum | DecimalSum => (isDecimal ? new DecimalSum() : new IntegerSum());
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
      return new Percentile(Number(name.slice(1)) / 100);
  }
}
