/** A condition on a message, as `compile.ts` makes a program of it. Three-valued, as the language's conditions are. */
import type { Ranges } from './ranges.js';

export type EventCondition =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly EventCondition[] }
  | { readonly kind: 'not'; readonly operand: EventCondition }
  /** True if an operand is true, else false. */
  | { readonly kind: 'any'; readonly operands: readonly EventCondition[] }
  | { readonly kind: 'const'; readonly value: boolean | null }
  | Chain;

/** Where a value is: in an attribute, by its type and those of the nests around it, or at a fixed offset of the message. */
export type Place = { readonly bytes: 1 | 2 | 4 | 8 | 16 } & (
  | { readonly path: readonly number[] }
  | { readonly at: number }
);

/** The value of a condition; `next`: the next step decides. */
export type Outcome = boolean | null | 'next';

/** Compares a value, if the message has it; else the next step decides. */
export interface Step {
  readonly place: Place;
  /** Applied to the value before it is compared; at most 32 bits. */
  readonly mask?: number;
  readonly ranges: Ranges;
  /** For a value in the ranges, and for any other. */
  readonly within: Outcome;
  readonly outside: Outcome;
}

/** The steps decide one after the other. */
export interface Chain {
  readonly kind: 'chain';
  readonly steps: readonly Step[];
  /** If no step has decided. */
  readonly otherwise: boolean | null;
}
