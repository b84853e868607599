import type { CheckedSelect, FieldNode, Place } from '../../../lang/checked/ast.js';
import { walk } from '../../../lang/checked/walk.js';
import { TABLES, type Table } from '../../../lang/schema/catalogue.js';
import type { Needs } from '../../../lang/schema/fields/field.js';
import { capabilitiesOf } from '../../../lang/schema/places.js';
import { namedNamespaces } from '../../sources/kernel/namespace.js';
import { readSetting } from '../../sources/sysctl/sysctl.js';
import type { QueryContext } from '../context.js';
import { expressionsOf } from './fields.js';

const WHAT = {
  nf_conntrack_acct: 'counters',
  nf_conntrack_timestamp: 'timestamps',
} as const satisfies Record<Needs, string>;

/**
 * Names the network namespaces where a setting has a value, for a message; empty for a place that is a single one.
 * @returns undefined if it has the value nowhere
 */
export function whereSettingIs(value: number, setting: string, place: Place): string | undefined {
  if (capabilitiesOf(place).spans !== 'netns') return readSetting(setting, place) === value ? '' : undefined;
  const names = namedNamespaces().filter(name => readSetting(setting, { kind: 'netns', name }) === value);
  if (names.length === 0) return undefined;
  return ` in netns ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

/**
 * Warns about fields that are null because a setting of the kernel is off, if the statement names them. Whole entries simply
 * lack them.
 */
export function warnOfMissingFields(select: CheckedSelect, session: QueryContext): void {
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
      `sysctl -w net.netfilter.${setting}=1 enables them for new flows`,
    );
  }
}

/** The setting that a field of a kernel table requires; undefined for fields of files. */
function needsOf({ name, join }: FieldNode, { from, joins }: CheckedSelect, place: Place): Needs | undefined {
  const origin = join === undefined ? from : joins[join].from;
  if (origin.kind !== 'table' || !capabilitiesOf(place).isLive) return undefined;
  const { fields }: Table = TABLES[origin.table];
  return fields[name]?.needs;
}
