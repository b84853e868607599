import type { Environment } from '../../schema/environment.js';

export type CandidateKind =
  | 'keyword'
  | 'clause'
  | 'operator'
  | 'field'
  | 'column'
  | 'function'
  | 'value'
  | 'variable'
  | 'table'
  | 'place'
  | 'netns'
  | 'gateway'
  | 'file'
  | 'format'
  | 'modifier'
  | 'option'
  | 'setting'
  | 'topic'
  | 'query'
  | 'command';

/** What may be written at a position. */
export interface Candidate {
  readonly text: string;
  readonly kind: CandidateKind;
  /** One line. */
  readonly doc?: string;
}

/** A value that is in a table now. */
export interface CurrentValue {
  /** Its text in a query. */
  readonly text: string;
  /** How often it occurs, such as `12 of 1,000`. */
  readonly doc?: string;
}

/** The times that a history covers, and who has recorded to it; ms since the epoch. */
export interface Recorded {
  readonly from: number;
  /** Excluded. */
  readonly to: number;
  readonly gateways: readonly string[];
}

/** What completion uses besides the language. */
export interface CompletionSources {
  readonly environment: Environment;
  readonly variables?: Iterable<string>;
  /** Current values of a field in a table, likeliest first. */
  values?(table: string, field: string): readonly CurrentValue[];
  /** What a history has recorded. @param store its name in the statement; undefined: that of the place */
  recorded?(store?: string): Recorded | undefined;
  /** Paths that begin with a text; folders end with a slash. */
  files?(prefix: string): readonly string[];
  namespaces?(): readonly string[];
  /** The names of named queries. */
  queries?(): readonly string[];
}

export interface Completion {
  /** The part of the text that a candidate replaces. */
  readonly start: number;
  readonly end: number;
  /** The most useful first. */
  readonly candidates: readonly Candidate[];
}
