import type { Sink } from '../formats/sink.js';

/** How far a change is. */
export interface Progress {
  /** What is being done, as a participle: `deleting`. */
  readonly doing: string;
  /** Entries. */
  readonly done: number;
}

/** How a change is carried out, beside what it says itself. */
export interface ChangeOptions {
  /** Where the entries go that were changed, for `output`. */
  readonly sink?: Sink;
  /** Entries are looked for, made and checked, and go to the sink, but nothing is sent that changes something. */
  readonly dryRun?: boolean;
  /** The first entry that is refused ends the statement. */
  readonly stopOnError?: boolean;
  /** Told now and then, some times a second at the most. */
  progress?(progress: Progress): void;
}
