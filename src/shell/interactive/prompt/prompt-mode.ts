import { capabilitiesOf, type Place } from '../../../lang/schema/places.js';
import type { SettingName } from '../../../lang/schema/settings.js';
import type { Value } from '../../../lang/values/value.js';

/** What the prompt says of changes: that nothing is changed, or that a change does not ask first; empty: it asks. */
export function promptMode(place: Place, setting: (name: SettingName) => Value): string {
  if (setting('read_only') === true || !capabilitiesOf(place).isLive) return ' (read-only)';
  if (setting('dry_run') === true) return ' (dry run)';
  return setting('confirm') === true ? '' : ' (no confirm)';
}
