import type {
  Aggregate,
  CheckedQuery,
  CheckedSelect,
  Column,
  ConstNode,
  FieldNode,
  Origin,
  Place,
  ResultColumn,
  Typed,
} from '../checked/ast.js';
import type { Binding } from '../checked/statements.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import type { Span } from '../diagnostics/span.js';
import type { Table, TableId } from '../schema/catalogue.js';
import type { Environment } from '../schema/environment.js';
import type { Type } from '../schema/type.js';
import type { CompareExpr, Expr, QueryExpr, SelectStatement } from '../syntax/ast.js';
import type { QueryDefinition } from '../syntax/statements.js';
import type { Value } from '../values/value.js';

/** The names of a data file or table joined to a query. */
export interface JoinScope {
  readonly alias: string;
  /** Of a joined table; the columns of a data file are known only when it is read. */
  readonly table?: Table;
  /** Of a data file. */
  readonly path?: string;
  /** Of a data file: its columns, as far as its beginning shows them. */
  readonly columns?: readonly string[];
  /** Of a joined select: what its columns are called there. */
  readonly names?: readonly string[];
  /** The columns of a data file used so far. */
  readonly used: Set<string>;
  /** Entries of a file, which may be events. */
  readonly inFile?: boolean;
}

/** A table that a query around a subquery reads: for messages, since subqueries cannot use its fields. */
export interface OuterTable {
  readonly name: string;
  has(field: string): boolean;
}

/** The names that an expression can use. */
export interface Scope {
  /** Undefined without a row: `let`, `echo`, `limit`. */
  readonly table?: Table;
  /** The table's name in messages: `conntrack`, `'dump.save'`. */
  readonly tableName?: string;
  readonly watch: boolean;
  /** Rows of a file, which may be a log of events. */
  readonly inFile?: boolean;
  /** The path of that file, or of a data file. */
  readonly path?: string;
  /** Rows of the history, which has only some of the fields. */
  readonly inHistory?: boolean;
  readonly joins: readonly JoinScope[];
  /** Of a subquery: the tables of the queries around it. */
  readonly outer?: readonly OuterTable[];
  /** Columns named with `as`, where they may be used. */
  readonly aliases?: ReadonlyMap<string, Expr>;
  /** All columns named with `as`, for messages about those that may not be used. */
  readonly projected?: ReadonlyMap<string, Expr>;
  /** Columns of the result that may be used where no field has their name, in their order. */
  readonly lateral?: readonly (readonly [name: string, expr: Expr])[];
  /** Of the rows of a query or of a data file: the names of their columns. */
  readonly columns?: readonly string[];
  /** Of a data file: the columns used so far. */
  readonly data?: Set<string>;
  /** Of a file that does not exist yet, or was not looked into: the names used that are not fields, and may be its columns. */
  readonly missing?: Set<string>;
  /** Collects aggregates; undefined if none are allowed. */
  readonly aggregates?: Aggregate[];
  /** Why aggregates are not allowed here. */
  readonly noAggregates?: string;
  /** The query runs once, so that it has no rates. */
  readonly once?: boolean;
}

/** What is known of the last result, `_`. */
export interface LastResult {
  readonly table: TableId;
  /** Undefined: whole entries. */
  readonly columns?: readonly ResultColumn[];
  /** It had too many rows to be kept. */
  readonly tooLarge?: { readonly most: number };
}

/** The queries that a user has given names. */
export interface NamedQueries {
  get(name: string): QueryDefinition | undefined;
  names(): readonly string[];
  /** A definition that has been checked. */
  define(definition: QueryDefinition): void;
  /** A definition that is removed. */
  forget(name: string): void;
  /** The last result, if there is one. */
  lastResult?(): LastResult | undefined;
  /** While a text is checked before it runs: the result that a statement will have. */
  noteResult?(result: LastResult): void;
}

