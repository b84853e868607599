import type { Place } from '../../checked/ast.js';
import type { Span } from '../../diagnostics/span.js';
import type { TableId } from '../../schema/catalogue.js';
import { refusalOf, type Use } from '../../schema/places.js';
import type { ClauseChecker } from '../scope.js';

/** Reports a use of a table that the statement's place does not support. @param explicit the place that the statement names */
export function checkAvailable(
  checker: ClauseChecker,
  table: TableId,
  use: Use,
  explicit: Place | undefined,
  span: Span,
): void {
  const place = explicit ?? checker.context.place;
  const refusal = place && refusalOf(table, use, place);
  if (refusal) checker.diagnostics.error('clause', span, refusal.message, refusal.hint);
}
