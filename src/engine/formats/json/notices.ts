/** Objects of an event log that are not entries. */
import { type JsonObject, number } from '../reading/text/json-value.js';
import { LOST, MISSING, RETURNED } from './words.js';

/** The gateway that an object reports as missing; '' for one that is there again; undefined for any other object. */
export function missingOf({ event, gateway, orig }: JsonObject): string | undefined {
  if (orig !== undefined || typeof gateway !== 'string') return undefined;
  return event === MISSING ? gateway : event === RETURNED ? '' : undefined;
}

/** The number of events that the kernel dropped, from the object that reports a loss; undefined for any other object. */
export const lostOf = (value: JsonObject): number | undefined =>
  value.event === LOST ? number(value.count, Number.MAX_SAFE_INTEGER, 'count') : undefined;
