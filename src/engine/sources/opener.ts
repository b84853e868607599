import type { Place } from '../../lang/check/checked-ast.js';
import type { SnapshotOptions } from './snapshot/open.js';
import type { Source } from './source.js';

/** How the lines of a conntrack(8) elsewhere are read. */
export type LineOptions = Pick<SnapshotOptions, 'warn' | 'labelBit' | 'now' | 'stdin'>;

/** What the sources of a pool are opened with. */
export interface Opening {
  readonly lines: LineOptions;
  /** The command line of ctq, to start it where this process cannot get. */
  readonly program: readonly string[] | undefined;
}

/** Opens the sources of one kind of place. */
export interface Opener<P extends Place = Place> {
  /** @throws CtqError if it cannot be opened */
  open(place: P, opening: Opening): Source;
  /** Identifies what the place stands for now: a source is opened anew when this changes, and may be
   * closed between statements. Left out: it never changes. */
  identity?(place: P): string | undefined;
}

/** The places of one kind. */
export type PlaceOf<K extends Place['kind']> = Extract<Place, { kind: K }>;
