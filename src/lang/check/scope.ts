import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Table } from '../schema/catalogue.js';
import type { Environment } from '../schema/environment.js';
import type { CompareExpr, Expr, QueryExpr, Span } from '../syntax/ast.js';
import type { Aggregate, Binding, CheckedQuery, ConstNode, FieldNode, Place, Type, Typed } from './checked-ast.js';

/** A data file or table joined to a query, as far as names are concerned. */
export interface JoinScope {
  readonly alias: string;
  /** Of a joined table; a data file has the columns that its first line says, known when it is read. */
  readonly table?: Table;
  /** The columns of a data file that were asked for so far. */
  readonly used: Set<string>;
}

/** What stands where an expression stands: which names mean what. */
export interface Scope {
  /** Undefined where no row is at hand: `let`, `echo`, `limit`. */
  readonly table?: Table;
  /** Words for the table in messages: `conntrack`, `'dump.save'`. */
  readonly tableName?: string;
  readonly watch: boolean;
  /** Rows of a file, which may be a log of events. */
  readonly inFile?: boolean;
  readonly joins: readonly JoinScope[];
  /** Columns named with `as`, where they may be used. */
  readonly aliases?: ReadonlyMap<string, Expr>;
  /** All columns named with `as`, for messages about those that may not be used. */
  readonly projected?: ReadonlyMap<string, Expr>;
  /** Where aggregates are gathered; undefined where none may stand. */
  readonly aggregates?: Aggregate[];
  /** Why no aggregate may stand here. */
  readonly noAggregates?: string;
  /** A look at the table that is not repeated: nothing grows in it, so that it has no rate. */
  readonly once?: boolean;
}

/** What checking needs beside the tree: handed in once for a session or script. */
export interface CheckContext {
  readonly environment: Environment;
  readonly variables: ReadonlyMap<string, VariableType>;
  /** Where statements go that name no place; undefined while that is not known yet. */
  readonly place?: Place;
}

export type CheckQuery = (query: QueryExpr, place: { single: boolean; span: Span }) => CheckedQuery | undefined;
/** What is known of a variable: its type from the moment it is written, its value once its `let` has run. */
export interface VariableType {
  readonly kind: 'value' | 'list';
  readonly type: Type;
  readonly binding?: Binding;
}

/** What the parts of the checker ask of each other. */
export interface Expressions {
  readonly scope: Scope;
  readonly context: CheckContext;
  readonly diagnostics: Diagnostics;
  readonly checkQuery: CheckQuery;
  /** The same with another scope. */
  within(scope: Scope): Expressions;
  check(expr: Expr): Typed | undefined;
  /** An expression beside something of a known type. */
  checkAs(expr: Expr, type: Type, beside?: Typed): Typed | undefined;
  /** Whether an expression gets its meaning from what stands beside it. */
  needsContext(expr: Expr): boolean;
  /** A field's name as it was written: `src`, which is resolved to `orig.src`. */
  written(node: FieldNode): string;
  /** A comparison that is written shorter than it is meant; null where it is none. */
  meant(expr: CompareExpr): Typed | undefined | null;
  variable(expr: Span & { readonly name: string }): VariableType | undefined;
  /** Whether a field can have a constant; says so where it cannot. */
  rangeOf(side: FieldNode, constant: ConstNode, span: Span): boolean;
}

/** What a clause's constants are checked with. */
export interface Clauses {
  readonly context: CheckContext;
  readonly diagnostics: Diagnostics;
  expressions(scope: Scope): Expressions;
}
