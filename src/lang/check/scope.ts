import type { Expr, QueryExpr, Span } from '../ast.js';
import type { Table } from '../catalogue.js';
import type { Environment } from '../environment.js';
import type { Aggregate, Binding, CheckedQuery, Type } from '../typed.js';

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
  readonly joins: readonly JoinScope[];
  /** Columns named with `as`, where they may be used. */
  readonly aliases?: ReadonlyMap<string, Expr>;
  /** Where aggregates are gathered; undefined where none may stand. */
  readonly aggregates?: Aggregate[];
  /** Why no aggregate may stand here. */
  readonly noAggregates?: string;
}

/** What checking needs beside the tree: handed in once for a session or script. */
export interface CheckContext {
  readonly environment: Environment;
  readonly variables: ReadonlyMap<string, VariableType>;
}

export type CheckQuery = (query: QueryExpr, place: { single: boolean; span: Span }) => CheckedQuery | undefined;
/** What is known of a variable: its type from the moment it is written, its value once its `let` has run. */
export interface VariableType {
  readonly kind: 'value' | 'list';
  readonly type: Type;
  readonly binding?: Binding;
}
