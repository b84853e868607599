/** The AST of all checked statements; that of queries and expressions is in `ast.ts`. */

import type { Span } from '../diagnostics/span.js';
import type { TableId } from '../schema/catalogue.js';
import type { Place } from '../schema/places.js';
import type { SettingName } from '../schema/settings.js';
import type { Type } from '../schema/type.js';
import type { Expr } from '../syntax/ast.js';
import type { QueryDefinition, WatchStatement } from '../syntax/statements.js';
import type { Integer, Value } from '../values/value.js';
import type { CheckedOutput, CheckedQuery, Column, Grouping, Order, Typed, WrittenQuery } from './ast.js';

export interface CheckedExplain {
  readonly kind: 'explain';
  readonly analyze: boolean;
  readonly statement: Checked;
}

export interface CheckedShow {
  readonly kind: 'show';
  readonly what: 'tables' | 'fields' | 'fleet' | 'history' | 'settings' | 'variables' | 'queries';
  readonly table?: TableId;
  /** Of `fields`: the path of a file instead of a table. */
  readonly file?: string;
  /** The folder or server of `show history`; undefined: that of the place. */
  readonly store?: string;
  /** Of `show fleet`: groups and members; none: all. */
  readonly gateways?: readonly string[];
  /** The name of one of the settings. */
  readonly setting?: string;
  readonly output: CheckedOutput;
}

export interface CheckedHelp {
  readonly kind: 'help';
  readonly topic?: string;
}

export type WatchEvent = 'new' | 'update' | 'destroy';

/** Where a watch records its events, and for how long they are kept. */
export interface CheckedInto {
  /** The folder of the history, or the address of a server. */
  readonly store: string;
  /** The fields to record; all that a history has if left out. */
  readonly fields?: readonly string[];
  /** In ns. Of a server undefined: its tables have an age. */
  readonly age?: Integer;
  /** In bytes. */
  readonly size?: Integer;
  /** Bytes that may wait for the server; undefined: the default. */
  readonly spool?: Integer;
}

export interface CheckedWatch {
  readonly kind: 'watch';
  /** One or both; the message type says which table a row is from. */
  readonly tables: readonly ('conntrack' | 'expect')[];
  readonly place?: Place;
  readonly on: readonly WatchEvent[];
  readonly columns?: readonly Column[];
  readonly where?: Typed;
  readonly grouping?: Grouping;
  readonly orderBy: readonly Order[];
  readonly limit?: Integer;
  readonly every?: Integer;
  readonly for?: Integer;
  readonly until?: Typed;
  readonly resync: boolean;
  readonly existing: boolean;
  readonly state: boolean;
  readonly into?: CheckedInto;
  readonly output: CheckedOutput;
  /** Of a watch of a fleet, or of several hosts. */
  readonly written?: WrittenQuery<WatchStatement>;
}

export interface CheckedGet {
  readonly kind: 'get';
  readonly table: 'conntrack' | 'expect';
  readonly place?: Place;
  readonly columns?: readonly Column[];
  readonly where: Typed;
  readonly zero: boolean;
  readonly output: CheckedOutput;
}

/** `set FIELD = EXPR`, `labels += name`. */
export interface CheckedAssignment {
  readonly field: string;
  readonly op: '=' | '+=' | '-=';
  readonly value: Typed;
  readonly span: Span;
}

export interface CheckedInsert {
  readonly kind: 'insert';
  readonly table: 'conntrack' | 'expect';
  readonly target?: Place;
  readonly set: readonly CheckedAssignment[];
  readonly from?: CheckedQuery;
  readonly onConflict: 'error' | 'ignore' | 'update';
  readonly output: CheckedOutput;
}

export interface CheckedUpdate {
  readonly kind: 'update';
  readonly table: 'conntrack' | 'expect' | 'sysctl';
  readonly place?: Place;
  readonly set: readonly CheckedAssignment[];
  readonly where: Typed;
  readonly limit?: Integer;
  readonly output: CheckedOutput;
}

export interface CheckedDelete {
  readonly kind: 'delete';
  readonly table: 'conntrack' | 'expect';
  readonly place?: Place;
  readonly where: Typed;
  readonly limit?: Integer;
  readonly output: CheckedOutput;
}

export interface CheckedFlush {
  readonly kind: 'flush';
  readonly table: 'conntrack' | 'expect';
  readonly place?: Place;
}

/** The value of `let`: a value, a list, or a query whose result becomes one. */
export type Binding =
  | {
      readonly kind: 'value';
      readonly type: Type;
      readonly value: Value;
      /** What of its file could not be read: no change uses it. */
      readonly unread?: string;
    }
  | {
      readonly kind: 'list';
      readonly type: Type;
      /** Without its ranges. */
      readonly values: readonly Value[];
      /** Of a list that is written: its values and ranges. */
      readonly items?: readonly Expr[];
      /** Rows of its file that have no value, and are left out. */
      readonly blank?: number;
      /** What of its file could not be read: no change uses it. */
      readonly unread?: string;
      /** Why it may have more, or fewer, values than meant: a list within its query is empty, or has blanks. */
      readonly longer?: ListFault;
      readonly shorter?: ListFault;
    };

export interface ListFault {
  readonly message: string;
  readonly hint: string;
}

export interface CheckedLet {
  readonly kind: 'let';
  readonly name: string;
  readonly value: Typed | { readonly kind: 'query'; readonly query: CheckedQuery } | Binding;
}

/** `query NAME as …`: the definition that is kept. */
export interface CheckedDefinition {
  readonly kind: 'query';
  readonly definition: QueryDefinition;
}

export interface CheckedDrop {
  readonly kind: 'drop';
  readonly name: string;
}

export interface CheckedEcho {
  readonly kind: 'echo';
  /** Values, and variables that hold lists. */
  readonly values: readonly (Typed | { readonly kind: 'list'; readonly name: string })[];
}

export interface CheckedSet {
  readonly kind: 'set';
  readonly option: SettingName;
  readonly value: Value;
}

export interface CheckedUse {
  readonly kind: 'use';
  readonly place: Place;
}

/** `prepare history 'clickhouse://…' keep 90d`: the ages in ns. */
export interface CheckedPrepare {
  readonly kind: 'prepare';
  /** The address of a server. */
  readonly store: string;
  readonly flows: Integer;
  readonly hours: Integer;
}

export interface CheckedInclude {
  readonly kind: 'include';
  readonly path: string;
}

export interface CheckedAssert {
  readonly kind: 'assert';
  readonly condition: Typed;
  /** The condition as written, reported if there is no message. */
  readonly text: string;
  readonly message?: string;
}

export type Checked =
  | CheckedQuery
  | CheckedExplain
  | CheckedShow
  | CheckedHelp
  | CheckedWatch
  | CheckedGet
  | CheckedInsert
  | CheckedUpdate
  | CheckedDelete
  | CheckedFlush
  | CheckedDefinition
  | CheckedDrop
  | CheckedLet
  | CheckedEcho
  | CheckedSet
  | CheckedUse
  | CheckedPrepare
  | CheckedInclude
  | CheckedAssert;
