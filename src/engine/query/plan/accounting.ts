import type { CheckedSelect, FieldNode, Place } from '../../../lang/check/checked-ast.js';
import type { Table } from '../../../lang/schema/catalogue.js';
import { TABLES } from '../../../lang/schema/catalogue.js';
import type { Needs } from '../../../lang/schema/fields/field.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import { namedNamespaces } from '../../sources/namespaces/namespace.js';
import { readSetting } from '../../sources/sysctl/sysctl.js';
import type { Session } from '../context.js';
import { expressionsOf, walk } from './fields.js';

const WHAT = {
  nf_conntrack_acct: 'counters',
  nf_conntrack_timestamp: 'timestamps',
} as const satisfies Record<Needs, string>;

/**
 * Says for a message where a setting has a value: nothing for the one place that is asked.
 * @returns undefined where it has it nowhere
 */
export function whereSettingIs(value: number, setting: string, place: Place): string | undefined {
  if (!capabilitiesOf(place).spansNamespaces) return readSetting(setting, place) === value ? '' : undefined;
  const names = namedNamespaces().filter(name => readSetting(setting, { kind: 'netns', name }) === value);
  if (names.length === 0) return undefined;
  return ` in netns ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

/**
 * Fields that the kernel leaves out while a setting is off are null: a statement that depends on one says so, so that nobody
 * takes a null for nothing. Whole entries show what there is: only the fields that the statement names count.
 */
export function warnOfMissingFields(select: CheckedSelect, session: Session): void {
  const place = select.place ?? session.place;
  const needed = new Set<Needs>();
  for (const expression of expressionsOf(select)) {
    walk(expression, node => {
      const setting = node.kind === 'field' ? needsOf(node, select, place) : undefined;
      if (setting !== undefined) needed.add(setting);
    });
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

/** The setting that a field of a kernel's table depends on; those of files are what they are. */
function needsOf({ name, join }: FieldNode, { from, joins }: CheckedSelect, place: Place): Needs | undefined {
  const origin = join === undefined ? from : joins[join].from;
  if (origin.kind !== 'table' || !capabilitiesOf(place).isLive) return undefined;
  const { fields }: Table = TABLES[origin.table];
  return fields[name]?.needs;
}
