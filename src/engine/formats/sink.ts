import type { Alert } from '../../lang/checked/ast.js';
import type { TableId } from '../../lang/schema/catalogue.js';
import type { CellSource } from '../../lang/schema/environment.js';
import type { Spanned } from '../../lang/schema/places.js';
import type { Type } from '../../lang/schema/type.js';
import type { Integer, Value } from '../../lang/values/value.js';
import type { MessageView } from '../ctnetlink/view/view.js';

/** A column of a result that is not of whole entries. */
export interface ResultColumn {
  readonly name: string;
  readonly type: Type;
  /** The expression as text in the language, if the name differs from it. */
  readonly text?: string;
  /** The columns of files that its cells are of. */
  readonly cells?: readonly CellSource[];
  /** Of a grouped result: a measurement. The other columns identify the group. */
  readonly isMeasure?: true;
  /** At the end of a row: not shown, but decided by. */
  readonly alert?: Alert;
  /** Prose or a list of words, for a reader: where a table is too wide, it continues below instead of being cut. */
  readonly wraps?: true;
  /** A table without room for all columns leaves this one out; those of the lowest number first. */
  readonly spare?: number;
  /** In a table it has the room that others leave: it is cut, or left out. */
  readonly isExtra?: true;
  /** A time that people see as the time since then. */
  readonly isSince?: true;
}

export interface Log {
  readonly hasTimes: boolean;
}

/** What a result looks like; known before its first row. */
export interface Header {
  readonly table: TableId;
  /** Undefined: whole entries, handed to `entry`; else rows of these columns, handed to `row`. */
  readonly columns?: readonly ResultColumn[];
  /** Entries come from an event stream: formats show what happened to them. */
  readonly events?: boolean;
  /** Entries come from a file, which may be an event log: those that are events show it. */
  readonly fromFile?: boolean;
  /** Of a file whose first entry is an event: columns of entries begin with what happened, and when, if the log says it. */
  readonly log?: Log;
  /** Entries come from several network namespaces or gateways: formats show in this field of which one each is. */
  readonly spans?: Spanned;
  /** Which run of a repeated query, or window of a watch, this is the result of; counted from 0. */
  readonly round?: number;
}

/** Events that the kernel dropped because the receive buffer was full. */
export interface Loss {
  /** The gateway or the network namespace that lost them, if several are watched. */
  readonly gateway?: string;
  readonly netns?: string;
  /** Since the previous loss that was reported. */
  readonly count: number;
  /** Since the watch began. */
  readonly total: number;
  /** When it was noticed, ns since the epoch. */
  readonly time: Integer;
}

/** A gateway whose rows are missing. */
export interface Missing {
  readonly gateway: string;
  /** As text for people. */
  readonly reason: string;
  /** Of a watch: from when, ns since the epoch. */
  readonly since?: bigint;
  /** Of a watch: it is there again after this time (ns), in which its events are missing. */
  readonly after?: Integer;
}

/**
 * Where rows go: a format, a collector, a set for a subquery. Called in the order begin, (entry | row)*, end.
 * The view and the array of values are reused for the next row: a sink that keeps them copies them.
 */
export interface Sink {
  begin(header: Header): void;
  entry(view: MessageView): void;
  row(values: readonly Value[]): void;
  /** Between rows of a watch: events were lost here. Formats of records have a record for it. */
  lost?(loss: Loss): void;
  /** A member of a fleet did not answer: its rows are missing. Formats of records have a record for it. */
  missing?(member: Missing): void;
  /** The result is complete. A repeated query calls begin again afterwards. */
  end(): void;
  /** Instead of `end`, when the user interrupts: the result is incomplete. */
  abandon?(): void;
  /**
   * A promise while the sink's output is congested: the executor waits for it between chunks, so that a slow reader
   * slows the reading of the kernel instead of filling memory. Undefined: not congested.
   */
  ready?(): Promise<void> | undefined;
  /** The promise of `ready` ends by itself when the statement is aborted, and is awaited: requests may be under way. */
  readonly finishesOnAbort?: boolean;
}
