/** Where recorded flows are, whatever the engine. */

import type { Value } from '../../../lang/values/value.js';
import type { CtqError } from '../../errors.js';
import type { Gap } from './files/recording/journal.js';
import type { HistoryQuery } from './sql/compile.js';
import type { Dialect } from './sql/dialect.js';

/** What a query reads. */
export interface Reads {
  /** For `explain`. */
  readonly text: string;
  readonly bytes: number;
  /** There is nothing to read: no flow was recorded in the range. */
  readonly isEmpty: boolean;
}

/** The last report of a recorder. */
export interface RecorderReport {
  readonly gateway: string;
  readonly netns: string;
  /** Everything is recorded up to this time; ms since the epoch. */
  readonly recordedUntil: number;
  /** When its recording began, ms since the epoch, or before what is still kept; undefined if it is not known. */
  readonly recordedSince?: number;
  /** The fields that it records; all if left out. */
  readonly fields?: readonly string[];
  /** It is known not to run. */
  readonly hasEnded?: true;
  /** What to do if it has stopped recording. */
  readonly hint: string;
}

/** A time in which flows of a recorder are missing, with its name for people. */
export interface MissingTime extends Omit<Gap, 'writer'> {
  readonly recorder: string;
}

/** What a history lacks. */
export interface Missing {
  /** In order. */
  readonly gaps: readonly MissingTime[];
  readonly recorders: readonly RecorderReport[];
  /** A recorder that is this late (ms) does not work. */
  readonly late: number;
}

/** From the first to the last end of a recorded flow; ms since the epoch. */
export interface Extent {
  readonly from: number;
  /** Excluded. */
  readonly to: number;
}

export interface HistoryStore {
  readonly dialect: Dialect;
  /** @param explains whether its text is needed, for which a server is asked @throws CtqError if there is no history */
  reads(query: HistoryQuery, explains: boolean): Promise<Reads>;
  /** What touches a range of ms since the epoch. */
  missing(from: number, to: number): Promise<Missing>;
  /** Undefined without a recorded flow. */
  extent(): Promise<Extent | undefined>;
  /** The rows of a query in batches; the array of a row is reused. @throws CtqError; the signal's reason */
  rows(query: HistoryQuery, signal?: AbortSignal): AsyncIterable<Iterable<readonly Value[]>>;
  /** Rows and bytes that the engine has read for `rows`, if it reports them. */
  readonly read?: { readonly rows: number; readonly bytes: number };
  /** The number of rows of what a query reads, where they can be counted without it. */
  stored?(query: HistoryQuery): Promise<number>;
  /** A warning about the store itself. */
  readonly notice?: string;
  /** What could not be read, although the rest was. */
  readonly incomplete?: CtqError;
  close(): Promise<void>;
}

/** The values of a query's outputs, from rows of its columns; the array is reused. */
export function outputsOf({ outputs }: HistoryQuery): (cellAt: (column: number) => unknown) => readonly Value[] {
  const values: Value[] = outputs.map(() => null);
  const parts: unknown[][] = outputs.map(output => output.columns.map(() => null));
  return cellAt => {
    let column = 0;
    for (let i = 0; i < outputs.length; i++) {
      const cells = parts[i];
      for (let j = 0; j < cells.length; j++) cells[j] = cellAt(column++);
      values[i] = outputs[i].read(cells);
    }
    return values;
  };
}
