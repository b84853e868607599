/**
 * The AST of checked expressions and queries: every name resolved, every literal a value of its field's type, every type known.
 * Plain read-only data, so that plans made from it can be frozen, printed and compared. The other statements are in
 * `statements.ts`.
 */

import type { AggregateFunction, ScalarFunction } from '../functions/registry.js';
import type { TableId } from '../schema/catalogue.js';
import type { CellSource } from '../schema/environment.js';
import type { FormatName, Modifier } from '../schema/formats/formats.js';
import type { Place } from '../schema/places.js';
import type { Type } from '../schema/type.js';
import type { BinaryOp, CompareOp, Expr, QueryExpr, SelectStatement, SetOperator } from '../syntax/ast.js';
import type { AddressClass } from '../values/address.js';
import type { Integer, Value } from '../values/value.js';

export type Typed =
  | ConstNode
  | FieldNode
  | UnaryNode
  | BinaryNode
  | CompareNode
  | WithinNode
  | LogicalNode
  | NotNode
  | InNode
  | LikeNode
  | HasNode
  | IsNullNode
  | IsClassNode
  | AnyNode
  | CallNode
  | CaseNode
  | CastNode
  | ExistsNode
  | KeyNode
  | AggregateNode
  | ScalarNode
  | VariableNode;

interface Node {
  readonly type: Type;
}

export interface ConstNode extends Node {
  readonly kind: 'const';
  readonly value: Value;
}

/** A field of the row, by the name that the engine reads it by (aliases are resolved). */
export interface FieldNode extends Node {
  readonly kind: 'field';
  readonly name: string;
  /** Of a joined table: its position in `joins`, from 0. */
  readonly join?: number;
}

export interface UnaryNode extends Node {
  readonly kind: 'unary';
  readonly op: '-' | '~';
  readonly operand: Typed;
}

/**
 * Integers (with ports, durations in ns, times in ns) give integers, `/` gives a decimal; where one side is a decimal
 * so is the result. A null on either side gives null.
 */
export interface BinaryNode extends Node {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly left: Typed;
  readonly right: Typed;
}

/** Both sides are of one representation. */
export interface CompareNode extends Node {
  readonly kind: 'compare';
  readonly op: CompareOp;
  readonly left: Typed;
  readonly right: Typed;
}

/** Address within network: what `src = 10.0.0.0/8` means. */
export interface WithinNode extends Node {
  readonly kind: 'within';
  readonly operand: Typed;
  readonly network: Typed;
}

export interface LogicalNode extends Node {
  readonly kind: 'logical';
  readonly op: 'and' | 'or';
  readonly operands: readonly Typed[];
}

export interface NotNode extends Node {
  readonly kind: 'not';
  readonly operand: Typed;
}

/** `operand in (…)`: equal to one of the values, inside one of the ranges or networks, or in what a subquery gives. */
export interface InNode extends Node {
  readonly kind: 'in';
  readonly operand: Typed;
  /** Constants; null among them makes a miss null, as in SQL. */
  readonly values: readonly Value[];
  /** Both ends included. */
  readonly ranges: readonly (readonly [Value, Value])[];
  /** Network values (`values/value.ts`). */
  readonly networks: readonly string[];
  /** Items that are not constants: fields, expressions. */
  readonly others: readonly Typed[];
  readonly query?: CheckedQuery;
  /** A variable that holds a list. */
  readonly variable?: string;
}

export interface LikeNode extends Node {
  readonly kind: 'like';
  readonly operand: Typed;
  readonly pattern: Typed;
  readonly ignoreCase?: true;
}

/** One name in `has (…)`: bits that must be set, or must not be set (UNREPLIED). */
export interface FlagTest {
  /** As written. */
  readonly name: string;
  /** Of flags: the mask. Of labels: the bit's number. */
  readonly bits: number;
  /** The bits must be absent. */
  readonly absent: boolean;
}

