import type { DiagnosticCode } from '../diagnostics/diagnostic.js';
import type { Environment } from '../schema/environment.js';
import type { Type } from '../schema/type.js';
import type { Getter, Integer, Value } from '../values/value.js';
import type { Accumulator } from './aggregate/accumulator.js';

/** The documentation of a function, for help, completion and error messages. */
export interface FunctionDoc {
  readonly signature: string;
  /** One line. */
  readonly doc: string;
  /** Least and greatest number of arguments. */
  readonly arity: readonly [number, number];
  /** A statement that uses the function; the tests run it. */
  readonly example: string;
}

/** The arguments of a call as its type rule sees them. */
export interface Arguments {
  readonly types: readonly Type[];
  /** The value of a constant argument; undefined for any other. */
  constant(index: number): Value | undefined;
  /** Whether an argument is left out, null, or of an accepted type; reports an error otherwise. */
  expect(index: number, accepts: (type: Type) => boolean, what: string): boolean;
  /** Reports an error at an argument. */
  error(index: number, code: DiagnosticCode, message: string): void;
}

/** What a function may use besides its arguments. Reading a part that the caller does not have throws. */
export interface Runtime {
  readonly environment: Environment;
  /** ns since the epoch, the same for the whole statement. */
  readonly now: Integer;
  /** Of events: the time of each row instead. */
  readonly timeOf?: (row: never) => Integer;
}

export interface ScalarDefinition extends FunctionDoc {
  /**
   * The type that a word or quoted text is converted to as the argument at `index`: `https` as a port.
   * @param before the types of the arguments before it
   */
  wordType?(index: number, before: readonly Type[]): Type | undefined;
  /** Depends on the machine or the clock (STABLE in PostgreSQL): a call with constants is not computed while checking. */
  readonly isStable?: true;
  /** @returns the type of the result; undefined after an error has been reported */
  type(args: Arguments): Type | undefined;
  /** @param types of the arguments */
  compile<Row>(args: readonly Getter<Row>[], runtime: Runtime, types: readonly Type[]): Getter<Row>;
}

export interface AggregateDefinition extends FunctionDoc {
  /** Accepts `*`: all rows. */
  readonly hasStar?: true;
  readonly hasDistinct?: true;
  /** Measures a change over time, which a query that runs once cannot. */
  readonly isOverTime?: true;
  /** The values that it accepts, for messages. */
  readonly accepts: string;
  /**
   * @param arg undefined for `*`
   * @returns the type of the result; undefined if values of that type are not accepted
   */
  type(arg: Type | undefined): Type | undefined;
  /** A fresh accumulator, without a group. */
  accumulator(arg: Type | undefined, distinct: boolean): Accumulator;
}