/** What checking needs besides the AST, the same for a session or script. */
export interface CheckContext {
  readonly environment: Environment;
  readonly variables: ReadonlyMap<string, VariableType>;
  /** The queries that have names. */
  readonly queries?: NamedQueries;
  /** The place of statements that name none; undefined if not known yet. */
  readonly place?: Place;
  /** A named query with values in place of its parameters: it was checked for what its text says when it was named. */
  readonly isFilledIn?: true;
  /** The query that is being named, whose parameters are among the variables. */
  readonly definition?: QueryDefinition;
}

/** What a subquery is used for: one value, a list of values, or whether it has rows. */
export type SubqueryUse = 'value' | 'list' | 'rows';

/** @param type of what the values are compared with, for columns of data files */
/** Rows that are compared as texts: the types of their parts, and their query as it was written. */
export interface ComparedRows {
  readonly types: readonly Type[];
  readonly written: QueryExpr;
}

export type CheckQuery = (
  query: QueryExpr,
  use: { readonly purpose: SubqueryUse; readonly span: Span; readonly type?: Type; readonly rows?: ComparedRows },
) => CheckedQuery | undefined;

/** What a query reads, with the names that it can use. */
export interface From {
  readonly origin: Origin;
  readonly table: Table;
  /** Its name in messages. */
  readonly name: string;
  /** Entries of a file, which may be events. */
  readonly inFile?: boolean;
  /** Of rows with columns: their names. */
  readonly columns?: readonly string[];
  /** What `*` means, if not whole entries. */
  readonly all?: readonly Column[];
  /** Of a data file: the columns used, filled in while the statement is checked. */
  readonly data?: Set<string>;
  /** Of a file that does not exist yet, or was not looked into: names that may be its columns. */
  readonly missing?: Set<string>;
}

/** What the parts of the checker of queries use of each other. */
export interface Queries {
  readonly context: CheckContext;
  readonly diagnostics: Diagnostics;
  query(query: QueryExpr, expected?: Type): CheckedQuery | undefined;
  select(statement: SelectStatement, expected?: Type): CheckedSelect | undefined;
  /** @param before how many diagnostics there were before the statement */
  selectFrom(from: From | undefined, statement: SelectStatement, before: number): CheckedSelect | undefined;
  /** Whether a query inside another has none of the clauses that only a statement can have. */
  isPlain(query: CheckedQuery, span: Span, what: string): boolean;
}

/** A variable: its type is known once its `let` is checked, its value once that has run. */
export interface VariableType {
  readonly kind: 'value' | 'list';
  readonly type: Type;
  readonly binding?: Binding;
  /** What its `let` gives it, before that has run; null if only the run shows that. */
  readonly known?: Value | readonly Value[];
  /** Of a list that is written in its `let`, before that has run. */
  readonly items?: readonly Expr[];
}

/** What the parts of the checker use of each other. */
export interface Checker {
  readonly scope: Scope;
  readonly context: CheckContext;
  readonly diagnostics: Diagnostics;
  readonly checkQuery: CheckQuery;
  /** The same with another scope. */
  within(scope: Scope): Checker;
  check(expr: Expr): Typed | undefined;
  condition(expr: Expr): Typed | undefined;
  /** An expression whose other operand has a known type. */
  checkAs(expr: Expr, type: Type, beside?: Typed): Typed | undefined;
  /** Whether the meaning of an expression depends on the other operand. */
  needsContext(expr: Expr): boolean;
  /** The name of a field as written: `src` for `orig.src`. */
  written(node: FieldNode): string;
  /** Expands shorthand such as `mark = 1/0xff`; null if the comparison is not shorthand. */
  expandShorthand(expr: CompareExpr): Typed | undefined | null;
  variable(expr: Span & { readonly name: string }): VariableType | undefined;
  /** Whether a constant is in the range of a field; reports an error otherwise. */
  checkFieldRange(side: FieldNode, constant: ConstNode, span: Span): boolean;
}

/** What checks the constants of a clause. */
export interface ClauseChecker {
  readonly context: CheckContext;
  readonly diagnostics: Diagnostics;
  expressions(scope: Scope): Checker;
}
