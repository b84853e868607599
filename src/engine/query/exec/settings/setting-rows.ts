import type { Getter } from '../../../../lang/evaluate/evaluate.js';
import type { SettingRow } from '../../../sources/sysctl/sysctl.js';

/** How a field of `sysctl` is read. */
export const settingField =
  (name: string): Getter<SettingRow> =>
  row =>
    row[name as keyof SettingRow] ?? null;
