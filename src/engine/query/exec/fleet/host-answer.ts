import type { CheckedSelect } from '../../../../lang/checked/ast.js';
import type { AskedMember } from '../../../sources/fleet/fleet-source.js';
import { notDone } from '../../../sources/fleet/links/link.js';
import type { Totals } from '../../../sources/fleet/protocol/protocol.js';
import type { QueryContext } from '../../context.js';
import { type Parts, type RunPlan, writeAnswer } from './answer-writer.js';
import type { Division } from './division.js';

/** Parts that wait to be taken. */
const AHEAD = 8;

/**
 * The answer of a host that has no ctq, or an older one: its table is read, and the host's part of the work is done here.
 * @param deadline how long (ms) it may be silent
 */
export async function* hostAnswer(
  { name, source }: AskedMember,
  division: Division,
  deadline: number,
  session: QueryContext,
  runPlan: RunPlan,
): AsyncGenerator<Uint8Array, Totals, undefined> {
  const parts = new Queue();
  const ended = new AbortController();
  const follow = (): void => ended.abort(session.signal?.reason);
  session.signal?.addEventListener('abort', follow, { once: true });
  const warnings: string[] = [];
  const readCount = { rows: 0, isFiltered: false };
  let seen = -1;
  const timer = setInterval(() => {
    if (readCount.rows === seen && !parts.isFull) ended.abort(notDone(deadline));
    seen = readCount.rows;
  }, deadline);
  const own: QueryContext = {
    ...session,
    signal: ended.signal,
    gateway: name,
    source: () => source,
    readCount,
    incomplete: ({ message }) => warnings.push(message),
    warn: message => warnings.push(message),
  };
  writeAnswer(ownSelect(division, name), division, parts, own, warnings, runPlan).catch((error: unknown) =>
    parts.fail(error),
  );
  try {
    return yield* parts.taken();
  } finally {
    clearInterval(timer);
    session.signal?.removeEventListener('abort', follow);
    ended.abort();
    parts.fail(ended.signal.reason);
  }
}

/** The select as the host would have it. */
function ownSelect({ select, limit, wanted, isBest }: Division, name: string): CheckedSelect {
  const { grouping } = select;
  return {
    ...select,
    place: { kind: 'ssh', host: name },
    limit,
    offset: 0,
    every: undefined,
    until: undefined,
    // Groups are chosen when those of all are merged.
    ...(wanted === 'groups' && !isBest
      ? { grouping: grouping && { ...grouping, having: undefined }, orderBy: [] }
      : {}),
  };
}

/** Parts on their way from the one who writes to the one who takes them. */
class Queue implements Parts {
  readonly #parts: Uint8Array[] = [];
  #totals: Totals | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wakers: (() => void)[] = [];

  write(part: Uint8Array): void {
    this.#parts.push(part);
    this.#wake();
  }

  get isFull(): boolean {
    return this.#parts.length >= AHEAD;
  }

  drained(): Promise<void> | undefined {
    if (!this.isFull) return undefined;
    return (async () => {
      while (this.isFull && this.#failure === undefined) await this.#change();
    })();
  }

  end(last: Uint8Array, totals: Totals): void {
    this.#parts.push(last);
    this.#totals = totals;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  async *taken(): AsyncGenerator<Uint8Array, Totals, undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const part = this.#parts.shift();
      if (part !== undefined) {
        this.#wake();
        yield part;
      } else if (this.#totals !== undefined) return this.#totals;
      else await this.#change();
    }
  }

  #change(): Promise<void> {
    return new Promise(resolve => this.#wakers.push(resolve));
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
