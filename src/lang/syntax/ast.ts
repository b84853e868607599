/**
 * The AST of expressions and queries, as written: names not resolved, types not known. Read-only; every node keeps its span.
 * The checker turns it into the AST of `checked/ast.ts`. The other statements are in `statements.ts`.
 */
import type { Span } from '../diagnostics/span.js';

/** A name as written (without quotes), with its place. Keywords' case does not matter; `text` keeps the user's. */
export interface Name extends Span {
  readonly text: string;
}

// ---------------------------------------------------------------- expressions

/** The kind of a literal by its form. Words (`tcp`, `ESTABLISHED`, `https`) are names, not literals. */
export type LiteralKind =
  | 'integer'
  | 'decimal'
  | 'duration'
  | 'address'
  | 'network'
  | 'endpoint'
  | 'text'
  | 'boolean'
  | 'null';

export type Expr =
  | LiteralExpr
  | NameExpr
  | VariableExpr
  | UnaryExpr
  | BinaryExpr
  | CompareExpr
  | LogicalExpr
  | NotExpr
  | BetweenExpr
  | InExpr
  | LikeExpr
  | HasExpr
  | IsExpr
  | CallExpr
  | CaseExpr
  | CastExpr
  | ExistsExpr
  | SubqueryExpr
  | ListExpr
  | RangeExpr;

/**
 * A literal with its value in the representation of `values/value.ts`:
 * integer → Integer; decimal → number; duration → ns; address → Address; network → network value (host bits kept as
 * written are an error); endpoint (`10.0.0.1:80`, `[2001:db8::1]:80`) → its canonical text; text → the string without quotes.
 */
export interface LiteralExpr extends Span {
  readonly kind: 'literal';
  readonly type: LiteralKind;
  readonly value: number | bigint | string | boolean | null;
  /** As written, for printing it back the same way. */
  readonly text: string;
}

/** A field (`orig.src`), a column alias, or a word that the context gives a meaning (`tcp`, `https`, `ASSURED`). */
export interface NameExpr extends Span {
  readonly kind: 'name';
  /** As written, dots included, white space removed. */
  readonly text: string;
}

export interface VariableExpr extends Span {
  readonly kind: 'variable';
  /** Without the `$`. */
  readonly name: string;
}

export interface UnaryExpr extends Span {
  readonly kind: 'unary';
  readonly op: '-' | '~';
  readonly operand: Expr;
}

export type BinaryOp = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>' | '||';

export interface BinaryExpr extends Span {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly opSpan: Span;
}

/** `<>` and `==` are read as `!=` and `=`. */
export type CompareOp = '=' | '!=' | '<' | '<=' | '>' | '>=';

export interface CompareExpr extends Span {
  readonly kind: 'compare';
  readonly op: CompareOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly opSpan: Span;
}

/** Two or more operands; `a and b and c` is one node. */
export interface LogicalExpr extends Span {
  readonly kind: 'logical';
  readonly op: 'and' | 'or';
  readonly operands: readonly Expr[];
}

export interface NotExpr extends Span {
  readonly kind: 'not';
  readonly operand: Expr;
}

export interface BetweenExpr extends Span {
  readonly kind: 'between';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
}

export interface InExpr extends Span {
  readonly kind: 'in';
  readonly negated: boolean;
  readonly operand: Expr;
  /** A list in parentheses, a subquery, or a variable that holds a list. `src in 10.0.0.0/8` is a list of one. */
  readonly list: ListExpr | SubqueryExpr | VariableExpr;
}

export interface LikeExpr extends Span {
  readonly kind: 'like';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly pattern: Expr;
  /** `ilike`. */
  readonly ignoreCase?: true;
}

export interface HasExpr extends Span {
  readonly kind: 'has';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly quantifier: 'all' | 'any';
  /** Flag or label names; quoted ones are literals of kind text. */
  readonly names: readonly Expr[];
}

/** `is null`, `is private`, `is not public` … */
export interface IsExpr extends Span {
  readonly kind: 'is';
  readonly negated: boolean;
  readonly operand: Expr;
  /** `null`, or the name of an address class. */
  readonly what: Name;
}

/** A scalar function or an aggregate: `net(src, 24)`, `count(*)`, `count(distinct src)`, `count(*) filter (where proto = tcp)`. */
export interface CallExpr extends Span {
  readonly kind: 'call';
  readonly name: Name;
  readonly args: readonly Expr[];
  readonly star: boolean;
  readonly distinct: boolean;
  /** The condition of the rows that an aggregate counts. */
  readonly filter?: Expr;
}

export interface CaseBranch {
  readonly when: Expr;
  readonly value: Expr;
}

/** `case when CONDITION then VALUE … [else VALUE] end`; with an operand, `when` has a value that it is compared with. */
export interface CaseExpr extends Span {
  readonly kind: 'case';
  readonly operand?: Expr;
  readonly branches: readonly CaseBranch[];
  readonly otherwise?: Expr;
}

/** `cast(x as text)`, `x::text`. */
export interface CastExpr extends Span {
  readonly kind: 'cast';
  readonly operand: Expr;
  readonly type: Name;
}

/** `exists (select …)`. */
export interface ExistsExpr extends Span {
  readonly kind: 'exists';
  readonly query: QueryExpr;
}

export interface SubqueryExpr extends Span {
  readonly kind: 'subquery';
  readonly query: QueryExpr;
}

