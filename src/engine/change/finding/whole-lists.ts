/**
 * The lists of a change: `delete … where src not in (select ip from 'hosts.csv')`. A select goes on where a part of a file cannot be read;
 * a change would affect entries that were not meant. A row without the cell that is read would make `not in` hold for more entries; so would
 * a blank cell, which a list leaves out.
 */
import type { CheckedQuery, CheckedSelect } from '../../../lang/checked/ast.js';
import type { ListFault } from '../../../lang/checked/statements.js';
import type { EvalContext } from '../../../lang/evaluate/evaluate.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { CtqError } from '../../errors.js';
import type { QueryContext, RowGuard } from '../../query/context.js';
import { readingOf } from '../../query/exec/select.js';
import { expressionsOf } from '../../query/plan/fields.js';
import { ListGuard } from './list-guard.js';
import { CORRECT } from './refusals.js';

const refused = (message: string, hint: string): CtqError =>
  new CtqError({ code: 'change-list', kind: 'input', message, hint });

const refuse = (message: string, hint: string): never => {
  throw refused(message, hint);
};

interface WholeContext extends QueryContext {
  readonly guard: ListGuard;
}

/** Each context has one, since what was read of standard input is known by its context. */
const contexts = new WeakMap<QueryContext, WholeContext>();

/** A context for subqueries that throws what of a file cannot be read. */
function wholeFilesOnly(session: QueryContext): WholeContext {
  const known = contexts.get(session);
  if (known !== undefined) return known;
  const strict: WholeContext = {
    ...session,
    reportsCasts: true,
    unread: message => refuse(message, CORRECT),
    guard: new ListGuard(session.variables, refuse),
  };
  contexts.set(session, strict);
  return strict;
}

/**
 * How a change reads the rows of a select, after its subqueries have been run.
 * @throws CtqError for a list of which a part cannot be read, and for one that is empty where fewer values mean more entries
 */
export async function readingOfChange(select: CheckedSelect, session: QueryContext): Promise<EvalContext<MessageView>> {
  const strict = wholeFilesOnly(session);
  for (const each of expressionsOf(select)) strict.guard.condition(each, 'more');
  return readingOf(select, strict);
}

/** The context for the rows that an insert copies: their lists are read as those of other changes. */
export function copyingContext(from: CheckedQuery, session: QueryContext): QueryContext {
  const guard = new ListGuard(session.variables, refuse, true);
  guard.query(from, 'more');
  return { ...wholeFilesOnly(session), guard };
}

/** The context for the query of a list that is kept, and what of it a change cannot rely on, once the query has been run. */
export function listContext(
  query: CheckedQuery,
  session: QueryContext,
): { readonly context: QueryContext; readonly faults: { longer?: ListFault; shorter?: ListFault } } {
  const faults: { longer?: ListFault; shorter?: ListFault } = {};
  const guards = (
    [
      ['longer', 'more'],
      ['shorter', 'fewer'],
    ] as const
  ).map(([fault, direction]) => {
    const guard = new ListGuard(session.variables, (message, hint) => {
      faults[fault] ??= { message, hint };
    });
    guard.query(query, direction);
    return guard;
  });
  const guard: RowGuard = {
    rowsOf: (each, sink) => guards.reduce((to, one) => one.rowsOf(each, to), sink),
    joined(join, rows) {
      for (const one of guards) one.joined(join, rows);
    },
    reading(select, reading) {
      for (const one of guards) one.reading(select, reading);
    },
  };
  return { context: { ...session, guard }, faults };
}
