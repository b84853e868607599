import type { CtqError } from '../errors.js';

/** An entry that the kernel refused, or changed in part only, and why. */
export interface Refusal {
  /** The entry's tuple in the language's words. */
  readonly entry: string;
  readonly error: CtqError;
}

/** So many refusals are kept to be told; all of them are counted. */
const MOST_REFUSALS = 5;

/** What a change did. */
export interface ChangeSummary {
  readonly statement: 'delete' | 'flush' | 'insert' | 'update' | 'zero';
  readonly table: 'conntrack' | 'expect' | 'sysctl';
  /** Entries that were read to find those that match. */
  readonly read: number;
  /** Entries that met the condition, or were to be inserted. */
  readonly matched: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly zeroed: number;
  /** Not inserted, since they are there already (`on conflict ignore`). */
  readonly ignored: number;
  /** Gone between the look and the change. */
  readonly gone: number;
  readonly refused: number;
  /** Of the refused ones those of which a part was changed before the kernel refused the rest. */
  readonly partial: number;
  readonly refusals: readonly Refusal[];
  /** `deleted` was counted just before, since the kernel deletes by a filter without counting. */
  readonly countedBefore: boolean;
  /** The signal, or `stopOnError`, ended it before all was done. */
  readonly stopped: false | 'signal' | 'error';
}

type Count = 'read' | 'matched' | 'created' | 'updated' | 'deleted' | 'zeroed' | 'ignored' | 'gone' | 'partial';

/** Counts what a change does while it does it. */
export class ChangeCounts implements Record<Count, number> {
  read = 0;
  matched = 0;
  created = 0;
  updated = 0;
  deleted = 0;
  zeroed = 0;
  ignored = 0;
  gone = 0;
  partial = 0;
  refused = 0;
  readonly refusals: Refusal[] = [];
  countedBefore = false;
  stopped: ChangeSummary['stopped'] = false;

  refuse(entry: () => string, error: () => CtqError): void {
    this.refused++;
    if (this.refusals.length < MOST_REFUSALS) this.refusals.push({ entry: entry(), error: error() });
  }

  /** Entries that are done with, whatever became of them. */
  get done(): number {
    return this.created + this.updated + this.deleted + this.zeroed + this.ignored + this.gone + this.refused;
  }

  summary(statement: ChangeSummary['statement'], table: ChangeSummary['table']): ChangeSummary {
    const { refusals, stopped, countedBefore, partial, refused } = this;
    const { read, matched, created, updated, deleted, zeroed, ignored, gone } = this;
    return {
      ...{ statement, table, read, matched, created, updated, deleted, zeroed, ignored, gone },
      ...{ refused, partial, refusals: [...refusals], countedBefore, stopped },
    };
  }
}
