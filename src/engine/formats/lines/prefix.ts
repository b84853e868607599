import type { Integer } from '../../../lang/values/value.js';
import type { EventName } from '../reading/flow-draft.js';
import { parseEpoch } from '../reading/time.js';

/** What stands before an entry, in event logs and with `-o timestamp`. */
export interface Prefix {
  readonly event: EventName | undefined;
  readonly time: Integer | undefined;
  /** Where the entry begins. */
  readonly at: number;
}

const NO_PREFIX: Prefix = { event: undefined, time: undefined, at: 0 };
const PREFIX = /^(?:\[(\d{1,12})\.(\d{1,6})\]\s*)?\s*(?:\[(NEW|UPDATE|DESTROY)\]\s*)?/;
const EVENTS: Readonly<Record<string, EventName>> = { NEW: 'new', UPDATE: 'update', DESTROY: 'destroy' };

export function prefixOf(line: string): Prefix {
  const first = line.charCodeAt(0);
  if (first !== 0x5b && first !== 0x20 && first !== 0x09) return NO_PREFIX;
  const match = PREFIX.exec(line)!;
  return {
    event: match[3] === undefined ? undefined : EVENTS[match[3]],
    time: match[1] === undefined ? undefined : parseEpoch(match[1], match[2]),
    at: match[0].length,
  };
}
