import { ERRNO } from '../errno.js';
import { CtqError, kernelError } from '../errors.js';
import type { Session } from '../query/context.js';
import type { ChangeOptions } from './options.js';
import type { ChangeCounts, ChangeSummary, Refusal } from './summary.js';

/** Thrown to leave the work when the first refusal is to end it; caught by `carryOut`. */
class StopAtRefusal extends Error {}

/** At most so often (ms) a progress is told. */
const EVERY = 100;

/** One run of a change: its counts, and who is told how far it is. */
export class ChangeRun {
  #told = 0;

  constructor(
    readonly tally: ChangeCounts,
    readonly session: Session,
    readonly options: ChangeOptions,
  ) {}

  /** @param done how many; those that are done with where left out */
  progress(doing: string, done = this.tally.done): void {
    const { progress } = this.options;
    const now = performance.now();
    if (progress === undefined || now - this.#told < EVERY) return;
    this.#told = now;
    progress({ doing, done });
  }

  refuse(entry: () => string, error: () => Refusal['error']): void {
    this.tally.refuse(entry, error);
  }

  /** Ends the work where a refusal is to end it. Between two sends: what was sent is settled. */
  checkStop(): void {
    if (this.options.stopOnError && this.tally.refused > 0) throw new StopAtRefusal();
  }
}

const OPERATIONS = {
  delete: 'delete',
  flush: 'delete all',
  insert: 'create',
  update: 'update',
  zero: 'zero the counters of',
} as const satisfies Record<ChangeSummary['statement'], string>;

const ENTRIES = { conntrack: 'conntrack entries', expect: 'expectations', sysctl: 'settings' } as const;

const isPermission = (error: unknown): error is CtqError =>
  error instanceof CtqError && error.code === 'permission-net-admin';

/** The kernel refuses already what has to be read first: the statement's own purpose is what was meant. */
function notPermitted(error: CtqError, statement: ChangeSummary['statement'], table: ChangeSummary['table']): CtqError {
  const operation = `${OPERATIONS[statement]} ${ENTRIES[table]}`;
  const { asData: details } = kernelError(error.errno?.number ?? ERRNO.EPERM, operation);
  return new CtqError({
    ...details,
    hint: 'run it with sudo, or inside a namespace of your own (`unshare -Urn`)',
    cause: error,
  });
}

/**
 * Does the work of a change. Where the signal ends it, or a refusal that is to end it, what was done is told all the same.
 * @throws CtqError for what concerns all entries: a missing permission, a place that cannot be opened
 */
export async function executeChange(
  statement: ChangeSummary['statement'],
  table: ChangeSummary['table'],
  running: ChangeRun,
  work: () => Promise<void>,
): Promise<ChangeSummary> {
  const { tally, session } = running;
  try {
    await work();
  } catch (error) {
    if (error instanceof StopAtRefusal) tally.stopped = 'error';
    else if (session.signal?.aborted) tally.stopped = 'signal';
    else throw isPermission(error) ? notPermitted(error, statement, table) : error;
  }
  return tally.summary(statement, table);
}
