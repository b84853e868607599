import { SETTINGS } from '../../../lang/schema/settings.js';

/** What becomes of gateways that do not answer: the settings `fleet_missing` and `fleet_deadline`. */
export interface FleetOptions {
  /** `report`: the result is that of the others; `fail`: there is none. */
  readonly missing: 'report' | 'fail';
  /** How long each may take, in ms. */
  readonly deadline: number;
}

/** Those of a program that sets none. */
export const DEFAULT_FLEET_OPTIONS: FleetOptions = {
  missing: SETTINGS.fleet_missing.default,
  deadline: SETTINGS.fleet_deadline.default / 1e6,
};
