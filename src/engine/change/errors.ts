import { EncodeError } from '../ctnetlink/codec/encode-error.js';
import { WireError } from '../ctnetlink/wire-error.js';
import { CtqError } from '../errors.js';

/** The error for an entry that cannot be made as requested, thrown before anything is sent. */
export const invalidChange = (message: string, hint?: string): CtqError =>
  new CtqError({ code: 'entry-unfit', kind: 'statement', message, hint });

/** An error of encoding a request, as the error of one entry. @throws any other error */
export function toEntryError(error: unknown, operation: string): CtqError {
  if (error instanceof CtqError) return error;
  if (!(error instanceof EncodeError) && !(error instanceof WireError)) throw error;
  return new CtqError({
    code: 'unsendable',
    kind: 'statement',
    message: `cannot ${operation}: ${error.message}`,
    operation,
    cause: error,
  });
}