/** `status has (A, B)`, `labels has any (x, y)`. */
export interface HasNode extends Node {
  readonly kind: 'has';
  readonly operand: Typed;
  readonly quantifier: 'all' | 'any';
  readonly flags: readonly FlagTest[];
}

export interface IsNullNode extends Node {
  readonly kind: 'is_null';
  readonly operand: Typed;
}

export interface IsClassNode extends Node {
  readonly kind: 'is_class';
  readonly operand: Typed;
  readonly class: AddressClass;
}

/**
 * A test of `host` or `port`: true if one of the tests is true, else false, also for a flow that lacks the field. It is null only where a value
 * that the fields are compared with is null (`evaluate/any.ts`).
 */
export interface AnyNode extends Node {
  readonly kind: 'any';
  readonly tests: readonly Typed[];
  /** What the fields are compared with, without constants. */
  readonly others: readonly Typed[];
  /** `host` or `port`, for printing. */
  readonly name: string;
}

export interface CallNode extends Node {
  readonly kind: 'call';
  readonly name: ScalarFunction;
  readonly args: readonly Typed[];
}

/** The value of the first branch whose condition is true; else `otherwise`, or null. */
export interface CaseNode extends Node {
  readonly kind: 'case';
  readonly branches: readonly { readonly when: Typed; readonly value: Typed }[];
  readonly otherwise?: Typed;
}

/** The operand as a value of the node's type; null if it has no such value. */
export interface CastNode extends Node {
  readonly kind: 'cast';
  readonly operand: Typed;
}

/** Whether a subquery has a row. */
export interface ExistsNode extends Node {
  readonly kind: 'exists';
  readonly query: CheckedQuery;
}

/** In columns, `having` and `order by` of a grouped query: the value of the n-th group key. */
export interface KeyNode extends Node {
  readonly kind: 'key';
  readonly index: number;
}

/** Likewise: the value of the n-th aggregate. */
export interface AggregateNode extends Node {
  readonly kind: 'aggregate';
  readonly index: number;
}

/** A subquery that gives one value. */
export interface ScalarNode extends Node {
  readonly kind: 'scalar';
  readonly query: CheckedQuery;
}

/** `$name` of a value, which is known when the statement runs. */
export interface VariableNode extends Node {
  readonly kind: 'variable';
  readonly name: string;
}

export interface Aggregate {
  readonly name: AggregateFunction;
  /** Left out for `count(*)`. */
  readonly arg?: Typed;
  readonly distinct: boolean;
  readonly type: Type;
}

// ---------------------------------------------------------------- clauses

/** A column of a result. */
export interface Column {
  readonly name: string;
  readonly expr: Typed;
  /** The expression as text in the language, if the name differs from it. */
  readonly text?: string;
  readonly alert?: Alert;
}

export interface Order {
  readonly expr: Typed;
  readonly descending: boolean;
}

/** A table of the kernel, or a snapshot file; its table is assumed to be conntrack until it is opened. */
export type Origin =
  | { readonly kind: 'table'; readonly table: TableId }
  | { readonly kind: 'file'; readonly path: string; readonly table: 'conntrack' | 'expect' }
  | QueryOrigin
  | DataOrigin
  | ResultOrigin;

/** `from _`: the rows of the last result. */
export interface ResultOrigin {
  readonly kind: 'result';
  readonly table: TableId;
  /** Undefined: whole entries. */
  readonly columns?: readonly ResultColumn[];
}

/** The rows of a CSV or JSON file that is not a snapshot. */
export interface DataOrigin {
  readonly kind: 'data';
  readonly path: string;
  /** That of a query's whole entries, of which there are none here. */
  readonly table: 'conntrack';
  /** The columns that the statement uses. */
  readonly columns: readonly string[];
}

