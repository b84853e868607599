import type { Binding, Place } from '../../lang/check/checked-ast.js';
import type { Environment } from '../../lang/schema/environment.js';
import type { CtqError } from '../errors.js';
import type { SnapshotRows } from '../sources/snapshot/open.js';
import type { Source } from '../sources/source.js';
import type { KernelAbilities } from './plan/pushdown.js';

export type { SnapshotRows } from '../sources/snapshot/open.js';

/**
 * What statements run in: where the tables are, what is known of the machine, and how to tell the user something. Made by
 * the shell, or by a program.
 */
export interface Session {
  readonly environment: Environment;
  readonly variables: ReadonlyMap<string, Binding>;
  /** False: the kernel filters nothing, and ctq does it all, with the same rows. */
  readonly kernelFilter: boolean;
  readonly abilities: KernelAbilities;
  /** Ends what runs, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Where statements go that name no place. */
  readonly place: Place;
  /**
   * The kernel of a place: opened once, and kept.
   * @throws CtqError if it cannot be opened
   */
  kernel(place: Place): Source;
  /** Between two runs of a repeated statement: lets network namespaces go, which may be removed meanwhile. */
  release?(): Promise<void>;
  /** @throws CtqError if the file cannot be read; complaints about lines go to `warn` */
  snapshot(path: string): SnapshotRows;
  /** A part of what was asked for could not be read: the result is shown, and the statement counts as failed. */
  incomplete?(error: CtqError): void;
  /** Something that the user should know beside the result. The same text is told once a statement. */
  warn(message: string, hint?: string): void;
}

/** Why a watch or a repeated query ended: its limit, its condition, its duration, the user, or its source. */
export type Ending = 'limit' | 'until' | 'for' | 'interrupted' | 'source';

/** What a query did, for the line that the shell prints below its result. */
export interface QuerySummary {
  /** Rows of the result. */
  readonly rows: number;
  /** Entries that came from the kernel or the file. */
  readonly read: number;
  /** Entries that met the condition. */
  readonly kept: number;
  readonly bytes: number;
  /** Entries that the kernel's dump repeated, left out. */
  readonly repeats: number;
  /** The `until` of a repeated query held. */
  readonly isMet?: boolean;
}
