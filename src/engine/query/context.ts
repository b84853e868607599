import type { Readable } from 'node:stream';
import type { CheckedJoin, CheckedQuery, CheckedSelect, Place } from '../../lang/checked/ast.js';
import type { Binding } from '../../lang/checked/statements.js';
import type { EvalContext } from '../../lang/evaluate/evaluate.js';
import type { Environment } from '../../lang/schema/environment.js';
import type { Value } from '../../lang/values/value.js';
import type { MessageView } from '../ctnetlink/view/view.js';
import type { CtqError } from '../errors.js';
import type { WholeFile } from '../formats/reading/report/parse-report.js';
import type { Sink } from '../formats/sink.js';
import type { HistoryLevel } from '../sources/history/sql/compile.js';
import type { SnapshotRows } from '../sources/snapshot/open.js';
import type { Source } from '../sources/source.js';
import type { KernelAbilities } from './plan/pushdown.js';

export type { SnapshotRows } from '../sources/snapshot/open.js';

/**
 * The context of statements: where the tables are, what is known about the machine, and how to warn the user. Made by the
 * shell, or by a program.
 */
export interface QueryContext {
  readonly environment: Environment;
  readonly variables: ReadonlyMap<string, Binding>;
  /** False: the kernel filters nothing; the rows are the same. */
  readonly kernelFilter: boolean;
  readonly abilities: KernelAbilities;
  /** The most that SQL does of a query of the history; the rows are the same. Default: everything. */
  readonly historyLevel?: HistoryLevel;
  /** Aborts the statement with the signal's reason. */
  readonly signal?: AbortSignal;
  /** The place of statements that do not name one. */
  readonly place: Place;
  /** The value of the field `gateway`: the name of this machine for the one who asks a fleet. */
  readonly gateway?: string;
  /**
   * The source of a place, which is opened once and kept.
   * @throws CtqError if it cannot be opened
   */
  source(place: Place): Source;
  /** Between two runs of a repeated statement: releases network namespaces, so that they can be removed. */
  release?(): Promise<void>;
  /**
   * The rows of a file. Invalid lines are reported to `warn`.
   * @param fields those that are used of each row; others may be missing
   * @param whole left out: what can be read of the file is enough
   * @throws CtqError if the file cannot be read
   */
  snapshot(path: string, fields: readonly string[] | 'all', whole?: WholeFile): SnapshotRows;
  /** Demanded of files whose entries are read. */
  readonly wholeFile?: WholeFile;
  /** The stream that the file `-` is; default: standard input of this process. */
  stdin?(): Readable;
  /** Counts the rows that are read, for those who show progress. */
  readonly readCount?: ReadCount;
  /** Counts the events of its watches. */
  readonly eventCounts?: EventCounts;
  /** Reports that part of the rows could not be read: the result is shown, but the statement fails. */
  incomplete?(error: CtqError): void;
  /** The last result. */
  lastResult?(): KeptResult | undefined;
  /** Reports what is not a fault. The same text is printed once per statement. */
  note?(message: string): void;
  /** Reports that a part of a file, or all of it, could not be read. Left out: the user is warned, if that is not done anyway. */
  unread?(message: string): void;
  /** Cells that cannot be read as what they are cast to are reported to it as well: a change depends on them. */
  readonly reportsCasts?: boolean;
  /** Of a change: looks at the rows that its condition depends on. */
  readonly guard?: RowGuard;
  /** Warns the user. The same text is printed once per statement. */
  warn(message: string, hint?: string): void;
}

/** Refuses rows on which a change cannot rely. */
export interface RowGuard {
  /** The sink for the rows of a query, which passes them on. */
  rowsOf(query: CheckedQuery, sink: Sink): Sink;
  /** Receives how a query reads its rows, once its subqueries have been run. */
  reading(select: CheckedSelect, reading: Pick<EvalContext<never>, 'query'>): void;
  /** Receives the rows of a joined table. */
  joined(join: CheckedJoin, rows: readonly unknown[]): void;
}

/** The events of all watches of a process so far. */
export interface EventCounts {
  received: number;
  /** Dropped by the kernel. */
  lost: number;
}

/** The progress of a query. */
export interface ReadCount {
  /** Entries received, of all tables that it reads. */
  rows: number;
  /** The kernel sends a part of the table only. */
  isFiltered: boolean;
}

/** The rows of a result that were kept for `from _`: entries, or values of columns. */
export interface KeptResult {
  /** What could not be read while it was made: rows are missing. */
  readonly unread?: string;
  readonly entries: readonly MessageView[];
  readonly rows: readonly (readonly Value[])[];
}

/** Why a watch or a repeated query ended: its limit, its condition, its duration, the user, or its source. */
export type Ending = 'limit' | 'until' | 'for' | 'interrupted' | 'source';

/** Counters of a query, for the summary that the shell prints. */
export interface QuerySummary {
  /** Rows of the result. */
  readonly rows: number;
  /** Entries received from the kernel or read from a file. */
  readonly read: number;
  /** Entries that matched the condition. */
  readonly kept: number;
  readonly bytes: number;
  /** Rows that the server of a history has read for these. */
  readonly scanned?: number;
  /** Duplicate entries of the kernel's dump, which were dropped. */
  readonly repeats: number;
  /** The `until` of a repeated query held. */
  readonly isMet?: boolean;
}
