import type { Value } from '../../../../lang/values/value.js';
import type { QuerySummary } from '../../context.js';

/** Rows as they come from SQL; the array of a row is reused. */
export type Batches = AsyncIterable<Iterable<readonly Value[]>>;

/** What became of them. */
export type Counts = Pick<QuerySummary, 'rows' | 'read' | 'kept' | 'isMet'>;
