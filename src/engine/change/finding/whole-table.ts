import { capabilitiesOf, HERE } from '../../../lang/schema/places.js';
import type { QueryContext } from '../../query/context.js';
import { planSelect } from '../../query/plan/plan.js';
import type { ChangeSummary } from '../summary.js';
import { selectOfTarget, type Target } from './matching.js';
import { countEntries } from './table-size.js';

/** Whether the entries that a dry run of an update or a delete found are all those of the table. */
export async function isWholeTable(
  { table, ...target }: Omit<Target, 'table'> & { readonly table: ChangeSummary['table'] },
  { read, matched }: ChangeSummary,
  session: QueryContext,
): Promise<boolean> {
  if (matched === 0 || matched < read) return false;
  const isLimited = target.limit !== undefined && Number(target.limit) <= matched;
  if (table === 'sysctl') return !isLimited;
  const { request } = planSelect(selectOfTarget({ table, ...target }), session);
  const isFiltered = request.kind !== 'dump' || request.filters.some(filter => Object.keys(filter).length > 0);
  if (!isLimited && !isFiltered) return true;
  // The kernel sent some of the entries only: only its counter tells whether there are others.
  const place = target.place ?? session.place;
  if (!capabilitiesOf(place ?? HERE).hasCounter) return false;
  return matched >= (await countEntries(table, session.source(place), session));
}
