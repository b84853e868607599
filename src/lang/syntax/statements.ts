/** The AST of all statements; that of queries and expressions is in `ast.ts`. */

import type { Span } from '../diagnostics/span.js';
import type {
  CompoundStatement,
  Expr,
  Limit,
  Name,
  OrderItem,
  Output,
  Projection,
  QueryExpr,
  SelectStatement,
  SourceRef,
  TableName,
  TableRef,
  WithStatement,
} from './ast.js';

/** `into 'history' keep 30d, 20GiB` after a watch. */
export interface IntoRef extends Span {
  readonly store: string;
}

export interface KeepRef extends Span {
  /** An age, and a size in bytes. */
  readonly limits: readonly Expr[];
}

export interface SpoolRef extends Span {
  /** Bytes that may wait for a server. */
  readonly size: Expr;
}

export interface Assignment extends Span {
  /** A field path as written. */
  readonly field: Name;
  readonly op: '=' | '+=' | '-=';
  readonly value: Expr;
}

/** `with resync, existing, state` after a watch. */
export type WatchOptions = readonly Name[];

export interface WatchStatement extends Span {
  readonly kind: 'watch';
  readonly projection: readonly Projection[];
  readonly from: readonly TableRef[];
  readonly source?: SourceRef;
  /** Empty: all. */
  readonly on: readonly Name[];
  readonly where?: Expr;
  readonly groupBy: readonly Expr[];
  readonly having?: Expr;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Limit;
  readonly every?: Expr;
  readonly for?: Expr;
  readonly until?: Expr;
  readonly options: WatchOptions;
  readonly into?: IntoRef;
  readonly keep?: KeepRef;
  readonly spool?: SpoolRef;
  readonly output?: Output;
}

export interface GetStatement extends Span {
  readonly kind: 'get';
  readonly projection: readonly Projection[];
  readonly from: TableRef;
  readonly source?: SourceRef;
  readonly where?: Expr;
  readonly zero: boolean;
  readonly output?: Output;
}

export interface InsertStatement extends Span {
  readonly kind: 'insert';
  readonly into: TableName;
  /** The namespace to insert into: `insert into conntrack in netns blue …`. */
  readonly target?: SourceRef;
  readonly set: readonly Assignment[];
  /** `from TABLE [in SOURCE] [where …]`, as a select of whole entries; or a query in parentheses. */
  readonly from?: QueryExpr;
  readonly onConflict?: 'ignore' | 'update';
  readonly output?: Output;
}

export interface UpdateStatement extends Span {
  readonly kind: 'update';
  readonly table: TableName;
  readonly source?: SourceRef;
  readonly set: readonly Assignment[];
  readonly where?: Expr;
  readonly limit?: Limit;
  readonly output?: Output;
}

export interface DeleteStatement extends Span {
  readonly kind: 'delete';
  readonly from: TableName;
  readonly source?: SourceRef;
  readonly where?: Expr;
  readonly limit?: Limit;
  readonly output?: Output;
}

export interface FlushStatement extends Span {
  readonly kind: 'flush';
  readonly table: TableName;
  readonly source?: SourceRef;
}

export interface ExplainStatement extends Span {
  readonly kind: 'explain';
  readonly analyze: boolean;
  readonly statement: Statement;
}

export interface LetStatement extends Span {
  readonly kind: 'let';
  readonly name: Name;
  readonly value: Expr;
}

export interface IncludeStatement extends Span {
  readonly kind: 'include';
  readonly path: string;
}

export interface EchoStatement extends Span {
  readonly kind: 'echo';
  readonly values: readonly Expr[];
}

/** `set format = jsonl`; a bare word is a name. */
export interface SetStatement extends Span {
  readonly kind: 'set';
  readonly option: Name;
  readonly value: Expr;
}

export interface UseStatement extends Span {
  readonly kind: 'use';
  readonly source: SourceRef;
}

/** `prepare history 'clickhouse://…' keep 90d`. */
export interface PrepareStatement extends Span {
  readonly kind: 'prepare';
  readonly store: string;
  /** An age of flows, and one of the sums by the hour. */
  readonly keep?: readonly Expr[];
}

export interface AssertStatement extends Span {
  readonly kind: 'assert';
  readonly condition: Expr;
  readonly message?: string;
}

/** A parameter of a named query, `$name` in it. */
export interface Parameter extends Span {
  readonly name: Name;
  readonly default?: Expr;
}

/** `query NAME (PARAMETER, …) as SELECT`. */
export interface QueryDefinition extends Span {
  readonly kind: 'query';
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly statement: QueryExpr | WatchStatement;
}

/** `run NAME (VALUE, …)`. */
export interface RunStatement extends Span {
  readonly kind: 'run';
  readonly name: Name;
  readonly args: readonly Expr[];
}

/** `drop query NAME`. */
export interface DropStatement extends Span {
  readonly kind: 'drop';
  readonly name: Name;
}

/** `show tables`, `show fields from conntrack`, `show fleet`, `show history`, `show settings`, `show variables`, `describe conntrack`, `set timing`. */
export interface ShowStatement extends Span {
  readonly kind: 'show';
  readonly what: 'tables' | 'fields' | 'fleet' | 'history' | 'settings' | 'variables' | 'queries';
  /** Of `history`. */
  readonly store?: string;
  /** Of `fleet`: groups and members; left out: all. */
  readonly gateways?: readonly Name[];
  readonly table?: Name;
  /** Of `fields`: a file instead of a table. */
  readonly file?: string;
  /** One of the settings. */
  readonly setting?: Name;
  readonly output?: Output;
}

export interface HelpStatement extends Span {
  readonly kind: 'help';
  readonly topic?: Name;
}

export type Statement =
  | SelectStatement
  | CompoundStatement
  | WithStatement
  | WatchStatement
  | GetStatement
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | FlushStatement
  | ExplainStatement
  | QueryDefinition
  | RunStatement
  | DropStatement
  | LetStatement
  | IncludeStatement
  | EchoStatement
  | SetStatement
  | UseStatement
  | PrepareStatement
  | AssertStatement
  | ShowStatement
  | HelpStatement;

export type StatementKind = Statement['kind'];
