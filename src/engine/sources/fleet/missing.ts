import { CtqError } from '../../errors.js';

/** A gateway that did not answer, or not to the end. */
export interface MissingMember {
  readonly name: string;
  /** As text for people: `not connected`. */
  readonly reason: string;
  readonly hint?: string;
}

/** Why a member is missing, by its error. @throws the error if it is not that of a member */
export function missingOf(name: string, error: unknown): MissingMember {
  if (!(error instanceof CtqError) || error.kind === 'internal') throw error;
  const prefix = `${name}: `;
  const reason = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
  return { name, reason, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

/** The code of an error: there is no result, because no gateway answered. */
export const NONE_ANSWERED = 'fleet-none';

/** How many are named in a message. */
const NAMED = 10;

/**
 * Why a result is not of all gateways: names and reasons.
 * @param all how many were asked
 * @param isStrict all must answer
 */
export function missingError(missing: readonly MissingMember[], all: number, isStrict = false): CtqError {
  const named = missing.slice(0, NAMED).map(({ name, reason }) => `${name} (${reason})`);
  const others = missing.length > NAMED ? ` and ${missing.length - NAMED} more` : '';
  const answered = all - missing.length;
  const count = answered === 0 ? `none of ${all}` : `${answered} of ${all}`;
  return new CtqError({
    code: answered === 0 && !isStrict ? NONE_ANSWERED : 'fleet-missing',
    kind: 'system',
    message: `${count} ${all === 1 ? 'gateway' : 'gateways'} answered; missing: ${named.join(', ')}${others}`,
    hint: missing.find(({ hint }) => hint !== undefined)?.hint,
  });
}