/** The rows of a query. Whole entries are those of `table`, and have its fields. */
export interface QueryOrigin {
  readonly kind: 'query';
  readonly table: TableId;
  readonly query: CheckedQuery;
  /** Its name in the statement, for `explain`; empty if it has none. */
  readonly name: string;
  /** Undefined: whole entries. */
  readonly columns?: readonly ResultColumn[];
}

/** A column of the rows of a query. */
export interface ResultColumn {
  readonly name: string;
  readonly type: Type;
  /** The columns of files that its cells are of, as they are there. */
  readonly cells?: readonly CellSource[];
}

export type { FormatName, Modifier, Place };

/** What `output nagios` decides by: columns at the end of the result that are not shown. */
export type Alert =
  /** Whether the row is in this state. */
  | { readonly kind: 'state'; readonly level: AlertLevel }
  /** What a column is compared with, if the condition is only that comparison. */
  | {
      readonly kind: 'bound';
      readonly level: AlertLevel;
      readonly column: string;
      readonly op: '<' | '<=' | '>' | '>=';
    };

export type AlertLevel = 'warning' | 'critical';

/** The output clause; what it omits depends on the destination. */
export interface CheckedOutput {
  readonly format?: FormatName;
  readonly modifiers: readonly Modifier[];
  readonly file?: string;
}

export interface CheckedJoin {
  /** A CSV, JSON or JSONL file, or the table that an expectation's master is in. */
  readonly from: { readonly kind: 'data'; readonly path: string } | Origin;
  readonly alias: string;
  readonly on?: Typed;
  readonly outer: boolean;
  /** The columns of a data file that the statement uses. */
  readonly columns: readonly string[];
}

/** The time of a query of the history. */
export type CheckedRange =
  /** What was there at a time; `within` in ns. */
  | { readonly kind: 'at'; readonly time: Typed; readonly within: Integer }
  /** What ended in a time: from, included, to, excluded. */
  | { readonly kind: 'ended'; readonly from?: Typed; readonly to?: Typed };

export interface CheckedSelect {
  readonly kind: 'select';
  readonly from: Origin;
  readonly place?: Place;
  /** Of a select from the history. */
  readonly range?: CheckedRange;
  readonly distinct: boolean;
  /** Undefined: whole entries. */
  readonly columns?: readonly Column[];
  readonly joins: readonly CheckedJoin[];
  readonly where?: Typed;
  /** Defined when the query groups or has an aggregate; with no keys the whole table is one group. */
  readonly grouping?: Grouping;
  readonly orderBy: readonly Order[];
  readonly limit?: Integer;
  readonly offset: Integer;
  readonly zero: boolean;
  /** In ns. */
  readonly every?: Integer;
  readonly for?: Integer;
  readonly until?: Typed;
  /** Defined where `until` has aggregates and the query has none: of all rows that meet the condition. */
  readonly untilGrouping?: Grouping;
  readonly output: CheckedOutput;
  /** Of a select of a fleet, or of several hosts. */
  readonly written?: WrittenQuery;
}

/** A statement that reads several gateways, as it was written: its text is sent to them. */
export interface WrittenQuery<S = SelectStatement> {
  readonly statement: S;
  /** Its subqueries, whose values are sent instead. */
  readonly subqueries: readonly { readonly written: QueryExpr; readonly query: CheckedQuery }[];
  /** The lists in its variables, which are sent in place of these. */
  readonly lists: (name: string) => readonly Expr[] | undefined;
}

export interface Grouping {
  readonly keys: readonly Typed[];
  readonly aggregates: readonly Aggregate[];
  readonly having?: Typed;
  /** The number of groups above which the query fails. */
  readonly most?: number;
}

export interface CheckedCompound {
  readonly kind: 'compound';
  readonly op: SetOperator;
  readonly left: CheckedQuery;
  readonly right: CheckedSelect;
  /** With the types that the columns of both sides have in common. Undefined: whole entries. */
  readonly columns?: readonly ResultColumn[];
  readonly output: CheckedOutput;
}

export type CheckedQuery = CheckedSelect | CheckedCompound;
