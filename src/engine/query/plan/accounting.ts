import type { Place } from '../../../lang/check/checked-ast.js';
import { CONNTRACK_FIELDS } from '../../../lang/schema/fields/conntrack.js';
import type { Field, Needs } from '../../../lang/schema/fields/field.js';
import { namedNamespaces } from '../../sources/namespaces/namespace.js';
import { readSetting } from '../../sources/sysctl/sysctl.js';
import type { Session } from '../context.js';
import type { Plan } from './plan.js';

const WHAT = {
  nf_conntrack_acct: 'counters',
  nf_conntrack_timestamp: 'timestamps',
} as const satisfies Record<Needs, string>;

/**
 * Fields that the kernel leaves out while a setting is off are null: a query that asks for them says so, so that nobody
 * takes a null for nothing.
 */
export async function warnOfMissingCounters(plan: Plan, session: Session): Promise<void> {
  if (plan.request.kind === 'file' || plan.table !== 'conntrack') return;
  warnOfMissingFields(plan.fields, plan.place ?? session.place, session);
}

/**
 * Says for a message where a setting has a value: nothing for the one place that is asked.
 * @returns undefined where it has it nowhere
 */
export function whereSettingIs(value: number, setting: string, place: Place): string | undefined {
  if (place.kind !== 'every_netns') return readSetting(setting, place) === value ? '' : undefined;
  const names = namedNamespaces().filter(name => readSetting(setting, { kind: 'netns', name }) === value);
  if (names.length === 0) return undefined;
  return ` in netns ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

/** The same for the fields of flows that a statement reads. Whole entries show what there is. */
export function warnOfMissingFields(fields: readonly string[] | 'all', place: Place, session: Session): void {
  if (fields === 'all') return;
  const needed = new Set<Needs>();
  for (const name of fields) {
    const field: Field | undefined = (CONNTRACK_FIELDS as Readonly<Record<string, Field>>)[name];
    if (field?.needs) needed.add(field.needs);
  }
  for (const setting of needed) {
    const where = whereSettingIs(0, setting, place);
    if (where === undefined) continue;
    session.warn(
      `${WHAT[setting]} are null${where}: net.netfilter.${setting} is 0`,
      `sysctl -w net.netfilter.${setting}=1 turns them on for flows that begin from then on`,
    );
  }
}
