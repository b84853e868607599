import type { Column } from '../../../../lang/check/checked-ast.js';
import { type EvalContext, withoutRow } from '../../../../lang/evaluate/evaluate.js';
import { TABLES } from '../../../../lang/schema/catalogue.js';
import type { Spanned } from '../../../../lang/schema/places.js';
import type { Getter } from '../../../../lang/values/value.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import type { SettingRow } from '../../../sources/sysctl/sysctl.js';

/** The columns of `select from sysctl`. @param spans of several network namespaces or gateways */
export function settingColumns(spans?: Spanned): Column[] {
  return Object.entries(TABLES.sysctl.fields)
    .filter(([name]) => (name !== 'netns' && name !== 'gateway') || name === spans)
    .map(([name, field]) => ({
      name,
      expr: { kind: 'field', name, type: { name: field.type } },
    }));
}

/** How a field of `sysctl` is read from a row. */
export const settingField =
  (name: string): Getter<SettingRow> =>
  row =>
    row[name as keyof SettingRow] ?? null;

/** How expressions read the rows of `sysctl`. */
export const settingReading = (reading: EvalContext<MessageView>): EvalContext<SettingRow> => ({
  ...withoutRow(reading),
  field: node => settingField(node.name),
});
