import { CtqError } from '../../errors.js';

/** A gateway that did not answer, or not to the end. */
export interface MissingMember {
  readonly name: string;
  /** As text for people: `not connected`. */
  readonly reason: string;
  readonly hint?: string;
}

/** How many are named in a message. */
const NAMED = 10;

/**
 * Why a result is not of all gateways: names and reasons.
 * @param all how many were asked
 */
export function missingError(missing: readonly MissingMember[], all: number): CtqError {
  const named = missing.slice(0, NAMED).map(({ name, reason }) => `${name} (${reason})`);
  const others = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  const answered = all - missing.length;
  const count = answered === 0 ? `none of ${all}` : `${answered} of ${all}`;
  return new CtqError({
    code: 'fleet-missing',
    kind: 'system',
    message: `${count} ${all === 1 ? 'gateway' : 'gateways'} answered; missing: ${named.join(', ')}${others}`,
    hint: missing.find(({ hint }) => hint !== undefined)?.hint,
  });
}
