import { ERRNO } from '../errno.js';
import { CtqError, kernelError } from '../errors.js';
import type { Sink } from '../formats/sink.js';
import type { QueryContext } from '../query/context.js';
import type { FoundEntries } from './finding/found-entries.js';
import { ChangeCounts, type ChangeSummary } from './summary.js';
import type { Previewed } from './update/field-change.js';

export interface Progress {
  /** What is being done, as a participle: `deleting`. */
  readonly doing: string;
  /** Entries. */
  readonly done: number;
}

export interface ChangeOptions {
  /** Receives the entries that were changed, for `output`. */
  readonly sink?: Sink;
  /** Entries are found, made, checked and written to the sink, but no request that changes something is sent. */
  readonly dryRun?: boolean;
  /** In a dry run, and before `confirm`: receives the first few entries that would be changed, with their changes. */
  readonly previewed?: (entry: Previewed) => void;
  /** In a dry run: receives the entries that are found. */
  readonly found?: FoundEntries;
  /** No others are changed: those that a dry run found, and the user confirmed. */
  readonly only?: FoundEntries;
  /**
   * Of an insert with `on conflict update`: called before anything is sent, with what would be done.
   * @throws what ends the insert
   */
  confirm?(expected: ChangeSummary): Promise<void>;
  /** The first entry that is refused ends the statement. */
  readonly stopOnError?: boolean;
  /** Called a few times a second. */
  progress?(progress: Progress): void;
}

/** Thrown to end a change at the first refusal (`stopOnError`); caught by `executeChange`. */
class StoppedOnError extends Error {}

/** Entries that a dry run passes to `previewed`. */
const PREVIEWED = 5;

/** Least time between two calls of `progress`. */
const PROGRESS_INTERVAL_MS = 100;

/** One run of a change: its context, its counts and its refusals. */
export class ChangeRun {
  readonly counts = new ChangeCounts();
  #lastProgress = 0;
  #previewed = 0;

  constructor(
    readonly session: QueryContext,
    readonly options: ChangeOptions,
  ) {}

  progress(doing: string, done = this.counts.done): void {
    const { progress } = this.options;
    const now = performance.now();
    if (progress === undefined || now - this.#lastProgress < PROGRESS_INTERVAL_MS) return;
    this.#lastProgress = now;
    progress({ doing, done });
  }

  /** Passes an entry to `previewed`, if it is among the first. */
  preview(entry: () => Previewed): void {
    const { dryRun, confirm, previewed } = this.options;
    if ((dryRun || confirm) && previewed !== undefined && this.#previewed++ < PREVIEWED) previewed(entry());
  }

  /** @param error made only if the refusal is among the first few, which are reported one by one */
  refuse(entry: () => string, error: CtqError | (() => CtqError)): void {
    this.counts.refuse(entry, error);
  }

  /** Ends the change if an entry was refused and `stopOnError` is set. To be called between two sends. */
  checkStop(): void {
    if (this.options.stopOnError && this.counts.refused > 0) throw new StoppedOnError();
  }
}

const OPERATIONS = {
  delete: 'delete',
  flush: 'delete all',
  insert: 'create',
  update: 'update',
  zero: 'zero the counters of',
} as const satisfies Record<ChangeSummary['statement'], string>;

const TABLE_CONTENT = { conntrack: 'conntrack entries', expect: 'expectations', sysctl: 'settings' } as const;

const isPermission = (error: unknown): error is CtqError =>
  error instanceof CtqError && error.code === 'permission-net-admin';

/** Names the statement where the kernel has refused a read that the statement needs first. */
function notPermitted(error: CtqError, statement: ChangeSummary['statement'], table: ChangeSummary['table']): CtqError {
  const operation = `${OPERATIONS[statement]} ${TABLE_CONTENT[table]}`;
  const { asData: details } = kernelError(error.errno?.number ?? ERRNO.EPERM, operation);
  return new CtqError({
    ...details,
    hint: 'run it with sudo, or inside a namespace of your own (`unshare -Urn`)',
    cause: error,
  });
}

/**
 * Executes a change. If the signal or a refusal ends it early, the summary says what was done until then.
 * @throws CtqError for what concerns all entries: a missing permission, a place that cannot be opened
 */
export async function executeChange(
  statement: ChangeSummary['statement'],
  table: ChangeSummary['table'],
  { counts, session }: ChangeRun,
  work: () => Promise<void>,
): Promise<ChangeSummary> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StoppedOnError) counts.stopped = 'error';
    else if (session.signal?.aborted) counts.stopped = 'signal';
    else throw isPermission(error) ? notPermitted(error, statement, table) : error;
  }
  return counts.summary(statement, table);
}
