import type { Source } from '../source.js';

/** A host with the name that its rows have in the field `gateway`. */
export interface NamedSource {
  readonly name: string;
  readonly source: Source;
  /** It needs no process of its own while it is watched. */
  readonly isLight?: boolean;
}
