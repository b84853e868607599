import { capabilitiesOf, type Place } from '../../../lang/schema/places.js';

/** What the prompt says of changes: that nothing can be changed, or that a change does not ask first; empty: it asks. */
export function promptMode(place: Place, isReadOnly: boolean, confirms: boolean): string {
  if (isReadOnly || !capabilitiesOf(place).isLive) return ' (read-only)';
  return confirms ? '' : ' (no confirm)';
}
