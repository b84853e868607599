import { type EvalContext, withoutRow } from '../../../../lang/evaluate/evaluate.js';
import type { Getter } from '../../../../lang/values/value.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import type { SettingRow } from '../../../sources/sysctl/sysctl.js';

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
