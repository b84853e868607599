import type { CtqError } from '../errors.js';

/** An entry that the kernel refused, or changed only in part. */
export interface Refusal {
  /** The entry's tuple: `tcp src=10.0.0.1 …`. */
  readonly entry: string;
  readonly error: CtqError;
}

/** Refusals that are kept for the report; all of them are counted. */
const MAX_REPORTED_REFUSALS = 5;

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
  /** Not inserted, since they exist already (`on conflict ignore`). */
  readonly ignored: number;
  /** No longer in the table when the change was sent. */
  readonly gone: number;
  /** They meet the condition, but are not among those that were confirmed: they came later, and are left. */
  readonly later: number;
  /** They were confirmed, and have ended since, or do not meet the condition any more. */
  readonly missed: number;
  readonly refused: number;
  /** Entries of which a part was changed before the kernel refused the rest. */
  readonly partial: number;
  readonly refusals: readonly Refusal[];
  /** `deleted` was counted just before: a kernel that deletes by a filter does not count. */
  readonly countedBefore: boolean;
  /** What ended it early: the signal, or a refusal with `stopOnError`. */
  readonly stopped: false | 'signal' | 'error';
}

type Count =
  | 'read'
  | 'matched'
  | 'created'
  | 'updated'
  | 'deleted'
  | 'zeroed'
  | 'ignored'
  | 'gone'
  | 'later'
  | 'missed'
  | 'partial';

/** The counts of a running change. */
export class ChangeCounts implements Record<Count, number> {
  read = 0;
  matched = 0;
  created = 0;
  updated = 0;
  deleted = 0;
  zeroed = 0;
  ignored = 0;
  gone = 0;
  later = 0;
  missed = 0;
  partial = 0;
  refused = 0;
  readonly refusals: Refusal[] = [];
  countedBefore = false;
  stopped: ChangeSummary['stopped'] = false;

  refuse(entry: () => string, error: CtqError | (() => CtqError)): void {
    this.refused++;
    if (this.refusals.length >= MAX_REPORTED_REFUSALS) return;
    this.refusals.push({ entry: entry(), error: typeof error === 'function' ? error() : error });
  }

  /** Entries that have been processed, with whatever outcome. */
  get done(): number {
    return this.created + this.updated + this.deleted + this.zeroed + this.ignored + this.gone + this.refused;
  }

  summary(statement: ChangeSummary['statement'], table: ChangeSummary['table']): ChangeSummary {
    const { refusals, stopped, countedBefore, partial, refused } = this;
    const { read, matched, created, updated, deleted, zeroed, ignored, gone, later, missed } = this;
    return {
      ...{ statement, table, read, matched, created, updated, deleted, zeroed, ignored, gone, later, missed },
      ...{ refused, partial, refusals: [...refusals], countedBefore, stopped },
    };
  }
}
