import { COMPUTED, isComputed } from '../../../../lang/schema/history.js';
import { isoSeconds } from '../../../../lang/values/iso-time.js';
import { recorderName } from '../../../sources/history/files/layout.js';
import { PIECE_NS } from '../../../sources/history/files/pieces.js';
import type { HistoryStore, MissingTime } from '../../../sources/history/history-store.js';
import type { Bounds } from '../../../sources/history/sql/bounds.js';
import type { QueryContext } from '../../context.js';

/** At most this many are named. */
const NAMED = 3;
/** Of a flow that is still open, what is more recent (ms) may not be recorded yet. */
const RECENT = PIECE_NS / 1_000_000;
/** A flow that was there at a time is recorded within this time (ms), at the latest as a piece: open flows are looked at every five minutes. */
const PIECE = RECENT + 5 * 60_000;

/** A recorder that ended this long ago (ms) is not worth a word. */
const JUST_NOW = 10_000;

export interface AskedRange extends Bounds {
  /** Of the flows that were there then: how far (ms) clocks may differ. */
  readonly within?: number;
}

/** Warns of what a history does not have in the range of a query: lost events, times without a recorder, fields that were not kept. */
export async function warnOfGaps(
  store: HistoryStore,
  name: string,
  range: AskedRange,
  fields: readonly string[],
  session: QueryContext,
): Promise<void> {
  const now = Date.now();
  if (range.from !== undefined && range.from > now) session.warn('that time is in the future');
  const from = range.from ?? Number.NEGATIVE_INFINITY;
  const to = range.within !== undefined ? from + PIECE : (range.to ?? now);
  const { gaps, recorders, late } = await store.missing(from, to);
  for (const gap of gaps.slice(0, NAMED)) session.warn(gapText(gap));
  if (gaps.length > NAMED)
    session.warn(`${gaps.length - NAMED} more times in this range have losses`, `show history '${name}' counts them`);
  const working = recorders.filter(({ recordedUntil }) => recordedUntil >= now - late);
  const isRecent = range.within !== undefined && from + 2 * range.within > now - RECENT;
  if (isRecent && working.length > 0) {
    const place = working[0].netns === '' ? 'in kernel' : `in netns ${working[0].netns}`;
    session.warn(
      'connections that are still open may be missing: they are recorded when they end, or after 30 minutes',
      `the kernel has them: select … from conntrack ${place}`,
    );
  }
  for (const state of recorders) {
    const { recordedSince } = state;
    if (recordedSince !== undefined && Number.isFinite(from) && from < recordedSince)
      session.warn(`${recorderName(state)} has been recorded only since ${isoSeconds(recordedSince)}`);
    // Of a recorder whose flows are all too old to be kept, nothing is expected.
    const isKept = recordedSince === undefined || state.recordedUntil >= recordedSince;
    if (isKept && state.recordedUntil < Math.min(to, now) - (state.hasEnded ? JUST_NOW : late))
      session.warn(`${recorderName(state)} has recorded nothing since ${isoSeconds(state.recordedUntil)}`, state.hint);
    const missing = state.fields && fields.flatMap(sourcesOf).filter(field => !state.fields?.includes(field));
    if (missing && missing.length > 0)
      session.warn(`${recorderName(state)} does not record ${[...new Set(missing)].join(', ')}`);
  }
}

const sourcesOf = (field: string): readonly string[] => (isComputed(field) ? COMPUTED[field] : [field]);

function gapText({ recorder, from, to, count, reason }: MissingTime): string {
  const between = `between ${isoSeconds(from)} and ${isoSeconds(to)}`;
  const events = count === null ? 'events' : `${count} ${count === 1 ? 'event' : 'events'}`;
  switch (reason) {
    case 'lost':
      return `${between} ${events} of ${recorder} were lost: the receive buffer was full`;
    case 'disk':
      return `${between} ${events} of ${recorder} were lost: they could not be written`;
    case 'spool':
      return `${between} ${events} of ${recorder} were lost: the spool was full`;
    case 'rejected':
      return `${between} ${events} of ${recorder} were lost: the server refused them`;
    case 'stopped':
      return `${between} ${recorder} was not recorded: its recorder was stopped`;
    case 'crashed':
      return `${between} ${recorder} was not recorded: its recorder ended unexpectedly`;
  }
}
