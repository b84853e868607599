import type { Type } from '../type.js';

/** A column of a grouped result. */
export interface ShapeColumn {
  readonly name: string;
  readonly type: Type;
  /** A measurement; the other columns identify the group. */
  readonly isMeasure: boolean;
}

/** What a result consists of, as far as formats are concerned. */
export interface ResultShape {
  /** Entries of `table` with all their fields: the statement has no list of columns. */
  readonly isWhole: boolean;
  readonly isGrouped: boolean;
  /** There is more than one result: of `every`, or of a watch. */
  readonly isRepeated?: boolean;
  /** Rows of the history: it has fields of flows, not their messages. */
  readonly inHistory?: boolean;
  /** Of a grouped result. */
  readonly columns?: readonly ShapeColumn[];
  /** Undefined for results that are not read from a table. */
  readonly table?: string;
}
