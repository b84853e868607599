import type { Place } from '../../lang/schema/places.js';
import type { FleetOptions } from './fleet/options.js';
import type { SnapshotOptions } from './snapshot/open.js';
import type { Source } from './source.js';

export type { PlaceOf } from '../../lang/schema/places.js';

/** How the lines of a conntrack(8) elsewhere are read. */
export type LineOptions = Pick<SnapshotOptions, 'warn' | 'labelBit' | 'now' | 'stdin'>;

/** What the sources of a pool are opened with. */
export interface Opening {
  readonly lines: LineOptions;
  /** The command line of ctq, to start it where this process cannot get. */
  readonly program: readonly string[] | undefined;
  /** How the gateways of a fleet are asked, for the next statement. */
  readonly fleet: () => FleetOptions;
}

/** Opens the sources of one kind of place. */
export interface Opener<P extends Place = Place> {
  /** @throws CtqError if it cannot be opened */
  open(place: P, opening: Opening): Source;
  /** Identifies what the place currently refers to: a source is opened again when this changes, and may be
   * closed between statements. Left out: it never changes. */
  identity?(place: P): string | undefined;
}
