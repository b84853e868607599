import type { RecordedField } from '../../../../lang/schema/history.js';
import { type Integer, integer, subtract } from '../../../../lang/values/value.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import { milliseconds, nanoseconds } from '../columns.js';
import type { PieceEntry } from './recording/journal.js';

/** A flow that is open for longer is recorded in pieces of this length, in ns. */
export const PIECE_NS = 30 * 60_000_000_000;

const COUNTERS = [
  'orig.packets',
  'orig.bytes',
  'reply.packets',
  'reply.bytes',
] as const satisfies readonly RecordedField[];

/** What the pieces of a flow have counted so far, and when the last one ended (ns). */
export interface PieceCounters {
  readonly counters: { readonly [K in RecordedField]?: Integer };
  readonly until: Integer;
}

/** Remembers the flows that were recorded in pieces: the few that are open for long. */
export class Pieces {
  readonly #known = new Map<string, PieceCounters>();

  constructor(entries: readonly PieceEntry[] = []) {
    for (const [key, counters, until] of entries) {
      const known = COUNTERS.map((name, i) => [name, counters[i]] as const).filter(([, count]) => count !== null);
      this.#known.set(key, {
        counters: Object.fromEntries(known.map(([name, count]) => [name, integer(BigInt(count as string))])),
        until: nanoseconds(BigInt(until)),
      });
    }
  }

  /** The pieces of a flow that has ended, which are forgotten. */
  take(view: MessageView): PieceCounters | undefined {
    if (this.#known.size === 0) return undefined;
    const key = keyOf(view);
    const known = this.#known.get(key);
    if (known !== undefined) this.#known.delete(key);
    return known;
  }

  /** The pieces before the next one of an open flow; undefined if it is not due. A flow whose start is not known has none. */
  next(view: MessageView, now: Integer): { readonly before: PieceCounters | undefined } | undefined {
    if (view.start <= 0) return undefined;
    const key = keyOf(view);
    const before = this.#known.get(key);
    if (subtract(now, before?.until ?? view.start) < PIECE_NS) return undefined;
    const counts = [view.origPackets, view.origBytes, view.replyPackets, view.replyBytes];
    const counters = Object.fromEntries(
      COUNTERS.map((name, i) => [name, counts[i]] as const).filter(([, count]) => count >= 0),
    );
    this.#known.set(key, { counters, until: nanoseconds(BigInt(milliseconds(now))) });
    return { before };
  }

  entries(): PieceEntry[] {
    return [...this.#known].map(([key, { counters, until }]) => [
      key,
      COUNTERS.map(name => counters[name]?.toString() ?? null),
      milliseconds(until),
    ]);
  }
}

/** The kernel may give an id again, but not with the same start. */
const keyOf = ({ id, start, orig, netns }: MessageView): string =>
  `${netns ?? ''} ${id} ${start} ${orig.sport} ${orig.dport}`;