/** Only after `in`, and as the value of `let`. */
export interface ListExpr extends Span {
  readonly kind: 'list';
  readonly items: readonly Expr[];
}

/** `8000..8999`, both ends included; only inside a list. */
export interface RangeExpr extends Span {
  readonly kind: 'range';
  readonly low: Expr;
  readonly high: Expr;
}

// ---------------------------------------------------------------- clauses

export interface Projection extends Span {
  readonly expr: Expr;
  readonly alias?: Name;
  /** The alias was written without `as`. */
  readonly bare?: true;
}

export interface TableName extends Span {
  readonly kind: 'table';
  readonly name: Name;
  readonly alias?: Name;
}

/** A snapshot: `'FILE'`, `'-'` for standard input. */
export interface FileTable extends Span {
  readonly kind: 'file';
  readonly path: string;
  readonly alias?: Name;
}

/** `from (select …) [as] NAME`. */
export interface QueryTable extends Span {
  readonly kind: 'query';
  readonly query: QueryExpr;
  readonly alias?: Name;
}

export type TableRef = TableName | FileTable | QueryTable;

/** Where a table is read: `in netns blue`, `in netns *`, `in pid 4711`, `in ssh 'user@gw1'`, `in file 'x.save'`, `in fleet`. */
export type SourceRef =
  | (Span & { readonly kind: 'netns'; readonly name: Name | '*' })
  | (Span & { readonly kind: 'pid'; readonly pid: Expr })
  /** A word and a text in quotes: `ssh 'user@gw1'`. Which words there are is for the checker to say. */
  | (Span & { readonly kind: 'quoted'; readonly word: Name; readonly text: string })
  /** A word and names in parentheses: `ssh ('gw1', 'gw2')`. */
  | (Span & { readonly kind: 'listed'; readonly word: Name; readonly names: readonly Name[] })
  /** `fleet`, `fleet 'GROUP'`, `fleet (gw1, 'gw2')`: groups and members; none: all of them. */
  | (Span & { readonly kind: 'fleet'; readonly names: readonly Name[] })
  | (Span & { readonly kind: 'kernel' })
  /** `history`, `history '/srv/flows'`. */
  | (Span & { readonly kind: 'history'; readonly store?: string });

/** The time of a query of the history: `at T within D`, `since T`, `between A and B`. */
export type RangeRef =
  | (Span & { readonly kind: 'at'; readonly time: Expr; readonly within?: Expr })
  | (Span & { readonly kind: 'since'; readonly time: Expr })
  | (Span & { readonly kind: 'between'; readonly from: Expr; readonly to: Expr });

export interface Join extends Span {
  readonly table: TableRef;
  /** The condition after `on`; left out only for `join conntrack` from `expect` (by the master's tuple). */
  readonly on?: Expr;
  /** `left join` keeps rows without a partner. */
  readonly outer: boolean;
}

export interface OrderItem extends Span {
  readonly expr: Expr;
  readonly descending: boolean;
  /** `nulls first`; they are last otherwise, in both directions. */
  readonly nullsFirst?: true;
}

export interface Limit extends Span {
  readonly count: Expr;
  readonly offset?: Expr;
}

/** `output FORMAT, modifier, … [warning EXPR] [critical EXPR] [to 'FILE']`. The checker separates formats from modifiers. */
export interface Output extends Span {
  readonly words: readonly Name[];
  readonly warning?: Expr;
  readonly critical?: Expr;
  readonly file?: { readonly path: string } & Span;
}

// ---------------------------------------------------------------- queries

/** A query: a select, or several that `except`, `intersect` or `union` combines; before them, selects with names. */
export type QueryExpr = SelectStatement | CompoundStatement | WithStatement;

/** `with NAME as (select …), … select …`. */
export interface WithStatement extends Span {
  readonly kind: 'with';
  readonly tables: readonly CommonTable[];
  readonly query: SelectStatement | CompoundStatement;
}

export interface CommonTable extends Span {
  readonly name: Name;
  readonly query: QueryExpr;
}

export interface SelectStatement extends Span {
  readonly kind: 'select';
  readonly distinct: boolean;
  /** Empty: whole entries. `*` alone is the same, written out. */
  readonly projection: readonly Projection[];
  readonly from: TableRef;
  readonly source?: SourceRef;
  readonly range?: RangeRef;
  readonly joins: readonly Join[];
  readonly where?: Expr;
  readonly groupBy: readonly Expr[];
  readonly having?: Expr;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Limit;
  readonly zero: boolean;
  readonly every?: Expr;
  readonly for?: Expr;
  readonly until?: Expr;
  readonly output?: Output;
  /** Written as `count conntrack`. */
  readonly sugar?: 'count';
}

export type SetOperator = 'except' | 'except all' | 'intersect' | 'intersect all' | 'union' | 'union all';

/** Whether the rows of the left side are compared with those of the right side: of which the result has none. */
export const isCompared = (op: SetOperator): op is Exclude<SetOperator, 'union' | 'union all'> =>
  op !== 'union' && op !== 'union all';

/** `A except B`, `A intersect B`, `A union B`; the clauses after the last select are of the whole result. */
export interface CompoundStatement extends Span {
  readonly kind: 'compound';
  readonly op: SetOperator;
  readonly left: SelectStatement | CompoundStatement;
  readonly right: SelectStatement;
  /** These are of the outermost only. */
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Limit;
  readonly every?: Expr;
  readonly for?: Expr;
  readonly until?: Expr;
  readonly output?: Output;
}

/** Makes a forgotten kind a compile error. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
