import { CtqError } from '../../errors.js';

/** What an entry, as it is asked for, lacks or has too much of: told before anything is sent. */
export function invalidChange(message: string, hint?: string): CtqError {
  return new CtqError({ code: 'entry-unfit', kind: 'statement', message, ...(hint === undefined ? {} : { hint }) });
}
